/** Test support: instruments of several kinds, and snapshots of them. */
import { EMPTY_SIDE, type Instrument, type Snapshot } from "../model/mod.ts";

const RB: Instrument = {
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
  hours: {
    zone: "Asia/Shanghai",
    holidays: "CN",
    day: [["09:00", "15:00"]],
    night: ["21:00", "02:30"],
    dayStart: "18:00",
  },
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

/** Futures of several exchanges. */
export const FUTURES: readonly Instrument[] = [
  RB,
  { ...RB, id: "au2606", product: "au", priceTick: 0.02, priceDecimals: 2, multiplier: 1000 },
  { ...RB, id: "TA601", exchange: "CZCE", product: "TA", priceTick: 2, multiplier: 5 },
  { ...RB, id: "j2605", exchange: "DCE", product: "j", priceTick: 0.5, priceDecimals: 1, multiplier: 100 },
];

/** Things that are no futures. */
export const OTHERS: readonly Instrument[] = [
  {
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
    hours: { zone: "UTC", holidays: "NONE", day: [["00:00", "24:00"]], dayStart: "00:00" },
  },
  {
    id: 'A"B.US',
    kind: "stock",
    market: "US",
    exchange: "NASDAQ",
    product: "A",
    name: 'An "odd" name',
    priceTick: 0.01,
    priceDecimals: 6,
    volumeDecimals: 0,
    multiplier: 1,
    levels: 1,
    currency: "USD",
    hours: { zone: "America/New_York", holidays: "US", day: [["09:30", "16:00"]], dayStart: "00:00" },
  },
];

/** Any of them. */
export const INSTRUMENTS: readonly Instrument[] = [...FUTURES, ...OTHERS];

/** A snapshot in which little is known but what `known` says: 2025-12-23 09:30:15.500 in China. */
export function makeSnapshot(id: string, known: Partial<Snapshot> = {}): Snapshot {
  return {
    id,
    time: Date.UTC(2025, 11, 23, 1, 30, 15, 500),
    tradingDay: "20251223",
    actionDay: "20251223",
    last: 3500,
    preSettlement: NaN,
    preClose: NaN,
    preOpenInterest: NaN,
    open: NaN,
    high: NaN,
    low: NaN,
    volume: 12345,
    turnover: NaN,
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
    ...known,
  };
}
