/** What a CTP client takes, and what it tells whom: types only. */
import type {
  DepthMarketData,
  Dialect,
  Login,
  LoginReply,
  PhaseChange,
  RspInfo,
  TickTerms,
} from "@tickwire/protocol/ctp";
import type { Fill, Order, OrderInput, Snapshot, TradingSession } from "@tickwire/protocol/model";
import type { ConnectionOptions } from "./connection.ts";
import type { Row } from "./ctp-orders.ts";
import type { BackOff } from "./back-off.ts";
import type { ClientStatus, Hole } from "./status.ts";

/** Which side of CTP a connection serves. */
export type CtpSide = "md" | "td";

/** A refusal that is not the answer to a call of this client alone: other sessions of the user hear of it, too. */
export interface CtpRefusal {
  readonly kind: "insert" | "cancel";
  readonly info: RspInfo;
  /** The InputOrder or OrderAction as received. */
  readonly body: Row;
}

/** Who hears what. Listeners are called synchronously, in the order of the wire; what they throw stops nothing. */
export interface CtpListeners {
  /** Hears of every tick in the model's terms. */
  readonly onSnapshot?: ((snapshot: Snapshot) => void) | undefined;
  /** Hears of every tick as it was read from the wire, before {@link onSnapshot}. */
  readonly onTick?: ((tick: DepthMarketData) => void) | undefined;
  /**
   * Hears of every change of an order of the user, whichever session gave it; after a reconnect also of what changed meanwhile. `row`
   * is the Order as received. What is found at the first login is not told: ask for the list.
   */
  readonly onOrder?: ((order: Order, row: Row) => void) | undefined;
  /** Hears of every trade once, likewise. `row` is the Trade as received. */
  readonly onFill?: ((fill: Fill, row: Row) => void) | undefined;
  readonly onRefusal?: ((refusal: CtpRefusal) => void) | undefined;
  /** Hears that a product is in another phase, where the gateway tells it (RtnInstrumentStatus). */
  readonly onPhase?: ((phase: Omit<PhaseChange, "time">) => void) | undefined;
  /** Hears of every login that was granted. */
  readonly onLogin?: ((reply: LoginReply, side: CtpSide | "all") => void) | undefined;
  readonly onStatus?: ((status: ClientStatus) => void) | undefined;
  /** Hears of every stretch of time in which ticks may be missing, once it is over. */
  readonly onHole?: ((hole: Hole) => void) | undefined;
  /** Counts something strange that was survived, by a short stable cause. */
  readonly onAnomaly?: ((cause: CtpAnomaly) => void) | undefined;
}

/**
 * `malformed`: a frame that is no CTP JSON. `unreadable-tick`: a tick without a name or a time. `unasked`: a reply that nobody waits
 * for. `subscription-refused`: an instrument was not subscribed to after a reconnect. `flow-control`: a query came too early
 * (-2, -3, 90, 154) and was asked again.
 */
export type CtpAnomaly = "malformed" | "unreadable-tick" | "unasked" | "subscription-refused" | "flow-control";

/** What a {@link CtpClient} takes. */
export interface CtpClientOptions extends ConnectionOptions, Login, CtpListeners {
  /**
   * `ws://host:port` of a gateway with both sides on one socket, or the address of its market-data side. With the dialect `classic` an
   * address without a path stands for its `/md/` and `/td/`.
   */
  readonly url: string;
  /** The address of the trading side where that is another one. */
  readonly td?: string | undefined;
  /** Default `auto`: found out from the replies. */
  readonly dialect?: Dialect | "auto" | undefined;
  /** Terms of instruments (see `TickTerms`). Where it has none, what the gateway's instruments told, or else Chinese hours. */
  readonly terms?: ((id: string) => TickTerms | undefined) | undefined;
  /**
   * Least milliseconds between two queries of the trading side, one of which is then under way at a time: 1000 for what passes on to
   * real fronts. Default 0: all at once, until the gateway complains (-2, -3): then 1000.
   */
  readonly queryGapMs?: number | undefined;
  /** Most ticks, orders or trades that wait for an iterator; the oldest go then, and are counted as lost. */
  readonly queueLimit?: number | undefined;
  /** Told of every element that an iterator lost because its consumer fell behind, with how many it lost so far. */
  readonly onLost?: ((what: "snapshot" | "order" | "fill", lost: number) => void) | undefined;
  /** A connection without any frame for so long is given up; default 0: only one whose gateway was seen to send Ping, after 90 s. */
  readonly silenceMs?: number | undefined;
  readonly backOff?: Partial<BackOff> | undefined;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** An order to give: what matters, and the rest as for a limit order of a speculator, good for the day (ctp.md d.3). */
export type NewOrder = Pick<OrderInput, "instrument" | "side" | "volume"> & Partial<OrderInput>;

/** What names an order: an {@link Order} does. By exchange and OrderSysID where it has one, else by session and reference. */
export interface OrderName {
  readonly sysId: string;
  readonly session: TradingSession;
  readonly input: Pick<OrderInput, "instrument" | "exchange" | "ref">;
}

/** What an iterator of the client is: left by `break` or `return()`, ended by `close()`. */
export type CtpStream<T> = AsyncIterableIterator<T, undefined>;

/** The orders of the user. */
export interface CtpOrders {
  /**
   * Gives an order. Resolves with it as the exchange first answered, refused by the exchange included; rejects with a
   * `ClientError`: `refused` by the front, with its number; `closed` when the client is not live and it was not sent, or when the
   * connection broke first and what became of it is not known. It is never sent twice.
   */
  insert(order: NewOrder): Promise<Order>;
  /** Cancels an order; resolves with it as it ended, rejects where it cannot be canceled. */
  cancel(order: OrderName): Promise<Order>;
  /** Asks for all orders of the trading day. */
  list(): Promise<readonly Order[]>;
  /** Changes of orders as they come, whichever session gave them; after a reconnect also what changed meanwhile. */
  updates(): CtpStream<Order>;
  /** The next OrderRef of the session, for who has to know it before the order is given. Throws while the client is not live. */
  nextRef(): string;
}

/** The trades of the user. */
export interface CtpFills {
  /** Asks for all trades of the trading day. */
  list(): Promise<readonly Fill[]>;
  /** Trades as they come, each once, likewise. */
  updates(): CtpStream<Fill>;
}
