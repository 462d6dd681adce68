/**
 * What trading is joined by: interfaces and plain data only, no code.
 *
 * The way of an order: a session gives it to {@link Trading}; the {@link ExchangeEngine} checks it, changes its own state by
 * operations and tells them, with the reports that they give rise to, to its {@link ExchangeSink}; the operations go to the
 * {@link Journal}; when they are on the disk, and not before, the reports go to the sessions of the users concerned.
 */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  CancelInput,
  EpochMs,
  Fen,
  Fill,
  Hedge,
  Instrument,
  Offset,
  Order,
  OrderInput,
  OrderSide,
  ParkedCancel,
  ParkedOrder,
  Position,
  PositionDetail,
  TradingDay,
  TradingPhase,
  TradingSession,
  TradingTerms,
} from "@tickwire/protocol/model";

/** What is told to users, each kind as it was at its moment. */
export type TradeReport =
  /** An order changed: to every session of its user. */
  | { readonly kind: "order"; readonly user: string; readonly order: Order }
  /** An order was filled: to every session of its user, after the report that carries its OrderSysID. */
  | { readonly kind: "fill"; readonly user: string; readonly fill: Fill }
  /** The front refused an order: to every session of its user (the one that gave it hears it from `insert`, too). */
  | {
      readonly kind: "insert-refused";
      readonly user: string;
      readonly session: TradingSession;
      readonly input: OrderInput;
      readonly error: CtpErrorName;
    }
  /** A cancel was refused; `order` where there is such an order. */
  | {
      readonly kind: "cancel-refused";
      readonly user: string;
      readonly session: TradingSession;
      readonly input: CancelInput;
      readonly order: Order | undefined;
      readonly error: CtpErrorName;
    }
  /** A product's phase changed: to everybody who trades. */
  | {
      readonly kind: "phase";
      readonly exchange: string;
      readonly product: string;
      readonly phase: TradingPhase;
      readonly time: EpochMs;
    };

/** A query for the most lots that an order could have. */
export interface MaxVolumeQuery {
  readonly instrument: string;
  readonly side: OrderSide;
  readonly offset: Offset;
  readonly hedge: Hedge;
}

/** What users have and what was, as it is now. Lists are in the order in which things came about; unknown users have nothing. */
export interface TradingBooks {
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
  /** Orders of this trading day. */
  orders(user: string): readonly Order[];
  /** Fills of this trading day. */
  fills(user: string): readonly Fill[];
  positions(user: string): readonly Position[];
  details(user: string): readonly PositionDetail[];
  /** Undefined for a user without an account. */
  account(user: string): Account | undefined;
  parkedOrders(user: string): readonly ParkedOrder[];
  parkedCancels(user: string): readonly ParkedCancel[];
  /** An error's name where it cannot be told (no such instrument). */
  maxVolume(user: string, query: MaxVolumeQuery): number | CtpErrorName;
  /** When this trading day's settlement was confirmed; undefined: it was not. */
  confirmed(user: string): EpochMs | undefined;
  /** The terms that an instrument is traded by; undefined where it cannot be traded. */
  terms(instrument: string): TradingTerms | undefined;
}

/**
 * What became of an order or a cancel that was asked for, where that takes time: it never rejects, and resolves after the report of a
 * refusal has been told.
 */
export type LaterAnswer = Promise<CtpErrorName | undefined>;

/** What users may ask to be done. An error's name is a refusal; undefined: done, and told by reports. */
export interface TradingActions {
  insert(user: string, session: TradingSession, input: OrderInput): CtpErrorName | undefined | LaterAnswer;
  cancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | undefined | LaterAnswer;
  park(user: string, session: TradingSession, input: OrderInput): ParkedOrder | CtpErrorName;
  parkCancel(user: string, session: TradingSession, input: CancelInput): ParkedCancel | CtpErrorName;
  /** Removes what waits with this id, an order or a cancel. */
  unpark(user: string, id: string): CtpErrorName | undefined;
  /** Confirms the settlement; without that orders are refused (42). */
  confirm(user: string): CtpErrorName | undefined;
}

