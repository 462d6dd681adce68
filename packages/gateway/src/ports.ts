/** What the house joins: interfaces only, no code. Adapters implement them, `main.ts` passes them by hand. */
import type { Book, EpochMs, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";

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
