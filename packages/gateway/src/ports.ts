/** What the house joins: interfaces only, no code. Adapters implement them, `main.ts` passes them by hand. */
import type { Book, EpochMs, Instrument, Kline, Period, Snapshot, Trade } from "@tickwire/protocol/model";
import type { InstructionLedger, Journal, UpstreamTrader, UserLedger } from "./ports-trading.ts";

/** Time and timers, injected so that tests own them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): EpochMs;
  /** Calls `run` after about `ms`; returns a function that cancels it (idempotent). */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` about every `ms` until cancelled; a late process gets one call, not a burst. */
  every(ms: number, run: () => void): () => void;
}

/** What has been traded in a trading day so far. */
export interface DaySoFar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly volume: number;
  readonly turnover: number;
}

/** What a trading day starts from; `NaN` where it is not known. */
export interface DayReference {
  /** A moment in the trading day that it is for. */
  readonly time: EpochMs;
  readonly preClose: number;
  readonly preSettlement: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  /** What was traded in it before the first trade that this feed sends. */
  readonly soFar?: DaySoFar;
}

/**
 * Where a feed puts what it receives. Every call is synchronous: when it returns, the event has been handed to every
 * subscriber's outbox. A sink belongs to one feed.
 */
export interface FeedSink {
  /**
   * Announces an instrument before its first event. Announcing it again replaces its data. Returns false when another
   * feed, listed earlier, already owns the id: this feed's events for it are then ignored and counted. A feed listed earlier
   * takes over what a later one had.
   */
  instrument(instrument: Instrument): boolean;
  /** A trade. The hub derives the day's snapshot from it. With a `seq` of its own it is passed once and in order (docs/gaps.md). */
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
  /** Tells of a stretch of time in which events of this feed may be missing: once when it is over, again when it was filled. */
  gap(gap: Gap): void;
}

/** A hole in the data of a feed, as the gap ledger keeps it. Two are the same where feed, `from`, `cause` and codes are. */
export interface Gap {
  /** Name of the feed. */
  readonly feed: string;
  /** Event time of the newest event before it. */
  readonly from: EpochMs;
  /** When everything flowed again. */
  readonly to: EpochMs;
  /** Instruments concerned; empty: all of the feed. */
  readonly codes: readonly string[];
  /** Short and stable: `"connection"`, `"mute"`, `"rotation"`, `"slow"`, `"start"`, `"reordering"`. */
  readonly cause: string;
  /** What filled it (`"kline"`); empty: nothing yet. */
  readonly filledBy: string;
}

/** Which gaps are asked for. */
export interface GapQuery {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Only those of this feed. */
  readonly feed?: string;
  /** Only those that concern this instrument: that name it, or no instrument at all. */
  readonly code?: string;
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
  /** A feed tells of a hole in its data. */
  gap?(gap: Gap, owner: FeedSink): void;
}

/** What a feed is doing, for `/healthz`. */
export interface FeedStatus {
  readonly state: "idle" | "running" | "ended" | "failed";
  /** One line for people: what it plays, why it stopped. */
  readonly detail: string;
  /** Event time of the newest event it delivered, 0 before the first. */
  readonly time: EpochMs;
  /** Connections to upstreams, where it has any. */
  readonly upstreams?: readonly UpstreamStatus[];
}

/** How one connection to an upstream is doing. */
export interface UpstreamStatus {
  /** Names it in logs and metrics, without secrets. */
  readonly name: string;
  readonly state: "connecting" | "live" | "waiting" | "closed" | "failed";
  /** Why it last was not live; empty: it always was. */
  readonly cause: string;
  /** Wall clock of the newest frame received, 0 before the first. */
  readonly lastMessage: EpochMs;
  /** Connections made, the first one included. */
  readonly connections: number;
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
  /**
   * Told before it starts what a store has of the past. A feed that makes its market up goes on from there; others need not
   * listen.
   */
  resume?(memory: FeedMemory): void;
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
   * Told when the first client begins to listen to an instrument, known or not, and when the last one has left: what an upstream
   * that sells by the code is asked for. It returns at once. A feed that delivers everything anyway need not listen.
   */
  watch?(id: string, watched: boolean): void;
  /**
   * Bars from before the feed began, where it can tell them: closed bars of `1m` or `1d` that begin before `end`, ascending, the
   * newest `limit` of them. The newest joins the first live price without a jump. Deterministic.
   */
  past?(id: string, period: "1m" | "1d", end: EpochMs, limit: number): readonly Kline[];
  /** The session by which orders can be passed through to its upstream, where it has one. */
  readonly trader?: UpstreamTrader | undefined;
}

/** What a store remembers for a feed from one start of the gateway to the next. */
export interface FeedMemory {
  /** Where the stored past of an instrument ends; undefined where there is none, and once the instrument was announced. */
  tail(id: string): Tail | undefined;
  /** Keeps a line of text about an instrument: it comes back as {@link Tail.note}. The newest one counts. */
  keepNote(id: string, note: string): void;
  /**
   * Takes closed bars of `1m` or `1d` that the feed has from its upstream, ascending, of one instrument: they take the place of bars that
   * were missed or made from too few ticks. Those of a minute that may still change are left out.
   */
  keepBars(bars: readonly Kline[]): void;
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
  /** Bytes that the store takes, about. */
  readonly bytes: number;
  /** Writes that failed and were tried again, since the start. */
  readonly retries: number;
}

/** A page of stored trades. */
export interface TradePage {
  /** Ascending by time, then seq. */
  readonly trades: readonly Trade[];
  /** Whether there are more in the range after the last one. */
  readonly more: boolean;
}

/** Where the stored past of an instrument ends: what bars in progress are made of again when a gateway starts. */
export interface Tail {
  readonly id: string;
  /** The newest bars of `1m`, ascending: at least those of its last trading day. */
  readonly minutes: readonly Kline[];
  /** The bars of `1d` of about the last month, ascending. */
  readonly days: readonly Kline[];
  /** The newest trades, ascending, as far as no stored bar covers them. */
  readonly trades: readonly Trade[];
  /** What the instrument's feed has noted of it (see {@link FeedMemory}); empty: nothing. */
  readonly note: string;
}

/** What was, kept. Appending never blocks, throws or fails; reading rejects with a clear error when the store is down. */
export interface History {
  /**
   * Takes one event, to be committed within a quarter of a second. Of `derived` events only trades are kept: books and
   * snapshots can be made again from what they were derived from.
   */
  append<K extends TickKind>(kind: K, event: EventOf[K], derived: boolean): void;
  /** Takes a closed or revised bar of `1m` or `1d`; replaces the one with the same id, period and time. */
  appendBar(bar: Kline): void;
  /** Takes a feed's note about an instrument; it comes back in the instrument's tail. */
  appendNote(id: string, note: string): void;
  /** Takes a gap; replaces the one that is the same (see {@link Gap}). */
  appendGap(gap: Gap): void;
  /** Gaps that reach into `from <= time < to`, by their beginning, ascending. */
  readGaps(query: GapQuery): Promise<readonly Gap[]>;
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
  /** The tail of every instrument that has one. Asked once, at start. */
  readTails(): Promise<readonly Tail[]>;
  /** Everything appended before the call is committed when it resolves. */
  flush(): Promise<void>;
  status(): HistoryStatus;
  /** Commits and closes; idempotent. */
  close(): Promise<void>;
}

/** Why a grant holds no more. */
export type GrantEnd = "revoked" | "expired";

/** What a downstream credential allows. */
export interface TokenGrant {
  /** Stable, safe to log: never the token. */
  readonly name: string;
  /** Key of the AllTick plan table. */
  readonly plan: string;
  /** Whether it may ask for this code. A code that stands for another (an alias) may be asked for under either name. */
  allows(code: string): boolean;
  /**
   * Told that somebody makes use of it at `now`: a handshake, a request, a connection that lives. Answers why it holds no
   * more, undefined while it does. What is asked with a grant that ended is refused, its connections are closed.
   */
  use(now: EpochMs): GrantEnd | undefined;
}

/** Who may come in. */
export interface Credentials {
  /** The grant of an AllTick token, or undefined when it is unknown or ended. Synchronous: it decides a handshake. */
  token(token: string): TokenGrant | undefined;
  /**
   * Judges a CTP user's password; `"locked"`: refused whatever the password is, by an operator or after too many failures. Slow on
   * purpose (scrypt), and slower after failures; rejects when too many checks wait already.
   */
  password(user: string, password: string): Promise<"right" | "wrong" | "locked">;
  /**
   * Changes a user's password; the new one holds at once. `"fixed"`: it stands in the configuration and cannot be changed here;
   * `"weak"`: the new one is easily guessed.
   */
  changePassword(
    user: string,
    old: string,
    next: string,
  ): Promise<"changed" | "wrong" | "same" | "weak" | "locked" | "fixed">;
}

/** A token as it is issued: all that is kept of it. The token itself is nowhere. */
export interface NewToken {
  /** Names it in lists, logs and metrics; one that is not revoked has its name alone. */
  readonly name: string;
  /** `sha256:` and 64 hex digits. */
  readonly hash: string;
  /** Key of the AllTick plan table. */
  readonly plan: string;
  /** Ids and patterns that it may ask for, as `makeIdFilter` takes them; empty: every code. */
  readonly codes: readonly string[];
  /** From this moment on it is refused; Infinity: never. */
  readonly expires: EpochMs;
  readonly created: EpochMs;
}

/** A token that was issued. */
export interface IssuedToken extends NewToken {
  /** When it was revoked; undefined: it was not. */
  readonly revoked: EpochMs | undefined;
  /** About when it was last made use of; undefined: not yet, as far as is known. */
  readonly used: EpochMs | undefined;
}

/** The tokens of a ledger. Every method throws a clear error when the store cannot do it; nothing is half done. */
export interface TokenLedger {
  /** Keeps a token. Refused when another one that is not revoked has the name, or when there are too many. */
  issue(token: NewToken): "issued" | "name taken" | "full";
  /** Revokes the token that has the name, for good; false when there is none. Its row stays, its name is free again. */
  revoke(name: string, at: EpochMs): boolean;
  /** Every token ever issued, in that order. */
  list(): readonly IssuedToken[];
  /** Notes when tokens, by their hashes, were last made use of. An earlier moment than the one that is kept changes nothing. */
  touch(used: ReadonlyMap<string, EpochMs>): void;
}

/** How a ledger is doing, for `/healthz` and `/metrics`. */
export interface LedgerStatus {
  readonly state: "ok" | "failing" | "closed";
  /** The last error, in one line; empty when all is well. */
  readonly detail: string;
}

/**
 * What must never be lost: one store, a part for each of its subjects. What a call has done is on the disk when it returns, and
 * survives a crash. Several processes may have it open.
 */
export interface Ledger {
  readonly tokens: TokenLedger;
  readonly users: UserLedger;
  readonly instructions: InstructionLedger;
  /** The exchange's journal, written by a thread of its own; opened at the first call. */
  journal(): Journal;
  /** Whether another process has changed it since it was opened or last asked. Cheap: it may be asked all the time. */
  changed(): boolean;
  status(): LedgerStatus;
  /** Idempotent; nothing else may be called after it but `status`. */
  close(): void;
}
