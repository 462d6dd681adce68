/** Bars of a period. Pure. */
import { tradingDaySpan } from "./calendar.ts";
import type { TradingHours } from "./instrument.ts";
import type { EpochMs } from "./ticks.ts";
import { epochOf, zoneOffset } from "./zone.ts";

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

const MINUTE = 60_000;

/** Lengths of the periods that are cut from the clock; the others are cut from the calendar. */
const CLOCK_PERIODS: Readonly<Partial<Record<Period, number>>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": 60 * MINUTE,
  "2h": 120 * MINUTE,
  "4h": 240 * MINUTE,
};

/**
 * When the bar of `period` that holds `time` begins. Periods within the day are cut from the exchange's own clock, counted
 * from its midnight; days, weeks (from Monday) and months from its trading days.
 */
export function periodStart(hours: TradingHours, period: Period, time: EpochMs): EpochMs {
  const length = CLOCK_PERIODS[period];
  if (length !== undefined) {
    const offset = zoneOffset(hours.zone, time);
    return Math.floor((time + offset) / length) * length - offset;
  }
  const { day } = tradingDaySpan(hours, time);
  return epochOf(hours.zone, firstDay(period, day), "00:00");
}

/** The first calendar day of the day, week or month that holds `day`; all `YYYYMMDD`. */
function firstDay(period: Period, day: string): string {
  if (period === "1M") return `${day.slice(0, 6)}01`;
  if (period === "1d") return day;
  const date = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6))));
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10).replaceAll("-", "");
}
