/** Trading days and sessions. See `tradingDaySpan`. */
import type { TradingHours } from "./instrument.ts";
import type { EpochMs, TradingDay } from "./ticks.ts";

/** One trading day as an interval of time. */
export interface TradingDaySpan {
  readonly day: TradingDay;
  /** First millisecond that belongs to it. */
  readonly start: EpochMs;
  /** First millisecond that no longer does. */
  readonly end: EpochMs;
}

const DAY = 86_400_000;

/** PLACEHOLDER until the calendar lands: natural days at UTC+8. */
export function tradingDaySpan(_hours: TradingHours, time: EpochMs): TradingDaySpan {
  const start = Math.floor((time + 8 * 3_600_000) / DAY) * DAY - 8 * 3_600_000;
  const day = new Date(start + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", "");
  return { day, start, end: start + DAY };
}

/** Calendar date `YYYYMMDD` at `time` in `zone`. PLACEHOLDER: UTC+8. */
export function localDate(_zone: string, time: EpochMs): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", "");
}

/** Wall-clock time `HH:MM:SS` at `time` in `zone`. PLACEHOLDER: UTC+8. */
export function localTime(_zone: string, time: EpochMs): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(11, 19);
}
