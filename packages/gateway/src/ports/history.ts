/** What was, kept and read again. */
import type { EpochMs, Instrument, Kline, Period, Trade } from "@tickwire/protocol/model";
import type { Gap } from "./feed.ts";
import type { EventOf, TickKind } from "./market.ts";

/** Which gaps are asked for. */
export interface GapQuery {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Only those of this feed. */
  readonly feed?: string;
  /** Only those that concern this instrument: that name it, or no instrument at all. */
  readonly code?: string;
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

/** Where a trade stands among those of its instrument: by time, then by number. */
export type TradeMark = Pick<Trade, "seq" | "time">;

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
  /** The newest trade of all, though a bar may cover it; undefined: there is none of the last few days. */
  readonly newest: TradeMark | undefined;
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
  /** Trades with `from <= time < to` that come after `after`, at most `limit`. */
  readTrades(id: string, from: EpochMs, to: EpochMs, after: TradeMark | undefined, limit: number): Promise<TradePage>;
  /** The tail of every instrument that has one. Asked once, at start. */
  readTails(): Promise<readonly Tail[]>;
  /** Everything appended before the call is committed when it resolves. */
  flush(): Promise<void>;
  status(): HistoryStatus;
  /** Commits and closes; idempotent. */
  close(): Promise<void>;
}
