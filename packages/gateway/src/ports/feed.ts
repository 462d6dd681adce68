/** What the house and its sources of market data are to each other. */
import type { Book, EpochMs, Instrument, Kline, Snapshot, Trade } from "@tickwire/protocol/model";
import type { Tail } from "./history.ts";
import type { UpstreamTrader } from "./upstream.ts";

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
  /** What was traded in it altogether until now: what the trades that the hub has taken lack of it is added to its day. */
  readonly today?: DaySoFar;
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
  /** Short and stable: `"connection"`, `"mute"`, `"rotation"`, `"unwatched"`, `"refused"`, `"slow"`, `"start"`, `"reordering"`. */
  readonly cause: string;
  /** What filled it (`"kline"`); empty: nothing yet. */
  readonly filledBy: string;
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
  /** Gaps that are not over, as they are now: what is wanted and does not come. They are told to the sink when they are. */
  lasting?(): readonly Gap[];
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
  /** The feed's own gaps that nothing had filled when the gateway started, by their beginning, ascending. */
  gaps(): readonly Gap[];
  /** Keeps a line of text about an instrument: it comes back as {@link Tail.note}. The newest one counts. */
  keepNote(id: string, note: string): void;
  /**
   * Takes closed bars of `1m` or `1d` that the feed has from its upstream, ascending, of one instrument: they take the place of bars that
   * were missed or made from too few ticks. Those of a minute that may still change are left out.
   */
  keepBars(bars: readonly Kline[]): void;
}
