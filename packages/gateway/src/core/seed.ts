/** Lets the first bars of the longer periods begin with what is known from before an instrument's first tick. Pure. */
import { mergeKlines, tradingDaySpan, type EpochMs, type Kline, type Period } from "@tickwire/protocol/model";
import { MINUTE_MS } from "./bar.ts";
import type { Frame } from "./frame.ts";
import type { KlineOptions } from "./kline-options.ts";
import type { Track } from "./track.ts";

/** No month has more. */
const MAX_MONTH_DAYS = 31;

/** What is known from before; bars are closed and ascending. */
export interface Earlier {
  /** Minutes that begin in `from <= time < to`; there may be older ones among them. */
  minutes(from: EpochMs, to: EpochMs): readonly Kline[];
  /** Days before `to`, at least those of its month. */
  days(to: EpochMs): readonly Kline[];
  /** Whether nothing lies between it and the first tick. */
  readonly complete: boolean;
}

/** What a feed's past tells of an instrument; undefined where there is none. */
export function earlierOf(id: string, past: KlineOptions["past"]): Earlier | undefined {
  return (
    past && {
      minutes: (from, to) => (to > from ? past(id, "1m", to, Math.ceil((to - from) / MINUTE_MS)) : []),
      days: (to) => past(id, "1d", to, MAX_MONTH_DAYS),
      complete: true,
    }
  );
}

/**
 * What a store has, and from before its first bar what a feed's past tells; between its last and the first tick is a gap.
 * The minutes are told once and then forgotten: those of a thousand instruments are hundreds of megabytes.
 */
export function continueEarlier(
  past: Earlier | undefined,
  { minutes: stored, days }: { readonly minutes: readonly Kline[]; readonly days: readonly Kline[] },
): Earlier {
  let untold = stored;
  return {
    minutes: (from, to) => {
      const minutes = prepend(untold, to, (until) => past?.minutes(from, until));
      untold = [];
      return minutes;
    },
    days: (to) => prepend(days, to, (until) => past?.days(until)),
    complete: false,
  };
}

function prepend(bars: readonly Kline[], to: EpochMs, before: (to: EpochMs) => readonly Kline[] | undefined): Kline[] {
  const until = Math.min(to, bars[0]?.time ?? to);
  return [...(before(until) ?? []).filter(({ time }) => time < until), ...bars];
}

/** Lets a first bar of the period begin with what is known from before. */
export function seedFrom(track: Track, earlier: Earlier | undefined, period: Period): void {
  if (earlier === undefined || period === "1m") return;
  if (period === "1w" || period === "1M") seedMonth(track, earlier);
  else seedDay(track, earlier);
}

/** Up to the day: from the minutes of the trading day under way. Once. */
function seedDay(track: Track, earlier: Earlier): void {
  if (track.daySeeded || Number.isNaN(track.first)) return;
  track.daySeeded = true;
  const { first, instrument } = track;
  const { start } = tradingDaySpan(instrument.hours, first);
  const minutes = earlier.minutes(start, first).filter(({ time }) => time >= start && time < first);
  [track.today] = mergeKlines(minutes, instrument.hours, "1d");
  for (const frame of track.frames) if (!isLong(frame)) seed(frame, minutes, track, earlier.complete);
}

/** Weeks and months: from the days before, and the day's beginning. Once. */
function seedMonth(track: Track, earlier: Earlier): void {
  if (track.monthSeeded || Number.isNaN(track.first)) return;
  seedDay(track, earlier);
  track.monthSeeded = true;
  const { start } = tradingDaySpan(track.instrument.hours, track.first);
  const days = earlier.days(start).filter(({ time }) => time < start);
  if (track.today !== undefined) days.push(track.today);
  for (const frame of track.frames) if (isLong(frame)) seed(frame, days, track, earlier.complete);
}

function isLong({ period }: Frame): boolean {
  return period === "1w" || period === "1M";
}

function seed(frame: Frame, parts: readonly Kline[], { instrument }: Track, complete: boolean): void {
  const { span, period } = frame;
  const own = parts.filter(({ time }) => time >= span.start && time < span.end);
  [frame.before] = mergeKlines(own, instrument.hours, period);
  if (complete && frame.before !== undefined) frame.missing = NaN;
}
