/** The products of the Chinese futures exchanges: what their contracts have in common. */
import type { SessionSpan, TradingDay, TradingHours } from "../model/mod.ts";
import {
  COMMISSIONS,
  EXPIRIES,
  LIMIT_RATES,
  LIVES,
  ROWS,
  SINCE,
  USUAL_EXPIRIES,
  USUAL_LIFE,
  USUAL_LIMIT_RATE,
  type ExpiryRule,
  type FuturesExchange,
  type Row,
} from "./futures-table.ts";

/** Exchange fee per lot (yuan) or as a share of turnover, for opening, closing, and closing what was opened today. */
export interface Commission {
  readonly by: "money" | "lot";
  readonly open: number;
  readonly close: number;
  readonly closeToday: number;
}

/** What the contracts of a product have in common. */
export interface FutureProduct {
  /** CTP ProductID, case as in the contracts' ids (`rb`, `TA`). */
  readonly id: string;
  readonly name: string;
  readonly exchange: FuturesExchange;
  readonly multiplier: number;
  readonly priceTick: number;
  readonly hours: TradingHours;
  /** Delivery months listed on {@link LISTED_ON}, `YYMM`. */
  readonly listed: readonly string[];
  readonly expiry: ExpiryRule;
  /** Months for which a contract trades: when delivered in March, June, September or December, and otherwise. */
  readonly life: readonly [quarter: number, other: number];
  /** First day of the product's own trading, where contracts of the table are older by rule than it is. */
  readonly since?: TradingDay;
  readonly maxLimitOrderVolume: number;
  readonly maxMarketOrderVolume: number;
  readonly minMarketOrderVolume: number;
  readonly marginRatio: number;
  readonly positionDateType: "1" | "2";
  readonly maxMarginSideAlgorithm: "0" | "1";
  /** Absent where it is not known. */
  readonly commission?: Commission;
  /** Level of late 2025. */
  readonly price: number;
  /** Lots a day of the most active contract, late 2025. */
  readonly dailyVolume: number;
  /** How far from the previous settlement a day may go, as a share of it. */
  readonly limitRate: number;
}

const COMMODITY_DAY: readonly SessionSpan[] = [
  ["09:00", "10:15"],
  ["10:30", "11:30"],
  ["13:30", "15:00"],
];

/** Trading hours by the mark in the rows (ctp.md d.9); one object each, so that they can be told apart by identity. */
const HOURS: Readonly<Record<Row[4], TradingHours>> = {
  "": hours(COMMODITY_DAY),
  "23:00": hours(COMMODITY_DAY, ["21:00", "23:00"]),
  "01:00": hours(COMMODITY_DAY, ["21:00", "01:00"]),
  "02:30": hours(COMMODITY_DAY, ["21:00", "02:30"]),
  index: hours([
    ["09:30", "11:30"],
    ["13:00", "15:00"],
  ]),
  bonds: hours([
    ["09:30", "11:30"],
    ["13:00", "15:15"],
  ]),
};

/** The products, in the order of the exchanges' lists. */
export const FUTURE_PRODUCTS: readonly FutureProduct[] = Object.entries(ROWS).flatMap(([exchange, rows]) =>
  rows.map((row) => toProduct(exchange as FuturesExchange, row)),
);

function toProduct(exchange: FuturesExchange, row: Row): FutureProduct {
  const [id, name, multiplier, priceTick, mark, listed, maxLimit, maxMarket, marginRatio, price, dailyVolume] = row;
  const fee = COMMISSIONS[id];
  const since = SINCE[id];
  const shanghai = exchange === "SHFE" || exchange === "INE";
  return {
    id,
    name,
    exchange,
    multiplier,
    priceTick,
    hours: HOURS[mark],
    listed: listed.split(" "),
    expiry: expiryOf(exchange, id),
    life: LIVES[id] ?? USUAL_LIFE,
    ...(since === undefined ? {} : { since }),
    maxLimitOrderVolume: maxLimit,
    maxMarketOrderVolume: maxMarket,
    minMarketOrderVolume: exchange === "CZCE" && maxMarket === 0 ? 0 : 1,
    marginRatio,
    positionDateType: shanghai ? "1" : "2",
    // ctp.md d.7: only the larger side is charged in Shanghai (but for ec) and at CFFEX.
    maxMarginSideAlgorithm: (shanghai && id !== "ec") || exchange === "CFFEX" ? "1" : "0",
    ...(fee === undefined ? {} : { commission: { by: fee[0], open: fee[1], close: fee[2], closeToday: fee[3] } }),
    price,
    dailyVolume,
    limitRate: LIMIT_RATES[id] ?? USUAL_LIMIT_RATE,
  };
}

function expiryOf(exchange: FuturesExchange, id: string): ExpiryRule {
  for (const [rule, ids] of Object.entries(EXPIRIES)) if (ids.split(" ").includes(id)) return rule as ExpiryRule;
  return USUAL_EXPIRIES[exchange];
}

function hours(day: readonly SessionSpan[], night?: SessionSpan): TradingHours {
  const zone = "Asia/Shanghai";
  return { zone, holidays: "CN", day, ...(night === undefined ? {} : { night }), dayStart: "18:00" };
}
