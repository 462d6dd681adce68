/** Wall clocks of the world: what they show at a moment, and the moment at which they show something. Pure. */
import type { EpochMs, TradingDay } from "./ticks.ts";

const SECOND = 1_000;
const DAY = 86_400_000;
const WEEK_DAYS = 7;
const THURSDAY = 4;
/**
 * Since 1970 zones change their offset on quarter hours of UTC only, and never twice within a day: a day of UTC that begins and
 * ends with the same offset has no other.
 */
const QUARTER_HOUR = 900_000;
/** Entries at which a memo is emptied, so that strange times or zone names cannot grow it. */
const MEMO_LIMIT = 4_096;
/** As {@link MEMO_LIMIT}, for what is remembered by the day: ninety years. */
const DAYS_LIMIT = 32_768;

/** Zones of constant offset, and since when: these need no lookup. China and Hong Kong once had summer time. */
const FIXED: ReadonlyMap<string, { readonly offset: number; readonly since: EpochMs }> = new Map([
  ["UTC", { offset: 0, since: -Infinity }],
  ["Asia/Shanghai", { offset: 8 * 3_600_000, since: Date.UTC(1992, 0, 1) }],
  ["Asia/Hong_Kong", { offset: 8 * 3_600_000, since: Date.UTC(1980, 0, 1) }],
]);

/** Offsets of one zone, asked from Intl once per day, and once per quarter hour of a day on which it changes. */
class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Offsets at the beginnings of days and of quarter hours, by their number. */
  readonly #days = new Map<number, number>();
  readonly #quarters = new Map<number, number>();
  #bucket = NaN;
  #offset = 0;

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  offsetAt(time: EpochMs): number {
    const bucket = Math.floor(time / QUARTER_HOUR);
    if (bucket === this.#bucket) return this.#offset;
    const day = Math.floor(time / DAY);
    const offset = this.#recall(this.#days, DAYS_LIMIT, day, DAY);
    const constant = offset === this.#recall(this.#days, DAYS_LIMIT, day + 1, DAY);
    this.#bucket = bucket;
    return (this.#offset = constant ? offset : this.#recall(this.#quarters, MEMO_LIMIT, bucket, QUARTER_HOUR));
  }

  #recall(memo: Map<number, number>, limit: number, number: number, length: number): number {
    let offset = memo.get(number);
    if (offset === undefined) {
      if (memo.size >= limit) memo.clear();
      memo.set(number, (offset = this.#ask(number * length)));
    }
    return offset;
  }

  #ask(time: EpochMs): number {
    const fields: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(time)) fields[type] = Number(value);
    const { year, month, day, hour, minute, second } = fields;
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - time;
  }
}

const zones = new Map<string, Zone>();
const dates = new Map<number, TradingDay>();
const numbers = new Map<TradingDay, number>();

/**
 * What has to be added to `time` to get `zone`'s wall clock, in milliseconds (east is positive).
 * Throws RangeError when there is no such zone.
 */
export function zoneOffset(zone: string, time: EpochMs): number {
  const fixed = FIXED.get(zone);
  if (fixed !== undefined && time >= fixed.since) return fixed.offset;
  let known = zones.get(zone);
  if (known === undefined) {
    if (zones.size >= MEMO_LIMIT) zones.clear();
    zones.set(zone, (known = new Zone(zone)));
  }
  return known.offsetAt(time);
}

/** Days from 1970-01-01 to `date` (`YYYYMMDD`). */
export function dayNumberOf(date: TradingDay): number {
  let number = numbers.get(date);
  if (number === undefined) {
    if (numbers.size >= DAYS_LIMIT) numbers.clear();
    const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8))];
    numbers.set(date, (number = Date.UTC(year, month, day) / DAY));
  }
  return number;
}

/** The date `YYYYMMDD` that is `number` days after 1970-01-01. */
export function dateOfDay(number: number): TradingDay {
  let date = dates.get(number);
  if (date === undefined) {
    if (dates.size >= DAYS_LIMIT) dates.clear();
    dates.set(number, (date = new Date(number * DAY).toISOString().slice(0, 10).replaceAll("-", "")));
  }
  return date;
}

/** Day of the week, 0 for Sunday, `number` days after 1970-01-01, which was a Thursday. */
export function weekdayOf(number: number): number {
  return (((number + THURSDAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
}

/** Calendar date `YYYYMMDD` at `time` in `zone`. */
export function localDate(zone: string, time: EpochMs): string {
  return dateOfDay(Math.floor((time + zoneOffset(zone, time)) / DAY));
}

/** Wall-clock time `HH:MM:SS` at `time` in `zone`, cut to the second. */
export function localTime(zone: string, time: EpochMs): string {
  const seconds = Math.floor((time + zoneOffset(zone, time)) / SECOND);
  const ofDay = seconds - Math.floor(seconds / 86_400) * 86_400;
  const minutes = (ofDay / 60) | 0;
  return `${twoDigits((minutes / 60) | 0)}:${twoDigits(minutes % 60)}:${twoDigits(ofDay % 60)}`;
}

/**
 * The moment at which `zone`'s clock shows `date` (`YYYYMMDD`) and `time` (`HH:MM` or `HH:MM:SS`, hours may exceed 23 and
 * then reach into the following days) and `ms` milliseconds. Of a time shown twice (clocks set back) it is the first; a
 * time never shown (clocks set forward) is taken as if the clock had not been set yet.
 */
export function epochOf(zone: string, date: TradingDay, time: string, ms = 0): EpochMs {
  const [hours, minutes, seconds] = time.split(":");
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0);
  const wall = dayNumberOf(date) * DAY + clock * SECOND + ms;
  const before = zoneOffset(zone, wall - DAY);
  const after = zoneOffset(zone, wall + DAY);
  const early = wall - before;
  if (before === after || zoneOffset(zone, early) === before) return early;
  const late = wall - after;
  return zoneOffset(zone, late) === after ? late : early;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
