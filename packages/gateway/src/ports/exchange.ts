/** The simulated exchange: commands in, operations and reports out. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  CancelInput,
  EpochMs,
  Fen,
  Instrument,
  Order,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  TradingDay,
  TradingSession,
  TradingTerms,
} from "@tickwire/protocol/model";
import type { Statement, TradeReport, TradingBooks } from "./trading.ts";
import type { JournalPast } from "./journal.ts";

/** The market as an instrument's orders meet it: the feed's own book and trades, without the users'. */
export interface MarketView {
  readonly time: EpochMs;
  readonly tradingDay: TradingDay;
  /** Best first; volumes in whole lots. */
  readonly bidPrices: readonly number[];
  readonly bidVolumes: readonly number[];
  readonly askPrices: readonly number[];
  readonly askVolumes: readonly number[];
  /** `NaN` before the first trade. */
  readonly last: number;
  /** Lots traded in the market since the view before; 0 at the first. */
  readonly traded: number;
  readonly preSettlement: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  /** The day's settlement price as far as it is known: that of the feed, else the day's average cut to the grid. */
  readonly settlement: number;
}

/**
 * One change of an exchange's state: a fact, complete in itself. All of its state is the sum of its operations, in order; applying
 * them again gives the same state, whatever the market does meanwhile. Written as JSON; `NaN` does not occur.
 */
export type Op =
  /** An account was opened. */
  | { readonly op: "account"; readonly user: string; readonly at: EpochMs; readonly balance: Fen }
  /** Money came in (positive) or went out; `instruction` is what asked for it. */
  | {
      readonly op: "transfer";
      readonly user: string;
      readonly at: EpochMs;
      readonly amount: Fen;
      readonly instruction: number;
    }
  | { readonly op: "confirm"; readonly user: string; readonly at: EpochMs }
  /** From now on an instrument is traded by these terms (`null` for a limit that there is not). */
  | { readonly op: "terms"; readonly terms: StoredTerms }
  /** An order passed the front: `order` as it then is, `submitted` or, with a condition, `untouched`. */
  | { readonly op: "order"; readonly order: Order }
  /** The exchange accepted it. */
  | {
      readonly op: "accept";
      readonly order: number;
      readonly at: EpochMs;
      readonly sysId: string;
      readonly price: number;
    }
  /** The exchange refused it. */
  | { readonly op: "reject"; readonly order: number; readonly at: EpochMs; readonly message: string }
  /** Two orders met, or an order and the market (0). */
  | {
      readonly op: "fill";
      readonly at: EpochMs;
      readonly sequence: number;
      readonly buy: number;
      readonly sell: number;
      readonly price: number;
      readonly volume: number;
    }
  /** What is left of it was canceled: by its owner, or because of its own conditions. */
  | { readonly op: "cancel"; readonly order: number; readonly at: EpochMs }
  /** A conditional order's condition came true; the order that it makes follows as an `order`, or is refused (`error`). */
  | { readonly op: "touch"; readonly order: number; readonly at: EpochMs; readonly error?: CtpErrorName }
  | { readonly op: "park"; readonly parked: ParkedOrder }
  | { readonly op: "park-cancel"; readonly parked: ParkedCancel }
  /** What waited with this id was sent, or removed. */
  | { readonly op: "unpark"; readonly id: string; readonly state: "sent" | "removed"; readonly error?: CtpErrorName }
  /** The day ended: positions are valued at these prices, open orders are gone, `next` begins. */
  | {
      readonly op: "settle";
      readonly at: EpochMs;
      readonly day: TradingDay;
      readonly next: TradingDay;
      readonly prices: Readonly<Record<string, number>>;
    };

/** Terms as JSON holds them. */
export type StoredTerms = Omit<TradingTerms, "upperLimit" | "lowerLimit"> & {
  readonly upperLimit: number | null;
  readonly lowerLimit: number | null;
};

