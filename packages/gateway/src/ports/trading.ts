/** What the sessions trade with: the exchange's desk, or an account at an upstream. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  CancelInput,
  EpochMs,
  Fill,
  Hedge,
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

/** Something parked, or why it is not, where that takes time; it never rejects. */
export type LaterParked<T extends ParkedOrder | ParkedCancel> = Promise<T | CtpErrorName>;

/** What can be parked. */
export type ParkedKind = "order" | "cancel";

/** A row of an answer as CTP has it, by field. */
export type WireRow = Readonly<Record<string, string | number>>;

/** Rows that come later, or why none do; it never rejects. */
export type LaterRows = Promise<readonly WireRow[] | CtpErrorName>;

/** What users may ask to be done. An error's name is a refusal; undefined: done, and told by reports. */
export interface TradingActions {
  insert(user: string, session: TradingSession, input: OrderInput): CtpErrorName | undefined | LaterAnswer;
  cancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | undefined | LaterAnswer;
  park(user: string, session: TradingSession, input: OrderInput): ParkedOrder | CtpErrorName | LaterParked<ParkedOrder>;
  parkCancel(
    user: string,
    session: TradingSession,
    input: CancelInput,
  ): ParkedCancel | CtpErrorName | LaterParked<ParkedCancel>;
  /** Removes what waits with this id, with or without the blanks before it; one of the other kind is not found. */
  unpark(user: string, id: string, kind: ParkedKind): CtpErrorName | undefined | LaterAnswer;
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
  /**
   * Asks another who knows better, where there is one: a query by its name in CTP, with its fields. Undefined: it is to be answered
   * from here, as everything is where this method is missing.
   */
  inquire?(user: string, query: string, fields: WireRow): LaterRows | undefined;
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
