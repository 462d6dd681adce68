/** Tells of bars: of forming ones at most twice a second, of closed ones at once, to the store and to who listens. Pure. */
import { PERIODS, type EpochMs, type Instrument, type Kline, type Period } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import { MINUTE_MS } from "./bar.ts";
import type { Channel } from "./hub.ts";
import type { Entry, FeedTime } from "./kline-entry.ts";
import type { KlineOptions } from "./kline-options.ts";
import { seedFrom } from "./seed.ts";

/** A forming bar is told at most so often. */
const TELL_INTERVAL_MS = 500;
/** How often it is looked who waits to be told. */
const LOOK_INTERVAL_MS = 100;
/** So many of an instrument's newest minutes are told again where a gap reaches into them. */
const RETOLD = 120;

/** Kinds of event, in the order of the periods: made once, for the tick path. */
const KINDS = PERIODS.map((period) => `kline:${period}` as const);

/** What an engine says of its bars. */
export class KlineTeller {
  /** Bars told: those that closed, and those revised after. */
  readonly counts = { closed: 0, revised: 0 };
  readonly #options: KlineOptions;

  constructor(options: KlineOptions) {
    this.#options = options;
  }

  /** The bar, flagged where an open gap reaches into it. */
  marked(instrument: Instrument, bar: Kline): Kline {
    const { covers } = this.#options;
    if (covers === undefined || bar.gap) return bar;
    return covers(instrument, bar.period, bar.time) ? { ...bar, gap: true } : bar;
  }

  /** The newest bar of a period as it is told; undefined where nothing was traded. */
  live({ track, earlier }: Entry, period: Period): Kline | undefined {
    seedFrom(track, earlier, period);
    const bar = track.live(period);
    return bar && this.marked(track.instrument, bar);
  }

  /** Whether bars of a period are told to anybody. */
  wants({ track, channel, earlier }: Entry, period: Period): boolean {
    const keeps = period === "1d" && this.#options.keepBar !== undefined;
    if (!keeps && !channel.watches(`kline:${period}`)) return false;
    seedFrom(track, earlier, period);
    return true;
  }

  /** Tells of a bar that is closed. */
  told({ track, channel }: Entry, bar: Kline): void {
    if (bar.revised) this.counts.revised++;
    else this.counts.closed++;
    this.#handOn(channel, this.marked(track.instrument, bar));
  }

  /** Trailing edge: what changed is told when the last time is long enough ago. */
  tellChanged(feed: FeedTime): void {
    const { dirty, now } = feed;
    if (now - feed.lookedAt < LOOK_INTERVAL_MS) return;
    feed.lookedAt = now;
    let kept = 0;
    for (const entry of dirty) {
      if (now - entry.track.toldAt >= TELL_INTERVAL_MS) this.#tell(entry, now);
      else dirty[kept++] = entry;
    }
    dirty.length = kept;
  }

  #tell(entry: Entry, now: EpochMs): void {
    const { track, channel, told, wants } = entry;
    track.waiting = false;
    track.toldAt = now;
    track.revise(told, wants);
    for (let at = 0; at < KINDS.length; at++) {
      const kind = KINDS[at]!;
      if (!channel.watches(kind)) continue;
      const bar = this.live(entry, PERIODS[at]!);
      if (bar !== undefined && !bar.closed) channel.publish(kind, bar);
    }
  }

  /** Tells the newest closed minutes again whose flag a gap has changed. */
  tellAgain(entries: readonly Entry[], { from, to, codes }: Gap): void {
    const only = codes.length === 0 ? undefined : new Set(codes);
    for (const { track, channel } of entries) {
      if (only?.has(track.instrument.id) === false) continue;
      const back = Math.ceil((track.newest - from) / MINUTE_MS) + 1;
      for (const bar of track.recent(Math.max(0, Math.min(back, RETOLD)))) {
        if (!bar.closed || bar.gap || bar.time >= to || bar.time + MINUTE_MS <= from) continue;
        this.#handOn(channel, this.marked(track.instrument, bar));
      }
    }
  }

  #handOn(channel: Channel, bar: Kline): void {
    if (bar.period === "1m" || bar.period === "1d") this.#options.keepBar?.(bar);
    channel.publish(`kline:${bar.period}`, bar);
  }
}
