/** What an AllTick upstream says, in the model's terms and under the model's ids. Pure. */
import { findAlias } from "@tickwire/protocol/alltick";
import {
  EMPTY_SIDE,
  type Book,
  type BookSide,
  type EpochMs,
  type Instrument,
  type Kline,
  type Trade,
} from "@tickwire/protocol/model";

/** What was strange about an event that was survived, or why one was not taken. */
export type Oddity =
  | "alltick-bad-price"
  | "alltick-bad-time"
  | "alltick-no-volume"
  | "alltick-no-turnover"
  | "alltick-side-order"
  | "alltick-bad-bar";

/** Told of each oddity. */
export type OnOddity = (oddity: Oddity) => void;

/** The id of the instrument that an upstream calls `code`: one name for each, whatever a plan calls it (alltick.md 8). */
export function idOf(code: string): string {
  return findAlias(code) ?? code;
}

/**
 * A trade as the hub takes it; undefined without a price. A volume that is missing is 0, a turnover that is missing is price
 * times volume. The upstream's number stays: the market judges by it what comes twice or late.
 */
export function toTrade(raw: Trade, { id, multiplier }: Instrument, onOddity: OnOddity): Trade | undefined {
  if (!(raw.price > 0) || !isTime(raw.time)) {
    onOddity(raw.price > 0 ? "alltick-bad-time" : "alltick-bad-price");
    return undefined;
  }
  const volume = raw.volume >= 0 ? raw.volume : 0;
  if (Number.isNaN(raw.volume)) onOddity("alltick-no-volume");
  const turnover = raw.turnover >= 0 ? raw.turnover : raw.price * volume * multiplier;
  if (Number.isNaN(raw.turnover)) onOddity("alltick-no-turnover");
  return { id, seq: raw.seq, time: raw.time, price: raw.price, volume, turnover, direction: raw.direction };
}

/** A book as the hub takes it: the levels that exist, best first, no more than the instrument has; a missing volume is 0. */
export function toBook(raw: Book, { id, levels }: Instrument, onOddity: OnOddity): Book | undefined {
  if (!isTime(raw.time)) {
    onOddity("alltick-bad-time");
    return undefined;
  }
  const bids = toSide(raw.bids, -1, levels, onOddity);
  const asks = toSide(raw.asks, 1, levels, onOddity);
  return { id, seq: raw.seq, time: raw.time, bids, asks };
}

/** Services fill what they do not know with zeros. */
function isTime(time: EpochMs): boolean {
  return time > 0 && time < Infinity;
}

/** `sign`: 1 where the lowest price is the best. */
function toSide({ prices, volumes }: BookSide, sign: 1 | -1, levels: number, onOddity: OnOddity): BookSide {
  if (prices.length === 0) return EMPTY_SIDE;
  const order = prices.map((_, at) => at).filter((at) => prices[at]! > 0);
  const sorted = order.every((at, place) => place === 0 || sign * (prices[at]! - prices[order[place - 1]!]!) >= 0);
  if (!sorted) {
    onOddity("alltick-side-order");
    order.sort((a, b) => sign * (prices[a]! - prices[b]!));
  }
  const kept = order.slice(0, levels);
  return { prices: kept.map((at) => prices[at]!), volumes: kept.map((at) => (volumes[at]! >= 0 ? volumes[at]! : 0)) };
}

/**
 * Bars as the history takes them: those that begin before `end`, which must be over by then, with sound prices, under the instrument's
 * id, ascending, each time once.
 */
export function toBars(raw: readonly Kline[], instrument: Instrument, end: EpochMs, onOddity: OnOddity): Kline[] {
  const bars = new Map<number, Kline>();
  for (const bar of raw) {
    if (!(bar.time < end)) continue;
    if (isSound(bar)) bars.set(bar.time, toBar(bar, instrument));
    else onOddity("alltick-bad-bar");
  }
  return [...bars.values()].toSorted((a, b) => a.time - b.time);
}

/** One closed bar under the instrument's id; figures that are missing are 0. */
export function toBar(raw: Kline, { id }: Instrument): Kline {
  const volume = raw.volume >= 0 ? raw.volume : 0;
  const turnover = raw.turnover >= 0 ? raw.turnover : 0;
  return { ...raw, id, volume, turnover, openInterest: NaN, closed: true, revised: false, gap: false };
}

/** Whether a bar's prices make sense. */
export function isSound({ time, open, high, low, close }: Kline): boolean {
  return (
    Number.isFinite(time) && low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && high < Infinity
  );
}
