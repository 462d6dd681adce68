/**
 * What a CTP upstream says, in the model's terms, with the quirks of exchanges and gateways repaired and told (ctp.md d.9, d.10).
 * Pure.
 */
import { moneyFactors, toSnapshot, type DepthMarketData, type TickTerms } from "@tickwire/protocol/ctp";
import { EMPTY_SIDE, type BookSide, type Instrument, type Snapshot } from "@tickwire/protocol/model";

/**
 * What was repaired: `ctp-dbl-max` a mark for "none" written out as a number, `ctp-action-day` and `ctp-trading-day` a wrong date of a
 * night, `ctp-money` Turnover and AveragePrice by other customs than their exchange's, `ctp-noise` a price with binary noise,
 * `ctp-side` a book whose levels are out of order. `ctp-unreadable`: a tick without a time or a volume, which is left out.
 */
export type Quirk =
  | "ctp-dbl-max"
  | "ctp-action-day"
  | "ctp-trading-day"
  | "ctp-money"
  | "ctp-noise"
  | "ctp-side"
  | "ctp-unreadable";

/** Told of each quirk, once for a tick. */
export type OnQuirk = (quirk: Quirk) => void;

/** A price this near, relatively, to one with the instrument's decimals is meant to be that one: 962.1800000000001. */
const NOISE = 1e-9;
/** The digits that all ways of printing DBL_MAX have in common, looked for first; then the whole of it: in its many ways, or in full. */
const DBL_MAX_DIGITS = "79769";
const DBL_MAX = /1\.?79769\d*(?:e\+?308|\d{280})/i;

/** Whether a frame has a mark for "none" that its gateway did not take out: DBL_MAX as a number. */
export function hasDblMax(frame: string): boolean {
  return frame.includes(DBL_MAX_DIGITS) && DBL_MAX.test(frame);
}

/** A tick as the hub takes it; undefined when it has no readable time or counts nothing. */
export function toCtpSnapshot(tick: DepthMarketData, instrument: Instrument, onQuirk: OnQuirk): Snapshot | undefined {
  const snapshot = toSnapshot(tick, instrument);
  if (snapshot === undefined || !(snapshot.volume >= 0)) {
    onQuirk("ctp-unreadable");
    return undefined;
  }
  if (tick.ActionDay !== "" && tick.ActionDay !== snapshot.actionDay) onQuirk("ctp-action-day");
  if (tick.TradingDay !== "" && tick.TradingDay !== snapshot.tradingDay) onQuirk("ctp-trading-day");
  const { turnover, average } = toMoney(tick, instrument, onQuirk);
  const repair = makePriceRepair(10 ** instrument.priceDecimals);
  const repaired: Snapshot = {
    ...snapshot,
    id: instrument.id,
    turnover,
    average,
    last: repair.price(snapshot.last),
    preSettlement: repair.price(snapshot.preSettlement),
    preClose: repair.price(snapshot.preClose),
    open: repair.price(snapshot.open),
    high: repair.price(snapshot.high),
    low: repair.price(snapshot.low),
    close: repair.price(snapshot.close),
    settlement: repair.price(snapshot.settlement),
    upperLimit: repair.price(snapshot.upperLimit),
    lowerLimit: repair.price(snapshot.lowerLimit),
    bids: toSide(snapshot.bids, -1, repair.price, onQuirk),
    asks: toSide(snapshot.asks, 1, repair.price, onQuirk),
  };
  if (repair.count > 0) onQuirk("ctp-noise");
  return repaired;
}

/**
 * Turnover as money and the average as a price. CZCE leaves the multiplier out of both (ctp.md d.10); whether a gateway in between has
 * put that right, or done so for the others, shows where the average that they come to lies: far from the last price.
 */
function toMoney(tick: DepthMarketData, terms: TickTerms, onQuirk: OnQuirk): { turnover: number; average: number } {
  const { LastPrice: last, Volume: volume, Turnover: raw, AveragePrice: rawAverage } = tick;
  const { multiplier } = terms;
  const usual = moneyFactors(terms);
  const implied = (raw * usual.turnover) / (volume * multiplier);
  const turnoverFactor = correction(implied, last, multiplier, terms.exchange === PLAIN);
  const averageFactor = correction(rawAverage / usual.average, last, multiplier, terms.exchange === PLAIN);
  if (turnoverFactor !== 1 || averageFactor !== 1) onQuirk("ctp-money");
  return {
    turnover: raw * usual.turnover * turnoverFactor,
    average: (rawAverage / usual.average) * averageFactor,
  };
}

const PLAIN = "CZCE";

/** What makes a price of what is off by the multiplier: the side of √multiplier on which it lies. 1 where that cannot be told. */
function correction(price: number, last: number, multiplier: number, isPlain: boolean): number {
  if (!(price > 0) || !(last > 0) || multiplier <= 1) return 1;
  const ratio = price / last;
  if (isPlain) return ratio > Math.sqrt(multiplier) ? 1 / multiplier : 1;
  return ratio < 1 / Math.sqrt(multiplier) ? multiplier : 1;
}

/** Takes binary noise off prices, and counts. `scale`: the steps of the instrument's decimals in 1. */
function makePriceRepair(scale: number): { readonly count: number; price(value: number): number } {
  const repair = {
    count: 0,
    price(value: number): number {
      const clean = Math.round(value * scale) / scale;
      if (clean === value || !(Math.abs(clean - value) <= NOISE * Math.abs(value))) return value;
      repair.count++;
      return clean;
    },
  };
  return repair;
}

/** The levels up to the first without a volume, best first. `sign`: 1 where the lowest price is the best. */
function toSide(
  { prices, volumes }: BookSide,
  sign: 1 | -1,
  price: (value: number) => number,
  onQuirk: OnQuirk,
): BookSide {
  const empty = volumes.findIndex((volume) => !(volume > 0));
  const levels = empty < 0 ? prices.length : empty;
  if (levels === 0) return EMPTY_SIDE;
  const kept = prices.slice(0, levels).map(price);
  const side = { prices: kept, volumes: volumes.slice(0, levels) };
  if (kept.every((value, at) => at === 0 || sign * (value - kept[at - 1]!) >= 0)) return side;
  onQuirk("ctp-side");
  const order = kept.map((_, at) => at).toSorted((a, b) => sign * (kept[a]! - kept[b]!));
  return { prices: order.map((at) => kept[at]!), volumes: order.map((at) => side.volumes[at]!) };
}
