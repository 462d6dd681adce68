/** Bars of any period from three sources that follow each other in time: a feed's past, the store, and the live engine. */
import {
  mergeKlines,
  periodSpan,
  type EpochMs,
  type Instrument,
  type Kline,
  type Period,
} from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import type { Bars, History } from "../ports/history.ts";
import type { EventOf, MarketTap, TickKind } from "../ports/market.ts";

/** The live side: the engine that makes bars. */
export interface LiveBars {
  /** The newest bar of a period, forming or closed. */
  live(id: string, period: Period): Kline | undefined;
  /** The newest `limit` bars of a minute, ascending; the last one may be forming. */
  recent(id: string, limit: number): readonly Kline[];
}

/** What the service is made of. */
export interface BarSources {
  readonly live: LiveBars;
  readonly history: Pick<History, "readBars" | "readMerged">;
  /** See `Feed.past`; empty where no feed tells. */
  past(id: string, period: "1m" | "1d", end: EpochMs, limit: number): readonly Kline[];
  /** Whether data of a bar is known to be missing: the bar says so. */
  covers(instrument: Instrument, period: Period, time: EpochMs): boolean;
  /** Told when the store cannot be read: bars then come from the other sources. */
  onError(error: unknown): void;
}

/** Minutes or days in a period, at most. */
const PARTS: Readonly<Record<Period, number>> = {
  "1m": 1,
  "5m": 5,
  "15m": 15,
  "30m": 30,
  "1h": 60,
  "2h": 120,
  "4h": 240,
  "1d": 1,
  "1w": 7,
  "1M": 31,
};
/** Minutes that the engine is asked for: all that it has. */
const ALL_MINUTES = 100_000;
/** More parts than the longest period of either kind has. */
const MOST_PARTS = 1_440;
/** Closed days that are remembered until the store is sure to have them. */
const KEPT_DAYS = 2;

interface Known {
  readonly instrument: Instrument;
  readonly owner: FeedSink;
  /** The newest closed days, ascending. */
  readonly days: Kline[];
}

/** What is asked for: bars of a period that are made of parts, and the newest of these, which the store may not have. */
interface Question {
  readonly instrument: Instrument;
  readonly period: Period;
  readonly base: "1m" | "1d";
  readonly parts: readonly Kline[];
  readonly end: EpochMs;
  readonly limit: number;
  readonly now: EpochMs;
}

/** See {@link Bars}. It is a tap as well: it knows the instruments and how far the time of each one's feed has come. */
export class BarService implements Bars, MarketTap {
  readonly #sources: BarSources;
  readonly #known = new Map<string, Known>();
  readonly #times = new Map<FeedSink, EpochMs>();

  constructor(sources: BarSources) {
    this.#sources = sources;
  }

  instrument(instrument: Instrument, owner: FeedSink): void {
    this.#known.set(instrument.id, { instrument, owner, days: this.#known.get(instrument.id)?.days ?? [] });
  }

  tick<K extends TickKind>(_kind: K, _event: EventOf[K]): void {}

  advance(now: EpochMs, owner: FeedSink): void {
    this.#times.set(owner, now);
  }

  /** Takes a closed bar on its way to the store, where it cannot be read yet. */
  keep(bar: Kline): void {
    if (bar.period !== "1d") return;
    const days = this.#known.get(bar.id)?.days;
    if (days === undefined) return;
    const at = days.findIndex(({ time }) => time === bar.time);
    if (at >= 0) days[at] = bar;
    else {
      days.push(bar);
      days.sort((a, b) => a.time - b.time);
      if (days.length > KEPT_DAYS) days.shift();
    }
  }

