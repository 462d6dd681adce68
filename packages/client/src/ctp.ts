/** A client of CTP JSON, market data and trading: of tickwire in any of its three dialects, and of its sibling gateways. */
import {
  PONG,
  UNKNOWN_TERMS,
  decodeServerFrame,
  encodeLogin,
  encodeSubscription,
  encodeTradingRequest,
  toSnapshot,
  type Dialect,
  type Fields,
  type Login,
  type LoginReply,
  type ServerFrame,
  type TickTerms,
  type TradingPush,
} from "@tickwire/protocol/ctp";
import type { Snapshot } from "@tickwire/protocol/model";
import { ClientError, openConnection, type CloseInfo, type Connection, type ConnectionOptions } from "./connection.ts";
import { NewOrders, type Row } from "./ctp-orders.ts";
import { REPLY_TIMEOUT_MS } from "./requests.ts";

/** What a CTP client takes. */
export interface CtpLinkOptions extends ConnectionOptions, Login {
  /** `ws://host:port`, to which the dialect's path is added, or a whole address with its own path. */
  readonly url: string;
  /** Default: `seed`. */
  readonly dialect?: Dialect;
  /**
   * The terms of an instrument, without which money and dates of its ticks cannot be read: a tick carries a wall clock
   * and no zone. Default, also where it returns undefined: {@link UNKNOWN_TERMS}, those of no multiplier and Chinese hours.
   */
  readonly terms?: (id: string) => TickTerms | undefined;
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  /** Hears of every order and trade of the user, whichever session they come from, and of refusals. */
  readonly onPush?: (push: TradingPush) => void;
}

/** What became of one instrument's subscription. */
export interface SubscriptionOutcome {
  readonly id: string;
  /** 0 is success. */
  readonly errorId: number;
  readonly errorMsg: string;
}

/** Where each dialect lives on one port; `?dialect=` tells legacy from seed, which share the root. */
const PATHS: Readonly<Record<Dialect, string>> = { seed: "/", legacy: "/?dialect=legacy", classic: "/md/" };

/** The address with the dialect's path. Throws a {@link ClientError} when `url` is none. */
export function ctpUrl(url: string, dialect: Dialect): string {
  const address = URL.parse(url);
  if (address === null) throw new ClientError("connect", `cannot connect to ${url}: not an address`);
  return address.pathname === "/" && address.search === "" ? new URL(PATHS[dialect], address).href : address.href;
}

