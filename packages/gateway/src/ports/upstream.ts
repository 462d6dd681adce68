/** The one session at an upstream that orders are passed through. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  Fill,
  Order,
  OrderInput,
  Position,
  PositionDetail,
  TradingDay,
  TradingPhase,
  TradingSession,
} from "@tickwire/protocol/model";
import type { WireRow } from "./trading.ts";

/** How an order is named at an upstream. */
export interface UpstreamOrderName {
  readonly sysId: string;
  readonly session: TradingSession;
  readonly input: Pick<OrderInput, "instrument" | "exchange" | "ref">;
}

/** An order that was given to an upstream: by which name there, and who gave it here. */
export interface GivenOrder extends Pick<UpstreamOrderName, "session"> {
  readonly ref: string;
  readonly giver: Giver;
}

/** Who gave an order here, and under which name. */
export interface Giver {
  readonly user: string;
  readonly session: TradingSession;
  /** As it was given, with its reference here. */
  readonly input: OrderInput;
}

/** Orders of one trading day (`""`: of none). */
export interface GivenOrders {
  readonly day: TradingDay;
  readonly orders: readonly GivenOrder[];
}

/** Where given orders are kept over a restart. */
export interface GivenStore {
  /** Those of the newest trading day. */
  given(): GivenOrders;
  /** Keeps some more, and none of another day; `done` is called once, later, without an error when they are on the disk. One at a time. */
  keep(given: GivenOrders, done: (error: Error | undefined) => void): void;
}

/** What an upstream made of an order or a cancel: `lost` where it is not known: no answer came. */
export type UpstreamAnswer = "taken" | "lost" | CtpErrorName;

/** A refusal that an upstream told all sessions of its account: of an order by its reference alone, of a cancel by its order's keys. */
export interface UpstreamRefusal {
  readonly kind: "insert" | "cancel";
  readonly session: TradingSession;
  readonly ref: string;
  readonly exchange: string;
  readonly sysId: string;
  readonly instrument: string;
  readonly error: CtpErrorName;
}

/** A phase that a product has come into. */
export interface UpstreamPhase {
  readonly exchange: string;
  readonly product: string;
  readonly phase: TradingPhase;
}

/** Who hears what an upstream tells without being asked. */
export interface UpstreamListeners {
  /** Hears of every change of an order of the account, each once. */
  readonly onOrder: (order: Order) => void;
  /** Hears of every fill of the account, each once. */
  readonly onFill: (fill: Fill) => void;
  readonly onRefusal: (refusal: UpstreamRefusal) => void;
  readonly onPhase: (phase: UpstreamPhase) => void;
}

/** What an upstream's account has, as it told last. */
export interface UpstreamHoldings {
  readonly positions: readonly Position[];
  readonly details: readonly PositionDetail[];
  readonly account: Account | undefined;
}

/** The one session at an upstream that orders are passed through. All names in it are the upstream's. */
export interface UpstreamTrader {
  /** The session; undefined while it is not live. Another object for each login. */
  readonly session: (TradingSession & { readonly tradingDay: TradingDay }) | undefined;
  /** Whether there will be no session any more: a login was refused for good, or all is ended. */
  readonly isOver: boolean;
  /** Lets them hear; the last ones who were given do. */
  listen(listeners: UpstreamListeners): void;
  /** The reference of the session's next order. Throws while it is not live. */
  nextRef(): string;
  /** Gives an order; what becomes of it comes to `onOrder`. Never given twice. Rejects never. */
  insert(input: OrderInput): Promise<UpstreamAnswer>;
  cancel(name: UpstreamOrderName): Promise<UpstreamAnswer>;
  /** Confirms the settlement, where the upstream wants that. Rejects never. */
  confirm(): Promise<void>;
  /**
   * Asks any request but orders, by its name in CTP, with its fields; those that name the account are filled in. Rejects never; `lost`
   * where no answer came. Queries are asked again after a break, nothing else is.
   */
  ask(request: string, fields: WireRow): Promise<readonly WireRow[] | "lost" | CtpErrorName>;
  /** Today's orders and fills, and what the account has. They reject when they cannot be had. */
  orders(): Promise<readonly Order[]>;
  fills(): Promise<readonly Fill[]>;
  holdings(): Promise<UpstreamHoldings>;
}
