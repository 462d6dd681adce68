/**
 * Orders, cancels and fills. The words are the model's; a dialect writes them as its own codes. The rules behind them are CTP's
 * (ctp.md d). Prices are doubles on the instrument's grid; volumes are whole lots.
 */
import type { Fen } from "./money.ts";
import type { EpochMs, TradingDay } from "./ticks.ts";

/** Whether an order buys or sells. */
export type OrderSide = "buy" | "sell";

/** What an order does to a position. Where an exchange has no history positions, every closing offset closes any lot. */
export type Offset = "open" | "close" | "close-today" | "close-yesterday";

/** Keeps positions apart (CTP HedgeFlag 1, 2, 3, 5). */
export type Hedge = "speculation" | "arbitrage" | "hedge" | "market-maker";

/** How the price of an order comes about (CTP OrderPriceType 2, 1, 3, 4, G). */
export type PriceType = "limit" | "market" | "best" | "last" | "five-level";

/** How long an order stays: the trading day (GFD), or not at all (IOC). */
export type TimeInForce = "day" | "immediate";

/** How much must be filled at once: anything, at least `minVolume` (FAK), or everything (FOK). */
export type VolumeCondition = "any" | "min" | "all";

/** What a conditional order waits for (CTP ContingentCondition 5–8, 9–C, D, E, F, H). */
export interface Condition {
  /** The price that is watched. */
  readonly of: "last" | "ask" | "bid";
  readonly is: ">" | ">=" | "<" | "<=";
  /** CTP StopPrice. */
  readonly price: number;
}

/** An order as its owner gives it, with every field checked for its type and length only. */
export interface OrderInput {
  readonly instrument: string;
  /** Empty where the client named none. */
  readonly exchange: string;
  readonly side: OrderSide;
  readonly offset: Offset;
  readonly hedge: Hedge;
  readonly priceType: PriceType;
  /** Of no meaning unless `priceType` is `"limit"`. */
  readonly price: number;
  readonly volume: number;
  readonly time: TimeInForce;
  readonly volumeCondition: VolumeCondition;
  readonly minVolume: number;
  /** Absent: at once. */
  readonly condition?: Condition;
  /** The owner's reference; empty: the exchange gives the session's next one. */
  readonly ref: string;
  /** RequestID of the insert, told in every report about the order. */
  readonly requestId: number;
  /** Fields of the request that mean nothing here and are told back in reports, by their names on the wire. */
  readonly labels: Readonly<Record<string, string | number>>;
}

/** A session that gives orders: CTP's FrontID and SessionID. */
export interface TradingSession {
  readonly frontId: number;
  readonly sessionId: number;
}

/**
 * Where an order is in its life (CTP OrderStatus a, 3, 1, 0, 5, b, c). `submitted` → `queueing` → `part-filled` → `filled`;
 * `canceled` ends any of the first three, a refusal by the exchange included. Conditional ones: `untouched` → `touched` or
 * `canceled`.
 */
export type OrderStatus = "submitted" | "queueing" | "part-filled" | "filled" | "canceled" | "untouched" | "touched";

/** What became of the last thing asked about an order (CTP OrderSubmitStatus 0, 1, 3, 4, 5). */
export type SubmitStatus = "insert-submitted" | "cancel-submitted" | "accepted" | "insert-rejected" | "cancel-rejected";

/** An order that passed the checks of the front. Reports about it are copies, each as it was at that moment. */
export interface Order {
  /** Counts all orders of the exchange (CTP BrokerOrderSeq); never used again. */
  readonly id: number;
  readonly user: string;
  readonly session: TradingSession;
  /** With `ref` and `exchange` filled in. */
  readonly input: OrderInput;
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
  readonly status: OrderStatus;
  readonly submit: SubmitStatus;
  /** CTP StatusMsg, as d.4 has it. */
  readonly message: string;
  /** Price that it stands in the book for: that of the input, or what the price type made of it. */
  readonly price: number;
  readonly filled: number;
  /** CTP OrderSysID, right-aligned in 12 characters; empty until the exchange has accepted it. */
  readonly sysId: string;
  /** CTP OrderLocalID. */
  readonly localId: string;
  /** OrderSysID of the conditional order that it was made by; empty for all others. */
  readonly triggeredBy: string;
  readonly inserted: EpochMs;
  /** Newest change. */
  readonly updated: EpochMs;
  /** When it was canceled or refused; undefined while it was not. */
  readonly canceled: EpochMs | undefined;
  /** Reports about this order so far, from 1 (CTP NotifySequence). */
  readonly reports: number;
}

/** One side of a trade between two orders, or between an order and the simulator. */
export interface Fill {
  /** CTP TradeID, right-aligned in 12 characters; the same for both sides. */
  readonly tradeId: string;
  /** Counts fills of the exchange (CTP SequenceNo). */
  readonly sequence: number;
  readonly order: number;
  readonly user: string;
  readonly instrument: string;
  readonly exchange: string;
  readonly sysId: string;
  readonly localId: string;
  readonly ref: string;
  readonly side: OrderSide;
  readonly offset: Offset;
  readonly hedge: Hedge;
  readonly price: number;
  readonly volume: number;
  readonly time: EpochMs;
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
  readonly commission: Fen;
}

/** How an order to cancel is named: by session and reference, or by exchange and OrderSysID (ctp.md d.5). */
export interface CancelInput {
  readonly instrument: string;
  readonly exchange: string;
  /** As the client gave it, blanks included. */
  readonly sysId: string;
  readonly session: TradingSession | undefined;
  readonly ref: string;
  readonly requestId: number;
}

/** An order that waits for its instrument's next session (CTP ParkedOrder). */
export interface ParkedOrder {
  /** CTP ParkedOrderID. */
  readonly id: string;
  readonly user: string;
  readonly session: TradingSession;
  readonly input: OrderInput;
  readonly state: "waiting" | "sent" | "removed";
  /** Key of the error that it met when it was sent. */
  readonly error: string | undefined;
}

/** A cancel that waits likewise (CTP ParkedOrderAction). */
export interface ParkedCancel {
  readonly id: string;
  readonly user: string;
  readonly session: TradingSession;
  readonly input: CancelInput;
  readonly state: "waiting" | "sent" | "removed";
  readonly error: string | undefined;
}
