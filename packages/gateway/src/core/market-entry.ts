/** What the market keeps, per instrument and per feed. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import type { TradeMark } from "../ports/history.ts";
import type { DayBuilder } from "./day.ts";
import type { Channel } from "./hub.ts";
import type { LateTrades } from "./late-trades.ts";
import { TradeGuard } from "./trade-guard.ts";

/** One instrument in the market. */
export interface Entry {
  readonly channel: Channel;
  /** The sink whose events count: of those that announced it, the one made first. */
  owner: FeedSink;
  /** The day so far, for instruments whose feed has no snapshots. */
  day: DayBuilder | undefined;
  /** Of instruments whose feed numbers its trades. */
  guard: TradeGuard | undefined;
  /** The newest trade that was published, by time. */
  tradeTime: EpochMs;
  /** Time of the snapshot that ends a gap its feed told of; NaN: none. */
  resumes: EpochMs;
}

/** What a feed's sink keeps for all its instruments. */
export interface Inlet {
  /** Instruments whose derived snapshot waits for its turn; each at most once. */
  readonly dirty: Entry[];
  readonly late: LateTrades;
}

/** An instrument that `owner` announces first; `stored`: its newest trades from before the start. */
export function newEntry(channel: Channel, owner: FeedSink, stored: readonly TradeMark[]): Entry {
  const guard = stored.length > 0 ? new TradeGuard(stored) : undefined;
  return { channel, owner, day: undefined, guard, tradeTime: -Infinity, resumes: NaN };
}

/** Begins an instrument's state anew for the feed that takes it over. */
export function startAnew(entry: Entry, owner: FeedSink): void {
  entry.owner = owner;
  entry.day = entry.guard = undefined;
  entry.tradeTime = -Infinity;
  entry.resumes = NaN;
  entry.channel.forget();
}
