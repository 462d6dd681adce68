/** Everything but futures: the codes of alltick.md 8 as instruments, from the tables of `securities-table.ts`. */
import { decimalsOf, type Instrument, type TradingHours } from "../model/mod.ts";
import type { Profile } from "./profile.ts";
import { A_SHARES, CRYPTO, HK_STOCKS, INDICES, OTC, US_STOCKS, type OtcKind } from "./securities-table.ts";

/** Decimals of a stock's price on the AllTick wire (alltick.md 7). */
const STOCK_DECIMALS = 6;
/** Shares in one lot of an A-share: its volumes count lots (alltick.md 7). */
const A_SHARE_LOT = 100;
const A_SHARE_LIMIT = 0.1;
/** Boards of Shenzhen and Shanghai whose limit is 20 %. */
const GROWTH_BOARD = /^(300|301|688)/;
const GROWTH_LIMIT = 0.2;
const STOCK_VOLATILITY = 0.018;
const INDEX_VOLATILITY = 0.009;

const CN_HOURS: TradingHours = {
  zone: "Asia/Shanghai",
  holidays: "CN",
  day: [
    ["09:30", "11:30"],
    ["13:00", "15:00"],
  ],
  dayStart: "00:00",
};
const HK_HOURS: TradingHours = {
  zone: "Asia/Hong_Kong",
  holidays: "HK",
  day: [
    ["09:30", "12:00"],
    ["13:00", "16:00"],
  ],
  dayStart: "00:00",
};
const US_HOURS: TradingHours = {
  zone: "America/New_York",
  holidays: "US",
  day: [["09:30", "16:00"]],
  dayStart: "00:00",
};
/** From Sunday 17:00 to Friday 17:00 New York. */
const FOREX_HOURS: TradingHours = {
  zone: "America/New_York",
  holidays: "WEEKDAYS",
  day: [["17:00", "17:00"]],
  dayStart: "17:00",
};
/** As forex, with the hour's pause that the exchanges behind them make. */
const OTC_HOURS: TradingHours = { ...FOREX_HOURS, day: [["18:00", "17:00"]] };
const CRYPTO_HOURS: TradingHours = { zone: "UTC", holidays: "NONE", day: [["00:00", "24:00"]], dayStart: "00:00" };

interface Security {
  readonly instrument: Instrument;
  readonly profile: Profile;
}

const SECURITIES: ReadonlyMap<string, Security> = new Map(
  [
    ...US_STOCKS.map(toUsStock),
    ...HK_STOCKS.map(toHkStock),
    ...A_SHARES.map(toAShare),
    ...INDICES.map(toIndex),
    ...OTC.map(toOtc),
    ...CRYPTO.map(toCrypto),
  ].map((security) => [security.instrument.id, security]),
);

/** Stocks, indices, forex, metals, energy, commodities, CFD indices and crypto. */
export function securities(): Instrument[] {
  return Array.from(SECURITIES.values(), (security) => security.instrument);
}

/** The profile of one of them, or undefined. */
export function securityProfileOf(id: string): Profile | undefined {
  return SECURITIES.get(id)?.profile;
}

function toUsStock([ticker, name, exchange, price, dailyVolume]: (typeof US_STOCKS)[number]): Security {
  const id = `${ticker}.US`;
  const profile = { price, dailyVolume, volatility: STOCK_VOLATILITY, limitRate: 0, lot: 1 };
  return { instrument: { ...stock(id, name), market: "US", exchange, currency: "USD", hours: US_HOURS }, profile };
}

function toHkStock([code, name, price, lot, dailyVolume]: (typeof HK_STOCKS)[number]): Security {
  const base = { ...stock(`${code}.HK`, name), priceTick: hkTick(price), levels: 10 };
  const profile = { price, dailyVolume, volatility: STOCK_VOLATILITY, limitRate: 0, lot };
  return { instrument: { ...base, market: "HK", exchange: "HKEX", currency: "HKD", hours: HK_HOURS }, profile };
}

function toAShare([id, name, price, dailyVolume]: (typeof A_SHARES)[number]): Security {
  const exchange = id.endsWith(".SH") ? "SSE" : "SZSE";
  const limitRate = GROWTH_BOARD.test(id) ? GROWTH_LIMIT : A_SHARE_LIMIT;
  const base = { ...stock(id, name), multiplier: A_SHARE_LOT, levels: 5 };
  const profile = { price, dailyVolume, volatility: STOCK_VOLATILITY, limitRate, lot: 1 };
  return { instrument: { ...base, market: "CN", exchange, currency: "CNY", hours: CN_HOURS }, profile };
}

/** An index of a market is a figure: it has a price and neither volume nor book. */
function toIndex([id, name, market, exchange, price]: (typeof INDICES)[number]): Security {
  const hours = { CN: CN_HOURS, HK: HK_HOURS, US: US_HOURS }[market];
  const currency = { CN: "CNY", HK: "HKD", US: "USD" }[market];
  const base = { ...stock(id, name), kind: "index", priceDecimals: 2, levels: 0 } as const;
  const profile = { price, dailyVolume: 0, volatility: INDEX_VOLATILITY, limitRate: 0, lot: 1 };
  return { instrument: { ...base, market, exchange, currency, hours }, profile };
}

function toOtc([id, name, kind, price, priceTick, currency, volatility]: (typeof OTC)[number]): Security {
  const exchange: Record<OtcKind, string> = {
    forex: "FX",
    metal: "OTC",
    energy: "OTC",
    commodity: "OTC",
    "cfd-index": "OTC",
  };
  const instrument: Instrument = {
    id,
    kind,
    market: "GLOBAL",
    exchange: exchange[kind],
    product: id,
    name,
    priceTick,
    priceDecimals: decimalsOf(priceTick),
    volumeDecimals: 2,
    multiplier: 1,
    levels: 1,
    currency,
    hours: kind === "forex" ? FOREX_HOURS : OTC_HOURS,
  };
  return { instrument, profile: { price, dailyVolume: 500_000, volatility, limitRate: 0, lot: 0.01 } };
}

function toCrypto([coin, name, price, priceTick, volumeDecimals, dailyVolume]: (typeof CRYPTO)[number]): Security {
  const id = `${coin}USDT`;
  const instrument: Instrument = {
    id,
    kind: "crypto",
    market: "GLOBAL",
    exchange: "CRYPTO",
    product: id,
    name,
    priceTick,
    priceDecimals: decimalsOf(priceTick),
    volumeDecimals,
    multiplier: 1,
    levels: 5,
    currency: "USDT",
    hours: CRYPTO_HOURS,
  };
  return { instrument, profile: { price, dailyVolume, volatility: 0.03, limitRate: 0, lot: 10 ** -volumeDecimals } };
}

/** What stocks have in common; one level, as in the US. */
function stock(id: string, name: string) {
  return {
    id,
    kind: "stock",
    product: id,
    name,
    priceTick: 0.01,
    priceDecimals: STOCK_DECIMALS,
    volumeDecimals: 0,
    multiplier: 1,
    levels: 1,
  } as const;
}

/** Spread table of HKEX, Part A. An instrument keeps the step of its level. */
function hkTick(price: number): number {
  if (price < 0.5) return 0.005;
  if (price < 20) return 0.01;
  if (price < 50) return 0.02;
  if (price < 100) return 0.05;
  if (price < 200) return 0.1;
  return price < 500 ? 0.2 : 0.5;
}
