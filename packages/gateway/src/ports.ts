/** What the house joins: interfaces only, no code. Adapters implement them, `main.ts` passes them by hand. */
import type { Book, EpochMs, Instrument, Kline, Period, Snapshot, Trade } from "@tickwire/protocol/model";

/** Time and timers, injected so that tests own them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): EpochMs;
  /** Calls `run` after about `ms`; returns a function that cancels it (idempotent). */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` about every `ms` until cancelled; a late process gets one call, not a burst. */
  every(ms: number, run: () => void): () => void;
}

/** What a trading day starts from; `NaN` where it is not known. */
export interface DayReference {
  /** A moment in the trading day that it is for. */
  readonly time: EpochMs;
  readonly preClose: number;
  readonly preSettlement: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
}

/**
 * Where a feed puts what it receives. Every call is synchronous: when it returns, the event has been handed to every
 * subscriber's outbox. A sink belongs to one feed.
 */
export interface FeedSink {
  /**
   * Announces an instrument before its first event. Announcing it again replaces its data. Returns false when another
   * feed, listed earlier, already owns the id: this feed's events for it are then ignored and counted.
   */
  instrument(instrument: Instrument): boolean;
  /** A trade. The hub derives the day's snapshot from it. */
  trade(trade: Trade): void;
  /** A whole book. */
  book(book: Book): void;
  /** A snapshot of the day. The hub derives trades (volume deltas) and books from it. */
  snapshot(snapshot: Snapshot): void;
  /** The day's fixed figures of an instrument without snapshots; they stay until the next call or the next trading day. */
  reference(id: string, reference: DayReference): void;
  /** Tells that this feed's time has come to `now` (event time for a replay): derived snapshots that are due go out. */
  advance(now: EpochMs): void;
  /** Counts something strange that was survived, by a short stable cause such as `"time-back"`. */
  anomaly(cause: string): void;
}

/** The events an instrument has, by kind. Bars are a kind for each period. */
export type EventOf = { readonly trade: Trade; readonly book: Book; readonly snapshot: Snapshot } & {
  readonly [K in `kline:${Period}`]: Kline;
};

/** A kind of event. */
export type Kind = keyof EventOf;

/** The kinds that come from feeds, or stand for what they would have sent. */
export type TickKind = "trade" | "book" | "snapshot";

/**
 * Sees everything that the market publishes, before any client does: bars and the recorder are made of it. Called on the
 * tick path: it returns at once, does not throw and does not call back.
 */
export interface MarketTap {
  /** An instrument was announced, or announced again; `owner` stands for the feed that did. */
  instrument(instrument: Instrument, owner: FeedSink): void;
  /** An event. `derived`: made by the market from what the feed sent, not sent itself. */
  tick<K extends TickKind>(kind: K, event: EventOf[K], instrument: Instrument, derived: boolean): void;
  /** The time of a feed has come to `now`. */
  advance(now: EpochMs, owner: FeedSink): void;
}

/** What a feed is doing, for `/healthz`. */
export interface FeedStatus {
  readonly state: "idle" | "running" | "ended" | "failed";
  /** One line for people: what it plays, why it stopped. */
  readonly detail: string;
  /** Event time of the newest event it delivered, 0 before the first. */
  readonly time: EpochMs;
}

/** A source of market data. */
export interface Feed {
  /** The SPEC it was made from, without secrets: names it in logs and metrics. */
  readonly name: string;
  /**
   * `"wall"`: its events happen now. `"event"`: it plays a past in its own time; a gateway with only such feeds takes
   * trading day and login time from them.
   */
  readonly timeline: "wall" | "event";
  /** Announces what it knows and begins to deliver. Rejects when it cannot start; the message names what is wrong. */
  start(sink: FeedSink): Promise<void>;
  /** Stops delivering; idempotent. After it resolves the sink is not called again. */
  stop(): Promise<void>;
  status(): FeedStatus;
  /**
   * Asked when a client names an instrument that nobody announced. A feed that can serve it announces it to its sink
   * (synchronously) and returns true.
   */
  want(id: string): boolean;
  /**
   * Bars from before the feed began, where it can tell them: closed bars of `1m` or `1d` that begin before `end`, ascending, the
   * newest `limit` of them. The newest joins the first live price without a jump. Deterministic.
   */
  past?(id: string, period: "1m" | "1d", end: EpochMs, limit: number): readonly Kline[];
}

/** Bars of any period, wherever they come from: live, stored, or a feed's past. */
export interface Bars {
  /**
   * The newest `limit` bars that begin before or at `end` (Infinity: now), ascending; the last one may still be forming. Empty
   * for an instrument that is unknown or has never traded.
   */
  bars(id: string, period: Period, end: EpochMs, limit: number): Promise<readonly Kline[]>;
}

/** How a store is doing, for `/healthz` and `/metrics`. */
export interface HistoryStatus {
  readonly state: "ok" | "retrying" | "closed";
  /** The last error, in one line; empty when all is well. */
  readonly detail: string;
  /** Events and bars committed, waiting to be, and given up because too many waited. */
  readonly committed: number;
  readonly waiting: number;
  readonly dropped: number;
}

/** A page of stored trades. */
export interface TradePage {
  /** Ascending by time, then seq. */
  readonly trades: readonly Trade[];
  /** Whether there are more in the range after the last one. */
  readonly more: boolean;
}

/** What was, kept. Appending never blocks, throws or fails; reading rejects with a clear error when the store is down. */
export interface History {
  /** Takes one event, to be committed within a quarter of a second. `derived` events may be left out: they can be made again. */
  append<K extends TickKind>(kind: K, event: EventOf[K], derived: boolean): void;
  /** Takes a closed or revised bar of `1m` or `1d`; replaces the one with the same id, period and time. */
  appendBar(bar: Kline): void;
  /** Stored bars of `1m` or `1d` with `from <= time < to`, ascending, the newest `limit` of them. */
  readBars(id: string, period: "1m" | "1d", from: EpochMs, to: EpochMs, limit: number): Promise<readonly Kline[]>;
  /**
   * Bars of any period that begin before or at `end`, merged in the store from what it has (see `mergeKlines` for the rule),
   * ascending, the newest `limit` of them.
   */
  readMerged(instrument: Instrument, period: Period, end: EpochMs, limit: number): Promise<readonly Kline[]>;
  /** Trades with `from <= time < to` that come after (`afterTime`, `afterSeq`), at most `limit`. */
  readTrades(
    id: string,
    from: EpochMs,
    to: EpochMs,
    after: { readonly time: EpochMs; readonly seq: number } | undefined,
    limit: number,
  ): Promise<TradePage>;
  /** Everything appended before the call is committed when it resolves. */
  flush(): Promise<void>;
  status(): HistoryStatus;
  /** Commits and closes; idempotent. */
  close(): Promise<void>;
}

/** What a downstream credential allows. */
export interface TokenGrant {
  /** Stable, safe to log: never the token. */
  readonly name: string;
  /** Key of the AllTick plan table. */
  readonly plan: string;
}

/** Who may come in. Memory twin in step 1; the ledger later. */
export interface Credentials {
  /** The grant of an AllTick token, or undefined when it is unknown. Synchronous: it decides a handshake. */
  token(token: string): TokenGrant | undefined;
  /** Whether a CTP user's password is right. Slow on purpose (scrypt). */
  password(user: string, password: string): Promise<boolean>;
}