/** Trading, as sessions see it. */
export interface Trading extends TradingBooks, TradingActions {
  /** Sees that the user has an account. Called at each login. */
  admit(user: string): void;
  /** A SessionID that no order of this trading day bears. */
  nextSessionId(): number;
  /** Tells `hear` every report for the user until the function that it returns is called (idempotent). */
  watch(user: string, hear: (report: TradeReport) => void): () => void;
  /**
   * Runs `run` as soon as everything that has happened before the call is in the ledger, in the order of the calls, at once where
   * nothing is under way: what `run` reads and tells may be told. Every reply about trading goes through here.
   */
  whenSafe(run: () => void): void;
  /** The statement of a settled day (`""`: the newest) as text; undefined where there is none. */
  statement(user: string, day: TradingDay | ""): Statement | undefined;
  /** Whether orders are taken: false while the ledger fails. */
  readonly open: boolean;
}

/** How trading is doing, for `/healthz` and `/metrics`. */
export interface TradingStatus {
  /** `failing`: the journal cannot be written, so nothing happens. */
  readonly state: "ok" | "failing";
  /** Why it fails, in one line; empty when all is well. */
  readonly detail: string;
  readonly tradingDay: TradingDay;
  /** Users with an account. */
  readonly accounts: number;
  /** Since the start: operations and batches given to the journal, attempts that failed, reports told to sessions. */
  readonly ops: number;
  readonly batches: number;
  readonly failures: number;
  readonly reports: number;
}

/** A settled day of one user. */
export interface Statement {
  readonly user: string;
  readonly day: TradingDay;
  readonly settlementId: number;
  readonly text: string;
}

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

/** What is written at once: all of it or nothing. */
export interface JournalBatch {
  /** Operations, a JSON list per row. */
  readonly rows: readonly string[];
  readonly statements: readonly Statement[];
  /** Instructions that the operations have carried out, with what became of them. */
  readonly done: readonly { readonly id: number; readonly outcome: string }[];
  /** All state after these rows, as JSON: what came before need not be read again. */
  readonly checkpoint?: string;
}

/** What a journal holds: the newest checkpoint, and every row after it. */
export interface JournalPast {
  readonly checkpoint: string | undefined;
  readonly rows: readonly string[];
}

/** The exchange's part of the ledger: what it did, in order. Written off the tick path. */
export interface Journal {
  /** Asked once, before the first commit. */
  load(): JournalPast;
  /**
   * Writes a batch. `done` is called once, later, without an error when it is on the disk for good. One batch at a time: the next
   * one is given after `done`. A batch that failed is not written at all and may be given again.
   */
  commit(batch: JournalBatch, done: (error: Error | undefined) => void): void;
  /** A user's statement of a day (`""`: the newest). */
  statement(user: string, day: TradingDay | ""): Statement | undefined;
  /** Ends it after what is under way; idempotent. */
  close(): Promise<void>;
}

/** Something that an operator asks of a running gateway from another process, kept until it is done. */
export type Instruction =
  | { readonly kind: "deposit" | "withdraw"; readonly user: string; readonly amount: Fen }
  | { readonly kind: "settle" };

/** An instruction with its place in the queue. */
export interface QueuedInstruction {
  readonly id: number;
  readonly instruction: Instruction;
  readonly asked: EpochMs;
  /** What became of it (`"done"`, or why not); undefined: it waits. */
  readonly outcome: string | undefined;
}

/** Operators' instructions. Both processes have the ledger open. */
export interface InstructionLedger {
  /** Keeps an instruction; returns its id. Throws when too many wait. */
  ask(instruction: Instruction, at: EpochMs): number;
  /** Those that wait, oldest first. */
  waiting(): readonly QueuedInstruction[];
  find(id: number): QueuedInstruction | undefined;
}

/** A user of the CTP doors, as the ledger keeps it. */
export interface StoredUser {
  readonly user: string;
  /** `scrypt:…` */
  readonly password: string;
  /** Locked by an operator: refused whatever the password. */
  readonly locked: boolean;
  readonly created: EpochMs;
}

/** The users of a ledger. */
export interface UserLedger {
  add(user: StoredUser): "added" | "name taken" | "full";
  list(): readonly StoredUser[];
  /** False when there is no such user. */
  setPassword(user: string, hash: string): boolean;
  setLocked(user: string, locked: boolean): boolean;
}

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
