/** When a received tick really happened: the dates on it are not always the calendar's (ctp.md d.9). */
import {
  addTradingDays,
  dateOfDay,
  dayNumberOf,
  epochOf,
  tradingDaySpan,
  type EpochMs,
  type TradingDay,
} from "../model/mod.ts";
import { misdatingOf, type Misdating, type TickTerms } from "./terms.ts";

const DATE = /^\d{8}$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
/** A wall-clock time before this, where an instrument trades at night, belongs to the night that began the day before. */
const NIGHT_IS_OVER = "06:00:00";

/** The dates and the time on a tick, as received. */
export interface TickStamp {
  /** `YYYYMMDD`, or empty. */
  readonly TradingDay: string;
  /** `YYYYMMDD`, or empty. */
  readonly ActionDay: string;
  /** `HH:MM:SS` */
  readonly UpdateTime: string;
  /** 0 to 999; `NaN` is read as 0. */
  readonly UpdateMillisec: number;
}

/** When a tick happened, in the model's terms. */
export interface TickMoment {
  readonly time: EpochMs;
  readonly tradingDay: TradingDay;
  /** The calendar date at the exchange. */
  readonly actionDay: string;
}

/**
 * Reads the stamp of a tick; undefined when it has no readable time and date. At night DCE and GFEX put the next trading
 * day into ActionDay and CZCE the calendar day into TradingDay; both are seen by the two being equal in a night, and
 * put right by the calendar of `terms`. A tick without ActionDay (the least that the seed has) is read likewise.
 */
export function readMoment(stamp: TickStamp, terms: TickTerms): TickMoment | undefined {
  const { TradingDay: tradingDay, ActionDay: actionDay, UpdateTime: clock } = stamp;
  const date = DATE.test(actionDay) ? actionDay : tradingDay;
  if (!DATE.test(date) || !TIME.test(clock)) return undefined;
  const { zone } = terms.hours;
  const millis = Number.isInteger(stamp.UpdateMillisec) ? stamp.UpdateMillisec : 0;
  const misdating = date === actionDay ? misdatingOf(terms.exchange) : "ActionDay";
  const suspect = date === tradingDay && isSuspect(clock, terms, misdating);
  if (!DATE.test(tradingDay) || (suspect && misdating === "TradingDay")) {
    const time = epochOf(zone, date, clock, millis);
    return { time, tradingDay: tradingDaySpan(terms.hours, time).day, actionDay: date };
  }
  const real = suspect ? nightDate(tradingDay, clock, terms) : date;
  return { time: epochOf(zone, real, clock, millis), tradingDay, actionDay: real };
}

/**
 * Whether two equal dates at this time of day show that one is wrong. In the evening they always do, as an evening belongs
 * to the next trading day; after midnight they are equal on most days anyway, so it takes an exchange that errs.
 */
function isSuspect(clock: string, { hours }: TickTerms, misdating: Misdating): boolean {
  if (hours.night === undefined) return false;
  return clock >= `${hours.dayStart}:00` || (misdating !== undefined && clock < NIGHT_IS_OVER);
}

/** The calendar date of a time in the night session that opens `tradingDay`: it begins on the trading day before. */
function nightDate(tradingDay: TradingDay, clock: string, { hours }: TickTerms): string {
  const eve = addTradingDays(hours.holidays, tradingDay, -1);
  return clock < NIGHT_IS_OVER ? dateOfDay(dayNumberOf(eve) + 1) : eve;
}
