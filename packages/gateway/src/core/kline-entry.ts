/** What the kline engine keeps, per feed and per instrument. */
import type { EpochMs, Kline, Period } from "@tickwire/protocol/model";
import type { Channel } from "./hub.ts";
import type { Earlier } from "./seed.ts";
import type { Track } from "./track.ts";

/** One feed's time and what waits for it. */
export interface FeedTime {
  now: EpochMs;
  /** When it was last looked who waits to be told. */
  lookedAt: EpochMs;
  /** When something of its instruments closes or finishes next. */
  due: EpochMs;
  readonly entries: Entry[];
  /** Changed since they were last told; each at most once. */
  readonly dirty: Entry[];
  /** Not yet asked for their past: one at a time, so that no turn is long. */
  readonly unseeded: Entry[];
}

/** One instrument in the engine. */
export interface Entry {
  readonly track: Track;
  readonly channel: Channel;
  readonly feed: FeedTime;
  /** Its feed's time when it was announced; -Infinity: not known. */
  readonly announced: EpochMs;
  readonly earlier: Earlier | undefined;
  /** Hands on a bar that is closed. */
  readonly told: (bar: Kline) => void;
  /** Whether bars of a period are told to anybody. */
  readonly wants: (period: Period) => boolean;
}

/** Closes and finishes what is due of a feed's instruments. */
export function settleDue(feed: FeedTime): void {
  let due = Infinity;
  for (const { track, told, wants } of feed.entries) {
    if (track.due <= feed.now) track.settle(feed.now, told, wants);
    due = Math.min(due, track.due);
  }
  feed.due = due;
}

/** Forgets an instrument that a feed listed earlier has taken over: its bars begin anew, in that feed's time. */
export function forget(entry: Entry): void {
  const { entries, dirty, unseeded } = entry.feed;
  for (const list of [entries, dirty, unseeded]) {
    const at = list.indexOf(entry);
    if (at >= 0) list.splice(at, 1);
  }
}
