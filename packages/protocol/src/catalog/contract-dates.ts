/** When a futures contract is created, opens and expires, by the rules of the exchanges. */
import { addTradingDays, dateOfDay, dayNumberOf, isTradingDay, weekdayOf, type TradingDay } from "../model/mod.ts";
import type { FutureProduct } from "./futures-products.ts";
import type { ExpiryRule } from "./futures-table.ts";

/** The three dates of a contract, `YYYYMMDD`. */
export interface ContractDates {
  readonly create: TradingDay;
  readonly open: TradingDay;
  /** The last trading day. */
  readonly expire: TradingDay;
}

const FRIDAY = 5;
const MONDAY = 1;

/**
 * The dates of the contract delivered in `month` (1-12) of `year`.
 *
 * It expires by the product's rule: on the 15th of the delivery month or the trading day after it (`day-15`); on the
 * month's fifth or tenth trading day, or the fourth from its end (`trading-day-…`); on its second or third Friday or the
 * trading day after it (`friday-…`); on its last Monday (`monday-last`); or on the last trading day of the month before
 * (`month-before`). It opens on the trading day after the expiry of the contract that is `life` months older. It is
 * created on that day, too; at CFFEX a trading day earlier; at SHFE and INE in the month before: on the 15th or the
 * trading day before it, or on the first trading day where contracts do not expire on the 15th. Dates before the product
 * began to trade are moved to that day. Days beyond the holiday tables are reckoned by weekends alone.
 */
export function contractDates(product: FutureProduct, year: number, month: number): ContractDates {
  const life = product.life[month % 3 === 0 ? 0 : 1];
  const older = monthsLater(year, month, -life);
  const open = addTradingDays("CN", expiryOf(product.expiry, older.year, older.month), 1);
  const since = product.since ?? "";
  return {
    create: later(createOf(product, open), since),
    open: later(open, since),
    expire: expiryOf(product.expiry, year, month),
  };
}

function createOf(product: FutureProduct, open: TradingDay): TradingDay {
  if (product.exchange === "CFFEX") return addTradingDays("CN", open, -1);
  if (product.exchange !== "SHFE" && product.exchange !== "INE") return open;
  const before = monthsLater(Number(open.slice(0, 4)), Number(open.slice(4, 6)), -1);
  if (product.expiry !== "day-15") return addTradingDays("CN", dateIn(before, 1), 0);
  return addTradingDays("CN", dateIn(before, 16), -1);
}

function expiryOf(rule: ExpiryRule, year: number, month: number): TradingDay {
  const first = dateIn({ year, month }, 1);
  const next = dateIn(monthsLater(year, month, 1), 1);
  const nth = (count: number): TradingDay => addTradingDays("CN", addTradingDays("CN", first, 0), count - 1);
  switch (rule) {
    case "day-15":
      return addTradingDays("CN", dateIn({ year, month }, 15), 0);
    case "trading-day-5":
      return nth(5);
    case "trading-day-10":
      return nth(10);
    case "trading-day-last-4":
      return addTradingDays("CN", next, -4);
    case "friday-2":
      return addTradingDays("CN", weekdayFrom(first, FRIDAY, 1), 0);
    case "friday-3":
      return addTradingDays("CN", weekdayFrom(first, FRIDAY, 2), 0);
    case "monday-last":
      return lastMonday(next);
    case "month-before":
      return addTradingDays("CN", first, -1);
  }
}

/** The first such weekday at or after `date`, and `weeks` later. */
function weekdayFrom(date: TradingDay, weekday: number, weeks: number): TradingDay {
  const number = dayNumberOf(date);
  const ahead = (weekday - weekdayOf(number) + 7) % 7;
  return dateOfDay(number + ahead + weeks * 7);
}

/** The last Monday before `next`, or the trading day before it. */
function lastMonday(next: TradingDay): TradingDay {
  const monday = weekdayFrom(dateOfDay(dayNumberOf(next) - 7), MONDAY, 0);
  return isTradingDay("CN", monday) ? monday : addTradingDays("CN", monday, -1);
}

interface Month {
  readonly year: number;
  readonly month: number;
}

function monthsLater(year: number, month: number, count: number): Month {
  const months = year * 12 + month - 1 + count;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}

function dateIn({ year, month }: Month, day: number): TradingDay {
  return `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
}

function later(a: TradingDay, b: TradingDay): TradingDay {
  return a > b ? a : b;
}