/** Hears what an exchange does, synchronously, while it does it: it returns at once and does not call back. */
export interface ExchangeSink {
  /** The state has changed by `op`. */
  op(op: Op): void;
  /** To be told once every operation so far is safe. */
  report(report: TradeReport): void;
  /** A settled day's statement, to be kept with the operations. */
  statement(statement: Statement): void;
}

/** What an exchange asks of the world. */
export interface ExchangeWorld {
  /** Whether the gateway confirms the settlement for its users: orders then need no confirmation of theirs. */
  readonly confirms: boolean;
  /** The instrument with this id. Futures that have a view are traded. */
  instrument(id: string): Instrument | undefined;
  /** The newest view of it; undefined before its first. */
  view(id: string): MarketView | undefined;
  /** Its margin and fees, by product, from the catalogue and the configuration. */
  rates(
    instrument: Instrument,
  ): Pick<TradingTerms, "longMargin" | "shortMargin" | "openFee" | "closeFee" | "closeTodayFee">;
}

/** The simulated exchange: pure and deterministic. `now` is the time of a call and never goes back. */
export interface ExchangeEngine extends TradingBooks {
  insert(user: string, session: TradingSession, input: OrderInput, now: EpochMs): CtpErrorName | undefined;
  cancel(user: string, session: TradingSession, input: CancelInput, now: EpochMs): CtpErrorName | undefined;
  park(user: string, session: TradingSession, input: OrderInput, now: EpochMs): ParkedOrder | CtpErrorName;
  parkCancel(user: string, session: TradingSession, input: CancelInput, now: EpochMs): ParkedCancel | CtpErrorName;
  unpark(user: string, id: string, now: EpochMs): CtpErrorName | undefined;
  confirm(user: string, now: EpochMs): CtpErrorName | undefined;
  /** Opens an account with so much money; nothing where there is one. */
  openAccount(user: string, balance: Fen, now: EpochMs): void;
  /** Puts money in (positive) or takes it out; refused where less than that may be withdrawn. */
  transfer(user: string, amount: Fen, instruction: number, now: EpochMs): CtpErrorName | undefined;
  /** The market of an instrument moved: resting orders may be filled, conditions come true. Called before clients see it. */
  market(instrument: string, view: MarketView): void;
  /** Time passes: phases change, parked orders go out, the day is settled when it has ended. At least once a second. */
  advance(now: EpochMs): void;
  /** Settles the trading day now and begins the next one. */
  settle(now: EpochMs): void;
  /** Applies an operation of the past: no reports, no checks. */
  apply(op: Op): void;
  /** Takes up where a journal ends. Throws when it cannot be read. */
  replay(past: JournalPast): void;
  /** All of the state, as JSON can hold it, for `restore`. */
  checkpoint(): object;
  restore(checkpoint: object): void;
  /** Highest SessionID among the orders of this trading day, 0 without any. */
  readonly lastSessionId: number;
  /** Users with an account. */
  users(): readonly string[];
  /** What users did to an instrument's market today: for the public book. */
  footprint(instrument: string): Footprint;
}

/** Users' part in the market of one instrument today: resting orders, and what was traded because of them. */
export interface Footprint {
  /** Users' resting orders, best first, sums by price. */
  readonly bids: ReadonlyMap<number, number>;
  readonly asks: ReadonlyMap<number, number>;
  /** Lots that users took from the market's own levels since its last view, by price. */
  readonly takenBids: ReadonlyMap<number, number>;
  readonly takenAsks: ReadonlyMap<number, number>;
  /** Lots and money traded with at least one user on a side, today. */
  readonly volume: number;
  readonly turnover: number;
  /** Change of the open interest by those trades: both open +, both close −. */
  readonly openInterest: number;
  /** `NaN` before the first such trade. */
  readonly last: number;
  readonly high: number;
  readonly low: number;
  /** When the last of them was; 0 before the first. */
  readonly time: EpochMs;
}