/** Connects and logs in. Rejects with a {@link ClientError}: of kind `refused` when the login was. */
export async function connectCtp(options: CtpLinkOptions): Promise<CtpLink> {
  const url = ctpUrl(options.url, options.dialect ?? "seed");
  const client = new CtpLink(await openConnection(url, options), options);
  try {
    await client.login();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A request that waits. `take` returns true when the frame was the last that it waited for. */
interface Waiting {
  readonly what: string;
  readonly take: (frame: ServerFrame) => boolean;
  readonly fail: (error: ClientError) => void;
}

/** One connection. Made by {@link connectCtp}. */
export class CtpLink {
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly #connection: Connection;
  readonly #options: CtpLinkOptions;
  readonly #dialect: Dialect;
  readonly #orders: NewOrders;
  #requestId = 0;
  #waiting: Waiting | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, options: CtpLinkOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#dialect = options.dialect ?? "seed";
    this.closed = connection.closed;
    this.#orders = new NewOrders(connection.timers);
    connection.listen((text) => this.#receive(text));
    void this.closed.then(({ code, reason }) => this.#end(`the connection ended (${code}${reason && ` ${reason}`})`));
  }

  /** Logs in again; {@link connectCtp} has done it once. */
  async login(): Promise<LoginReply> {
    const { user, password, brokerId } = this.#options;
    const login = encodeLogin({ user, password, ...(brokerId === undefined ? {} : { brokerId }) });
    let reply: LoginReply | undefined;
    await this.#ask("login", login, (frame) => frame.kind === "login" && ((reply = frame), true));
    const { ErrorID, ErrorMsg } = reply!.info;
    if (ErrorID !== 0) throw new ClientError("refused", `login: ${ErrorID} ${ErrorMsg}`, ErrorID);
    this.#orders.begin(reply!);
    return reply!;
  }

  /**
   * Asks one of the requests of the trading side by its name (`ReqQryTradingAccount`) and gathers the rows of its reply as they
   * were received; none where there is nothing. Rejects with a {@link ClientError} of kind `refused` when it was.
   */
  async query(request: string, body: Fields = {}): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let last: { readonly ErrorID: number; readonly ErrorMsg: string } | undefined;
    const text = encodeTradingRequest(this.#dialect, request, body, ++this.#requestId);
    await this.#ask(request, text, (frame) => {
      if (!isRowOf(frame, request)) return false;
      if (frame.body !== null) rows.push(frame.body);
      last = frame.info;
      return frame.isLast || frame.info.ErrorID !== 0;
    });
    const { ErrorID, ErrorMsg } = last!;
    if (ErrorID !== 0) throw new ClientError("refused", `${request}: ${ErrorID} ${ErrorMsg}`, ErrorID);
    return rows;
  }

  /**
   * Gives an order: the fields of InputOrder that matter, the rest as for a limit order that is good for the day. Resolves with the
   * Order of the exchange's first answer (OrderStatus other than `a`), refused ones of the exchange included; rejects with a
   * {@link ClientError} of kind `refused` when the front refused it. What becomes of it later comes to `onPush`.
   */
  insertOrder(order: Fields): Promise<Row> {
    const { body, placed } = this.#orders.add(order);
    this.#connection.send(encodeTradingRequest(this.#dialect, "ReqOrderInsert", body, ++this.#requestId));
    return placed;
  }

  /** Asks to cancel an order, named by the Order of a report. What becomes of that comes to `onPush`. */
  cancelOrder({ InstrumentID, ExchangeID, OrderSysID }: Row): void {
    const body = { InstrumentID, ExchangeID, OrderSysID, ActionFlag: "0" } as Fields;
    this.#connection.send(encodeTradingRequest(this.#dialect, "ReqOrderAction", body, ++this.#requestId));
  }

  /** Adds instruments; resolves with what became of each, in the order of the replies. */
  subscribe(ids: readonly string[]): Promise<SubscriptionOutcome[]> {
    return this.#change("subscribe", ids);
  }

  /** Takes instruments away, as {@link subscribe}. */
  unsubscribe(ids: readonly string[]): Promise<SubscriptionOutcome[]> {
    return this.#change("unsubscribe", ids);
  }

  /** Ends the connection; idempotent. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  #receive(text: string): void {
    const frame = decodeServerFrame(text);
    if (frame.kind === "tick") return this.#tick(frame.tick);
    // Tickwire needs no Pong; the sibling that sends Ping too drops whoever does not answer it (ctp.md a.2).
    if (frame.kind === "ping") return this.#connection.send(PONG);
    if (isPush(frame)) {
      this.#orders.hear(frame);
      return this.#options.onPush?.(frame);
    }
    if (frame.kind === "row" && frame.request === "ReqOrderInsert") return this.#orders.refuse(frame);
    if (frame.kind === "error") {
      if (frame.msgType === "ReqOrderInsert") return this.#orders.refuse({ ...frame, body: null });
      const { ErrorID, ErrorMsg } = frame.info;
      return this.#fail("refused", `${ErrorID} ${ErrorMsg}${frame.detail && ` (${frame.detail})`}`, ErrorID);
    }
    if (this.#waiting?.take(frame) === true) this.#waiting = undefined;
  }

  #tick(tick: Parameters<typeof toSnapshot>[0]): void {
    const snapshot = toSnapshot(tick, this.#options.terms?.(tick.InstrumentID) ?? UNKNOWN_TERMS);
    if (snapshot !== undefined) this.#options.onSnapshot?.(snapshot);
  }

  /** There is one reply per instrument, and nothing in it says to which request it belongs. */
  async #change(kind: "subscribe" | "unsubscribe", ids: readonly string[]): Promise<SubscriptionOutcome[]> {
    const outcomes: SubscriptionOutcome[] = [];
    const open = new Set(ids);
    if (open.size === 0) return outcomes;
    await this.#ask(kind, encodeSubscription(this.#dialect, kind, [...open]), (frame) => {
      if (frame.kind !== `${kind}d` || !("info" in frame) || !("id" in frame)) return false;
      outcomes.push({ id: frame.id, errorId: frame.info.ErrorID, errorMsg: frame.info.ErrorMsg });
      // A refusal of the whole request names no instrument.
      return (frame.id === "" && frame.info.ErrorID !== 0) || (open.delete(frame.id) && open.size === 0);
    });
    return outcomes;
  }

  /** Sends when the requests before it are through; resolves when `take` has seen its last frame. */
  #ask(what: string, text: string, take: Waiting["take"]): Promise<void> {
    const ask = async (): Promise<void> => {
      if (!this.#connection.isOpen) throw new ClientError("closed", `${what}: the connection has ended`);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#waiting = { what, take: (frame) => take(frame) && (resolve(), true), fail: reject };
      const cancel = this.#connection.timers.after(REPLY_TIMEOUT_MS, () =>
        this.#fail("timeout", `no reply within ${REPLY_TIMEOUT_MS / 1000} s`),
      );
      this.#connection.send(text);
      await promise.finally(cancel);
    };
    const result = this.#turn.then(ask);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #end(why: string): void {
    this.#fail("closed", why);
    this.#orders.fail(new ClientError("closed", why));
  }

  #fail(kind: ClientError["kind"], why: string, ret?: number): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.fail(new ClientError(kind, `${waiting.what}: ${why}`, ret));
  }
}

function isRowOf(frame: ServerFrame, request: string): frame is Extract<ServerFrame, { kind: "row" | "instrument" }> {
  if (frame.kind === "instrument") return request === "ReqQryInstrument";
  return frame.kind === "row" && frame.request === request;
}

function isPush(frame: ServerFrame): frame is TradingPush {
  return PUSHES.has(frame.kind);
}

const PUSHES: ReadonlySet<string> = new Set<TradingPush["kind"]>([
  "order",
  "trade",
  "insert-refused",
  "cancel-refused",
  "instrument-status",
]);
