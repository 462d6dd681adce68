/** Instruments as feeds announce them, and snapshots of which a test states only what it is about: for the tests of all packages. */
import { EMPTY_SIDE, type Instrument, type Snapshot } from "@tickwire/protocol/model";
import { CRYPTO_HOURS, NEW_YORK_HOURS, PLAIN_FUTURES_HOURS } from "./hours.ts";

/** 2025-12-23 09:30:15.500 in China: the seed document's moment. */
export const NOW = Date.UTC(2025, 11, 23, 1, 30, 15, 500);

/** A future of SHFE. */
export const RB2605: Instrument = {
  id: "rb2605",
  kind: "future",
  market: "CN-FUTURES",
  exchange: "SHFE",
  product: "rb",
  name: "螺纹钢2605",
  priceTick: 1,
  priceDecimals: 0,
  volumeDecimals: 0,
  multiplier: 10,
  levels: 5,
  currency: "CNY",
  hours: PLAIN_FUTURES_HOURS,
  future: {
    deliveryYear: 2026,
    deliveryMonth: 5,
    createDate: "20250415",
    openDate: "20250516",
    expireDate: "20260515",
    maxLimitOrderVolume: 500,
    minLimitOrderVolume: 1,
    maxMarketOrderVolume: 30,
    minMarketOrderVolume: 1,
    longMarginRatio: 0.07,
    shortMarginRatio: 0.09,
    positionDateType: "1",
    positionType: "2",
    maxMarginSideAlgorithm: "1",
  },
};

/** The gold future that the seed document subscribes besides. */
export const AU2606: Instrument = {
  ...RB2605,
  id: "au2606",
  product: "au",
  name: "黄金2606",
  priceTick: 0.02,
  priceDecimals: 2,
  multiplier: 1000,
};

/** Futures of several exchanges. */
export const FUTURES: readonly Instrument[] = [
  RB2605,
  AU2606,
  { ...RB2605, id: "TA601", exchange: "CZCE", product: "TA", priceTick: 2, multiplier: 5 },
  { ...RB2605, id: "j2605", exchange: "DCE", product: "j", priceTick: 0.5, priceDecimals: 1, multiplier: 100 },
];

/** Something that is no future, trades round the clock and in fractions. */
export const BTCUSDT: Instrument = {
  id: "BTCUSDT",
  kind: "crypto",
  market: "GLOBAL",
  exchange: "CRYPTO",
  product: "BTCUSDT",
  name: "Bitcoin",
  priceTick: 0.01,
  priceDecimals: 2,
  volumeDecimals: 5,
  multiplier: 1,
  levels: 5,
  currency: "USDT",
  hours: CRYPTO_HOURS,
};

/** Things that are no futures, one with an id and a name that JSON must escape. */
export const OTHERS: readonly Instrument[] = [
  BTCUSDT,
  {
    ...BTCUSDT,
    id: 'A"B.US',
    kind: "stock",
    market: "US",
    exchange: "NASDAQ",
    product: "A",
    name: 'An "odd" name',
    priceDecimals: 6,
    volumeDecimals: 0,
    levels: 1,
    currency: "USD",
    hours: NEW_YORK_HOURS,
  },
];

/** Any of them. */
export const INSTRUMENTS: readonly Instrument[] = [...FUTURES, ...OTHERS];

/** A day of which nothing is known and in which nothing was traded. */
export const BLANK: Omit<Snapshot, "id" | "time" | "tradingDay" | "actionDay"> = {
  last: NaN,
  preSettlement: NaN,
  preClose: NaN,
  preOpenInterest: NaN,
  open: NaN,
  high: NaN,
  low: NaN,
  volume: 0,
  turnover: 0,
  openInterest: NaN,
  close: NaN,
  settlement: NaN,
  upperLimit: NaN,
  lowerLimit: NaN,
  preDelta: NaN,
  currDelta: NaN,
  average: NaN,
  bids: EMPTY_SIDE,
  asks: EMPTY_SIDE,
};

/** A snapshot at {@link NOW} with the seed document's figures and a one-sided book, but for what `known` says. */
export function makeSnapshot(id: string, known: Partial<Snapshot> = {}): Snapshot {
  return {
    ...BLANK,
    id,
    time: NOW,
    tradingDay: "20251223",
    actionDay: "20251223",
    last: 3500,
    volume: 12345,
    turnover: 432_125_000,
    openInterest: 234_567,
    bids: { prices: [3499], volumes: [100] },
    ...known,
  };
}
