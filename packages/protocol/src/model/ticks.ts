/**
 * What flows: trades, books and snapshots. All are plain data, made once by a feed or by `core/market`, then only read.
 *
 * Conventions that hold everywhere in the model:
 * - A time is milliseconds since the epoch, UTC, exchange time (not receive time).
 * - A price or quantity that is not available is `NaN`; `0` is a value. The codecs write whatever their wire uses for
 *   "none" and never NaN, Infinity or DBL_MAX.
 * - `turnover` is money: price × volume × multiplier, whatever the exchange puts on its wire (CZCE omits the multiplier).
 */

/** Milliseconds since the epoch, UTC. */
export type EpochMs = number;

/** `YYYYMMDD` of the trading day; a night session carries the day that follows. */
export type TradingDay = string;

/** Who crossed the spread: 0 unknown, 1 the buyer, 2 the seller (AllTick trade_direction). */
export type Aggressor = 0 | 1 | 2;

/** One trade, or the sum of the trades between two snapshots. */
export interface Trade {
  /** Instrument id. */
  readonly id: string;
  /** Counter over trades and books of the gateway; grows, not contiguous per instrument. 0 = the hub assigns it. */
  readonly seq: number;
  readonly time: EpochMs;
  readonly price: number;
  readonly volume: number;
  readonly turnover: number;
  readonly direction: Aggressor;
}

/**
 * One side of a book, best level first, as parallel arrays of equal length (an array of pairs costs an object per level).
 * An empty side has no elements: a one-sided book is a state, not an error.
 */
export interface BookSide {
  readonly prices: readonly number[];
  readonly volumes: readonly number[];
}

/** The levels known at a moment. Replaces the book before it whole. */
export interface Book {
  readonly id: string;
  /** As in {@link Trade}. */
  readonly seq: number;
  readonly time: EpochMs;
  readonly bids: BookSide;
  readonly asks: BookSide;
}

/** The state of an instrument's trading day at a moment: CTP's DepthMarketData in the model's terms. */
export interface Snapshot {
  readonly id: string;
  readonly time: EpochMs;
  readonly tradingDay: TradingDay;
  /** Calendar date at the exchange, `YYYYMMDD`. */
  readonly actionDay: string;
  readonly last: number;
  readonly preSettlement: number;
  readonly preClose: number;
  readonly preOpenInterest: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Cumulative since the trading day began, night session included. */
  readonly volume: number;
  /** Cumulative money, as `volume`. */
  readonly turnover: number;
  readonly openInterest: number;
  /** Valid after the close only. */
  readonly close: number;
  /** Valid after the close only (CZCE: intraday). */
  readonly settlement: number;
  readonly upperLimit: number;
  readonly lowerLimit: number;
  readonly preDelta: number;
  readonly currDelta: number;
  /** Average price of the day per unit, without the multiplier. */
  readonly average: number;
  readonly bids: BookSide;
  readonly asks: BookSide;
}

/** The side of a book with nothing on it. */
export const EMPTY_SIDE: BookSide = Object.freeze({ prices: Object.freeze([]), volumes: Object.freeze([]) });
