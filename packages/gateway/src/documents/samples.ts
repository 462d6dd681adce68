/** What the examples of the documents are about: written by the codecs themselves, so that they cannot be wrong. */
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { Book, Instrument, Kline, Snapshot, Trade } from "@tickwire/protocol/model";

/** The moment of the examples: a Wednesday morning in China. */
export const SAMPLE_TIME = Date.UTC(2026, 7, 5, 2, 15, 0, 500);

/** BTCUSDT. */
export const SAMPLE_COIN: Instrument = securities().find(({ id }) => id === "BTCUSDT")!;
/** A future of SHFE. */
export const SAMPLE_FUTURE: Instrument = futureOf("rb2610")!;

/** A trade. */
export const SAMPLE_TRADE: Trade = {
  id: SAMPLE_COIN.id,
  seq: 48_210_771,
  time: SAMPLE_TIME,
  price: 84_160.55,
  volume: 0.0132,
  turnover: 1_110.91926,
  direction: 1,
};

/** A book. */
export const SAMPLE_BOOK: Book = {
  id: SAMPLE_COIN.id,
  seq: 48_210_800,
  time: SAMPLE_TIME,
  bids: { prices: [84_160.54, 84_160.1], volumes: [0.8123, 0.05] },
  asks: { prices: [84_160.55, 84_160.9], volumes: [0.41, 0.1] },
};

/** A bar. */
export const SAMPLE_KLINE: Kline = {
  id: SAMPLE_COIN.id,
  period: "1m",
  time: SAMPLE_TIME - (SAMPLE_TIME % 60_000),
  open: 84_158.3,
  high: 84_162,
  low: 84_158,
  close: 84_160.55,
  volume: 2.003,
  turnover: 168_570.8,
  openInterest: NaN,
  closed: false,
  revised: false,
  gap: false,
};

/** The day of {@link SAMPLE_FUTURE}. */
export const SAMPLE_SNAPSHOT: Snapshot = {
  id: SAMPLE_FUTURE.id,
  time: SAMPLE_TIME,
  tradingDay: "20260805",
  actionDay: "20260805",
  last: 3174,
  preSettlement: 3160,
  preClose: 3162,
  preOpenInterest: 1_500_000,
  open: 3165,
  high: 3180,
  low: 3158,
  volume: 301_360,
  turnover: 9_595_301_500,
  openInterest: 1_512_000,
  close: NaN,
  settlement: NaN,
  upperLimit: 3381,
  lowerLimit: 2939,
  preDelta: NaN,
  currDelta: NaN,
  average: 3184,
  bids: { prices: [3173], volumes: [210] },
  asks: { prices: [3174], volumes: [180] },
};
