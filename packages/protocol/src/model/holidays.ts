/**
 * Days on which exchanges are closed although it is not a weekend, and days on which they close early. Data and the one
 * function that amends it. Beyond the years listed only weekends are closed.
 *
 * CN: notices of the State Council's office as the exchanges apply them; 2018-2026 as published, 2027 by the rule
 * (provisional). HK: general holidays as HKEX applies them; 2027 by the rule (provisional). US: NYSE's calendar.
 */
import type { HolidayCalendar } from "./instrument.ts";
import type { TradingDay } from "./ticks.ts";
import { dateOfDay, dayNumberOf } from "./zone.ts";

/** What one calendar says beyond its weekends. */
export interface HolidayTable {
  /** Whether Saturdays and Sundays are trading days. */
  readonly weekends: boolean;
  /** Closed days, `YYYYMMDD`. */
  readonly closed: ReadonlySet<TradingDay>;
  /** Days that end early: `YYYYMMDD` → wall-clock time `HH:MM` of the end. */
  readonly early: ReadonlyMap<TradingDay, string>;
}

/** Every calendar's table. */
export type HolidayTables = { readonly [K in HolidayCalendar]: HolidayTable };

/** Amendments to one calendar, each list optional. */
export interface HolidayChange {
  /** Days to close. */
  readonly close?: readonly TradingDay[];
  /** Days to open that the table closes (never a weekend). */
  readonly open?: readonly TradingDay[];
  /** Days that end early, `YYYYMMDD` → `HH:MM`. */
  readonly early?: Readonly<Record<TradingDay, string>>;
}

/** Ranges and single days as `MMDD` and `MMDD-MMDD`, by year. Weekends within a range do no harm. */
const CN: Readonly<Record<number, string>> = {
  2018: "0101 0215-0221 0405-0406 0430-0501 0618 0924 1001-1005 1231",
  2019: "0101 0204-0208 0405 0501-0503 0607 0913 1001-1007",
  2020: "0101 0124-0131 0406 0501-0505 0625-0626 1001-1008",
  2021: "0101 0211-0217 0405 0503-0505 0614 0920-0921 1001-1007",
  2022: "0103 0131-0204 0404-0405 0502-0504 0603 0912 1003-1007",
  2023: "0102 0123-0127 0405 0501-0503 0622-0623 0929 1002-1006",
  2024: "0101 0209-0216 0404-0405 0501-0503 0610 0916-0917 1001-1007",
  2025: "0101 0128-0204 0404 0501-0505 0602 1001-1008",
  2026: "0101-0102 0216-0223 0406 0501-0505 0619 0925 1001-1007",
  2027: "0101 0205-0212 0405 0503-0505 0609 0915 1001-1007",
};

const HK: Readonly<Record<number, string>> = {
  2025: "0101 0129-0131 0404 0418 0421 0501 0505 0701 1001 1007 1029 1225-1226",
  2026: "0101 0217-0219 0403 0406-0407 0501 0525 0619 0701 1001 1019 1225",
  2027: "0101 0208-0209 0326 0329 0405 0513 0609 0701 0916 1001 1008 1227",
};

const US: Readonly<Record<number, string>> = {
  2025: "0101 0109 0120 0217 0418 0526 0619 0704 0901 1127 1225",
  2026: "0101 0119 0216 0403 0525 0619 0703 0907 1126 1225",
  2027: "0101 0118 0215 0326 0531 0618 0705 0906 1125 1224",
};

/** Eves of the lunar new year, Christmas and the new year, where they are trading days. */
const HK_NOON = "20250128 20251224 20251231 20260216 20261224 20261231 20270205 20271224 20271231";
/** Independence Day's eve where it is kept, the day after Thanksgiving, Christmas Eve. */
const US_ONE = "20250703 20251128 20251224 20261127 20261224 20271126";

/** The tables as known when this was written. */
export const HOLIDAYS: HolidayTables = Object.freeze({
  CN: table(CN, "", ""),
  HK: table(HK, HK_NOON, "12:00"),
  US: table(US, US_ONE, "13:00"),
  WEEKDAYS: table({}, "", ""),
  NONE: { weekends: true, closed: new Set<TradingDay>(), early: new Map<TradingDay, string>() },
});

/** `tables` with one calendar amended; `tables` itself stays as it is. For `new Calendar`. */
export function withHolidays(tables: HolidayTables, calendar: HolidayCalendar, change: HolidayChange): HolidayTables {
  const { weekends, closed, early } = tables[calendar];
  const days = new Set([...closed, ...(change.close ?? [])]);
  for (const day of change.open ?? []) days.delete(day);
  const amended = { weekends, closed: days, early: new Map([...early, ...Object.entries(change.early ?? {})]) };
  return { ...tables, [calendar]: amended };
}

function table(years: Readonly<Record<number, string>>, earlyDays: string, earlyEnd: string): HolidayTable {
  const closed = new Set<TradingDay>();
  for (const [year, spans] of Object.entries(years)) {
    for (const span of spans.split(" ")) {
      const [from, to = from] = span.split("-");
      const last = dayNumberOf(`${year}${to}`);
      for (let number = dayNumberOf(`${year}${from}`); number <= last; number++) closed.add(dateOfDay(number));
    }
  }
  const early = earlyDays === "" ? [] : earlyDays.split(" ").map((day): [TradingDay, string] => [day, earlyEnd]);
  return { weekends: false, closed, early: new Map(early) };
}
