/**
 * Trading days and sessions (ctp.md d.9).
 *
 * A trading day begins where the one before it ends: at `dayStart` after its last day session. So every moment belongs to
 * exactly one trading day; nights, weekends and holidays belong to the day that follows them. A night session is held on
 * the evening of the trading day before, unless a holiday lies between the two: Friday night belongs to Monday, and there
 * is none on the evening before a holiday.
 */
import type { HolidayCalendar, SessionSpan, TradingHours } from "./instrument.ts";
import { HOLIDAYS, type HolidayTables } from "./holidays.ts";
import type { EpochMs, TradingDay } from "./ticks.ts";
import { dateOfDay, dayNumberOf, epochOf, localDate, weekdayOf } from "./zone.ts";

/** One trading day as an interval of time. */
export interface TradingDaySpan {
  readonly day: TradingDay;
  /** First millisecond that belongs to it. */
  readonly start: EpochMs;
  /** First millisecond that no longer does. */
  readonly end: EpochMs;
}

/** A session as an interval of time: its first millisecond and the first one after it. */
export type SessionInterval = readonly [start: EpochMs, end: EpochMs];

/** Longer closures than this are a mistake in the tables. */
const MAX_CLOSED_DAYS = 366;
const SATURDAY = 6;
const SUNDAY = 0;

/** A trading day with its sessions, as remembered per `TradingHours`. */
interface Day {
  readonly span: TradingDaySpan;
  /** Made when they are first asked for: most who ask for a day want its span. */
  readonly sessions: readonly SessionInterval[];
}

/**
 * Questions about trading days, answered by one set of holiday tables (amend them by `withHolidays`).
 * Every method throws RangeError where the tables have no open day for a year.
 */
export class Calendar {
  readonly #tables: HolidayTables;
  readonly #newest = new WeakMap<TradingHours, Day>();

  constructor(tables: HolidayTables) {
    this.#tables = tables;
  }

  /** The trading day to which `time` belongs. */
  tradingDaySpan(hours: TradingHours, time: EpochMs): TradingDaySpan {
    return this.#dayAt(hours, time).span;
  }