  async bars(id: string, period: Period, end: EpochMs, limit: number): Promise<readonly Kline[]> {
    const known = this.#known.get(id);
    if (known === undefined || limit <= 0) return [];
    // A replay that is played again is not told what its last run has stored of its future.
    const now = this.#times.get(known.owner) ?? Infinity;
    // The bar under way is told even where its name is yet to come: a night session's day is named by the midnight after.
    const newest = now === Infinity ? now : periodSpan(known.instrument.hours, period, now).time;
    const until = Math.min(end, newest);
    const daily = period === "1d" || period === "1w" || period === "1M";
    const base = daily ? "1d" : "1m";
    const parts = daily ? this.#newestDays(known) : this.#sources.live.recent(id, ALL_MINUTES);
    const bars = await this.#join({ instrument: known.instrument, period, base, parts, end: until, limit, now });
    const asked = bars.filter(({ time }) => time <= until).slice(-limit);
    return asked.map((bar) => this.#marked(known.instrument, bar));
  }

  /** The bar, flagged where a gap that nothing has filled reaches into it. */
  #marked(instrument: Instrument, bar: Kline): Kline {
    if (bar.gap) return bar;
    return this.#sources.covers(instrument, bar.period, bar.time) ? { ...bar, gap: true } : bar;
  }

  /** The days that were closed last, and the one under way. */
  #newestDays({ instrument, days }: Known): readonly Kline[] {
    const today = this.#sources.live.live(instrument.id, "1d");
    if (today === undefined) return days;
    return [...days.filter(({ time }) => time < today.time), today];
  }

  /** What is known live, then what the store has before that, then what the feed can tell of before that. */
  async #join(question: Question): Promise<Kline[]> {
    const { instrument, period, base, parts, end, limit, now } = question;
    const { id, hours } = instrument;
    const { history } = this.#sources;
    const newest = mergeKlines(parts, hours, period, now).filter(({ time }) => time <= end);
    // The oldest bar of a source may lack its beginning: everywhere one more is taken than is asked for.
    if (newest.length > limit) return newest;
    const joint = parts.length === 0 ? undefined : periodSpan(hours, period, parts[0]!.time);
    if (joint !== undefined && parts[0]!.time > joint.start && newest.length > 0 && PARTS[period] > 1) {
      const bridge = await this.#stored(() => history.readBars(id, base, joint.start, parts[0]!.time, PARTS[period]));
      const all = [...bridge, ...parts.filter(({ time }) => time < joint.end)];
      newest.splice(0, 1, ...mergeKlines(all, hours, period, now));
    }
    const older = await this.#stored(() =>
      history.readMerged(instrument, period, Math.min(end, (joint?.time ?? Infinity) - 1), limit + 1 - newest.length),
    );
    const bars = [...older.map((bar) => reopen(bar, instrument, now)), ...newest];
    return bars.length > limit ? bars : this.#prepend(question, bars);
  }

  /** Puts a feed's past before `bars`, and completes the bar in which they meet. */
  async #prepend(question: Question, bars: readonly Kline[]): Promise<Kline[]> {
    const { instrument, period, base, parts, end, limit, now } = question;
    const { id, hours } = instrument;
    const [first] = bars;
    const span = first === undefined ? undefined : periodSpan(hours, period, first.time);
    const own: Kline[] = [];
    if (span !== undefined) {
      const { history } = this.#sources;
      const stored = await this.#stored(() => history.readBars(id, base, span.start, span.end, MOST_PARTS));
      const begin = parts[0]?.time ?? Infinity;
      own.push(...stored.filter(({ time }) => time < begin));
      own.push(...parts.filter(({ time }) => time >= span.start && time < span.end));
    }
    const until = own[0]?.time ?? span?.start ?? (end === Infinity ? Infinity : periodSpan(hours, period, end).end);
    const past = this.#sources.past(id, base, until, (limit - bars.length + 1) * PARTS[period]);
    if (past.length === 0) return [...bars];
    return [...mergeKlines([...past, ...own], hours, period, now), ...bars.slice(own.length > 0 ? 1 : 0)];
  }

  async #stored(read: () => Promise<readonly Kline[]>): Promise<readonly Kline[]> {
    try {
      return await read();
    } catch (error) {
      this.#sources.onError(error);
      return [];
    }
  }
}

/** A stored bar whose period is not over at `now` is still forming, though all its parts are closed. */
function reopen(bar: Kline, { hours }: Instrument, now: EpochMs): Kline {
  return bar.closed && periodSpan(hours, bar.period, bar.time).end > now ? { ...bar, closed: false } : bar;
}
