/** Bars of a period. Pure. */
import { tradingDaySpan, tradingDayStart } from "./calendar.ts";
import type { TradingHours } from "./instrument.ts";
import { Sum } from "./sum.ts";
import type { EpochMs, TradingDay } from "./ticks.ts";
import { dateOfDay, dayNumberOf, epochOf, localDate, zoneOffset } from "./zone.ts";

/** Periods of bars, shortest first. AllTick's kline_type is the index plus one (alltick.md 5.1). */
export const PERIODS = ["1m", "5m", "15m", "30m", "1h", "2h", "4h", "1d", "1w", "1M"] as const;

/** A period of bars. */
export type Period = (typeof PERIODS)[number];

/** One bar. Prices are those of trades; a period without a trade has no bar. */
export interface Kline {
  readonly id: string;
  readonly period: Period;
  /** When the period begins. Of a day, a week and a month: midnight of its (first) trading day in the exchange's zone. */
  readonly time: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Money, as in {@link Trade}. */
  readonly turnover: number;
  /** At the end of the bar; `NaN` where there is none. */
  readonly openInterest: number;
  /** False while the bar is being formed. */
  readonly closed: boolean;
  /** Whether it was changed after it had been closed, by ticks that came late. */
  readonly revised: boolean;
  /** Whether data is known to be missing within it. */
  readonly gap: boolean;
}

/** One bar's place in time: the moments that belong to it, and the time that names it. */
export interface PeriodSpan {
  /** The bar's `time` (see {@link Kline}). */
  readonly time: EpochMs;
  /** First moment that belongs to it. Of a day: when the trading day begins, which may be the evening before. */
  readonly start: EpochMs;
  /** First moment that no longer does: the bar closes. */
  readonly end: EpochMs;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAYS_OF_WEEK = 7;

/** Lengths of the periods that are cut from the clock; the others are cut from the calendar. */
const CLOCK_PERIODS: Readonly<Partial<Record<Period, number>>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": HOUR,
  "2h": 2 * HOUR,
  "4h": 4 * HOUR,
};

/** When the bar of `period` that holds `time` closes: the first moment that belongs to the next one. */
export function periodEnd(hours: TradingHours, period: Period, time: EpochMs): EpochMs {
  return periodSpan(hours, period, time).end;
}

/**
 * The bar of `period` that holds `time`. Periods within the day are cut from the exchange's own clock, counted from its midnight;
 * days, weeks (from Monday) and months from its trading days.
 */
export function periodSpan(hours: TradingHours, period: Period, time: EpochMs): PeriodSpan {
  const length = CLOCK_PERIODS[period];
  if (length !== undefined) {
    const start = clockStart(hours.zone, length, time);
    return { time: start, start, end: clockEnd(hours.zone, length, start) };
  }
  const day = tradingDaySpan(hours, time);
  const first = firstDate(period, day.day);
  const named = epochOf(hours.zone, first, "00:00");
  if (period === "1d") return { time: named, start: day.start, end: day.end };
  return {
    time: named,
    start: tradingDayStart(hours, first),
    end: tradingDayStart(hours, nextFirstDate(period, first)),
  };
}

/**
 * Bars of `period` from closed or forming bars of one shorter period of one instrument, ascending: open of the first, close
 * of the last, open interest of the last that knows it, extremes, exact sums. A bar is closed when its parts are and its
 * period is over at `now`; it is revised or has a gap when a part is or has.
 */
export function mergeKlines(
  bars: readonly Kline[],
  hours: TradingHours,
  period: Period,
  now: EpochMs = Infinity,
): Kline[] {
  const merged: Kline[] = [];
  let span: PeriodSpan | undefined;
  let from = 0;
  for (let at = 0; at < bars.length; at++) {
    const { time } = bars[at]!;
    if (span !== undefined && time >= span.start && time < span.end) continue;
    if (span !== undefined) merged.push(mergeOne(bars, from, at, period, span, now));
    span = periodSpan(hours, period, time);
    from = at;
  }
  if (span !== undefined) merged.push(mergeOne(bars, from, bars.length, period, span, now));
  return merged;
}

/** The bar that `bars[from]` to `bars[to - 1]` make; there is at least one. */
function mergeOne(
  bars: readonly Kline[],
  from: number,
  to: number,
  period: Period,
  span: PeriodSpan,
  now: EpochMs,
): Kline {
  const { id, open } = bars[from]!;
  const volume = new Sum();
  const turnover = new Sum();
  let { high, low, openInterest } = bars[from]!;
  let closed = now >= span.end;
  let revised = false;
  let gap = false;
  for (let at = from; at < to; at++) {
    const bar = bars[at]!;
    if (bar.high > high) high = bar.high;
    if (bar.low < low) low = bar.low;
    if (!Number.isNaN(bar.openInterest)) openInterest = bar.openInterest;
    volume.add(bar.volume);
    turnover.add(bar.turnover);
    closed &&= bar.closed;
    revised ||= bar.revised;
    gap ||= bar.gap;
  }
  const { close } = bars[to - 1]!;
  const sums = { volume: volume.value, turnover: turnover.value };
  return { id, period, time: span.time, open, high, low, close, ...sums, openInterest, closed, revised, gap };
}

function clockStart(zone: string, length: number, time: EpochMs): EpochMs {
  const offset = zoneOffset(zone, time);
  const start = Math.floor((time + offset) / length) * length - offset;
  // Where the clock was set since: the start is what the clock showed then. Bars of up to an hour are cut at the change.
  return length <= HOUR ? start : start + offset - zoneOffset(zone, start);
}

function clockEnd(zone: string, length: number, start: EpochMs): EpochMs {
  const end = start + length;
  return length <= HOUR ? end : end + zoneOffset(zone, start) - zoneOffset(zone, end);
}

/** The first calendar date of the day, week or month that holds `day`; all `YYYYMMDD`. */
function firstDate(period: Period, day: TradingDay): TradingDay {
  if (period === "1M") return `${day.slice(0, 6)}01`;
  if (period === "1d") return day;
  const number = dayNumberOf(day);
  // Day 0, 1970-01-01, was a Thursday.
  return dateOfDay(number - ((number + 3) % DAYS_OF_WEEK));
}

/** The first calendar date of the week or month after the one that begins on `first`. */
function nextFirstDate(period: Period, first: TradingDay): TradingDay {
  if (period === "1w") return dateOfDay(dayNumberOf(first) + DAYS_OF_WEEK);
  const year = Number(first.slice(0, 4));
  const month = Number(first.slice(4, 6));
  return localDate("UTC", Date.UTC(year, month, 1));
}