  /** When `day` begins, where it is a trading day, else the next one. */
  tradingDayStart(hours: TradingHours, day: TradingDay): EpochMs {
    const number = this.#nearest(hours.holidays, dayNumberOf(day), 1);
    return endOf(hours, this.#nearest(hours.holidays, number - 1, -1));
  }

  /** The sessions of a trading day, its night session first; none when `day` is not a trading day. */
  sessionsOf(hours: TradingHours, day: TradingDay): readonly SessionInterval[] {
    const number = dayNumberOf(day);
    return this.#trades(hours.holidays, number) ? this.#sessionsOn(hours, number) : [];
  }

  /** Whether `time` lies in a session. */
  isOpen(hours: TradingHours, time: EpochMs): boolean {
    for (const [start, end] of this.#dayAt(hours, time).sessions) if (time >= start && time < end) return true;
    return false;
  }

  /** The first moment at or after `time` that lies in a session; Infinity for hours without any. */
  nextOpen(hours: TradingHours, time: EpochMs): EpochMs {
    let day = this.#dayAt(hours, time);
    for (let i = 0; i < MAX_CLOSED_DAYS; i++) {
      for (const [start, end] of day.sessions) if (time < end) return Math.max(time, start);
      day = this.#day(hours, this.#nearest(hours.holidays, dayNumberOf(day.span.day) + 1, 1));
    }
    return Infinity;
  }

  /** Whether the exchanges of this calendar trade on `day`. */
  isTradingDay(holidays: HolidayCalendar, day: TradingDay): boolean {
    return this.#trades(holidays, dayNumberOf(day));
  }

  /** The `count`-th trading day after `day` (before it when negative); with 0, `day` itself or the next one. */
  addTradingDays(holidays: HolidayCalendar, day: TradingDay, count: number): TradingDay {
    const step = count < 0 ? -1 : 1;
    let number = dayNumberOf(day);
    if (count === 0) number = this.#nearest(holidays, number, 1);
    for (let left = Math.abs(count); left > 0; left--) number = this.#nearest(holidays, number + step, step);
    return dateOfDay(number);
  }

  #dayAt(hours: TradingHours, time: EpochMs): Day {
    const known = this.#newest.get(hours);
    if (known !== undefined && time >= known.span.start && time < known.span.end) return known;
    let day = this.#day(hours, this.#nearest(hours.holidays, dayNumberOf(localDate(hours.zone, time)), 1));
    while (time < day.span.start) {
      day = this.#day(hours, this.#nearest(hours.holidays, dayNumberOf(day.span.day) - 1, -1));
    }
    while (time >= day.span.end) {
      day = this.#day(hours, this.#nearest(hours.holidays, dayNumberOf(day.span.day) + 1, 1));
    }
    this.#newest.set(hours, day);
    return day;
  }

  #day(hours: TradingHours, number: number): Day {
    const start = endOf(hours, this.#nearest(hours.holidays, number - 1, -1));
    const span = { day: dateOfDay(number), start, end: endOf(hours, number) };
    let made: readonly SessionInterval[] | undefined;
    const make = (): readonly SessionInterval[] => (made ??= this.#sessionsOn(hours, number));
    return {
      span,
      get sessions() {
        return make();
      },
    };
  }

  #sessionsOn(hours: TradingHours, number: number): SessionInterval[] {
    if (hours.always === true) {
      return [[endOf(hours, this.#nearest(hours.holidays, number - 1, -1)), endOf(hours, number)]];
    }
    const sessions: SessionInterval[] = [];
    if (hours.night !== undefined) {
      const previous = this.#nearest(hours.holidays, number - 1, -1);
      if (!holidayBetween(previous, number)) sessions.push(interval(hours, previous, hours.night));
    }
    const early = this.#tables[hours.holidays].early.get(dateOfDay(number));
    const close = early === undefined ? Infinity : epochOf(hours.zone, dateOfDay(number), early);
    for (const session of hours.day) {
      // A day session at or after an afternoon boundary is already the evening before (forex: from 17:00).
      const eve = endsOnSameDate(hours) && session[0] >= hours.dayStart;
      const [start, end] = interval(hours, eve ? number - 1 : number, session);
      if (start < close) sessions.push([start, Math.min(end, close)]);
    }
    return sessions;
  }

  #trades(holidays: HolidayCalendar, number: number): boolean {
    const { weekends, closed } = this.#tables[holidays];
    return (weekends || !isWeekend(number)) && !closed.has(dateOfDay(number));
  }

  /** The first trading day at `number` or beyond it in direction `step`. */
  #nearest(holidays: HolidayCalendar, number: number, step: 1 | -1): number {
    for (let i = 0; i < MAX_CLOSED_DAYS; i++) {
      if (this.#trades(holidays, number + i * step)) return number + i * step;
    }
    throw new RangeError(`calendar ${holidays} has no trading day within a year of ${dateOfDay(number)}`);
  }
}

const CALENDAR = new Calendar(HOLIDAYS);

/** {@link Calendar.tradingDaySpan} by the built-in holidays. */
export function tradingDaySpan(hours: TradingHours, time: EpochMs): TradingDaySpan {
  return CALENDAR.tradingDaySpan(hours, time);
}

/** {@link Calendar.tradingDayStart} by the built-in holidays. */
export function tradingDayStart(hours: TradingHours, day: TradingDay): EpochMs {
  return CALENDAR.tradingDayStart(hours, day);
}

/** {@link Calendar.sessionsOf} by the built-in holidays. */
export function sessionsOf(hours: TradingHours, day: TradingDay): readonly SessionInterval[] {
  return CALENDAR.sessionsOf(hours, day);
}

/** {@link Calendar.isOpen} by the built-in holidays. */
export function isOpen(hours: TradingHours, time: EpochMs): boolean {
  return CALENDAR.isOpen(hours, time);
}

/** {@link Calendar.nextOpen} by the built-in holidays. */
export function nextOpen(hours: TradingHours, time: EpochMs): EpochMs {
  return CALENDAR.nextOpen(hours, time);
}

/** {@link Calendar.isTradingDay} by the built-in holidays. */
export function isTradingDay(holidays: HolidayCalendar, day: TradingDay): boolean {
  return CALENDAR.isTradingDay(holidays, day);
}

/** {@link Calendar.addTradingDays} by the built-in holidays. */
export function addTradingDays(holidays: HolidayCalendar, day: TradingDay, count: number): TradingDay {
  return CALENDAR.addTradingDays(holidays, day, count);
}

/** Whether trading day D ends on calendar date D (an afternoon boundary) or on the date after it (a morning one). */
function endsOnSameDate(hours: TradingHours): boolean {
  return hours.dayStart >= "12:00";
}

function endOf(hours: TradingHours, number: number): EpochMs {
  return epochOf(hours.zone, dateOfDay(endsOnSameDate(hours) ? number : number + 1), hours.dayStart);
}

function interval(hours: TradingHours, number: number, [start, end]: SessionSpan): SessionInterval {
  const last = end <= start ? number + 1 : number;
  return [epochOf(hours.zone, dateOfDay(number), start), epochOf(hours.zone, dateOfDay(last), end)];
}

function holidayBetween(from: number, to: number): boolean {
  for (let number = from + 1; number < to; number++) if (!isWeekend(number)) return true;
  return false;
}

function isWeekend(number: number): boolean {
  const weekday = weekdayOf(number);
  return weekday === SATURDAY || weekday === SUNDAY;
}
