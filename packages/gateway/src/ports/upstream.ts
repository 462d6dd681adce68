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
  TradingSession,
} from "@tickwire/protocol/model";

/** How an order is named at an upstream. */
export interface UpstreamOrderName {
  readonly sysId: string;
  readonly session: TradingSession;
  readonly input: Pick<OrderInput, "instrument" | "exchange" | "ref">;
}

/** What an upstream made of an order or a cancel: `lost` where the connection broke before it said so. */
export type UpstreamAnswer = "taken" | "lost" | CtpErrorName;

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
  /** Lets `onOrder` and `onFill` hear of every change of an order and of every fill of the account, each once. */
  listen(onOrder: (order: Order) => void, onFill: (fill: Fill) => void): void;
  /** The reference of the session's next order. Throws while it is not live. */
  nextRef(): string;
  /** Gives an order; what becomes of it comes to `onOrder`. Never given twice. Rejects never. */
  insert(input: OrderInput): Promise<UpstreamAnswer>;
  cancel(name: UpstreamOrderName): Promise<UpstreamAnswer>;
  /** Confirms the settlement, where the upstream wants that. Rejects never. */
  confirm(): Promise<void>;
  /** Today's orders and fills, and what the account has. They reject when they cannot be had. */
  orders(): Promise<readonly Order[]>;
  fills(): Promise<readonly Fill[]>;
  holdings(): Promise<UpstreamHoldings>;
}
