/** What an instrument's terms do to the figures of its ticks on the CTP wire. */
import { decimalsOf, type Instrument, type TradingHours } from "../model/mod.ts";

/** The part of an instrument that its ticks cannot be read without. */
export type TickTerms = Pick<Instrument, "exchange" | "multiplier" | "hours">;

/**
 * The hours of China's futures as a whole, the longest night included: for what has no instrument of its own, such as the
 * trading day of a login.
 */
export const CHINA_HOURS: TradingHours = {
  zone: "Asia/Shanghai",
  holidays: "CN",
  day: [["09:00", "15:00"]],
  night: ["21:00", "02:30"],
  dayStart: "18:00",
};

/** The terms of an instrument that nobody knows: no multiplier, and the hours of Chinese futures. */
export const UNKNOWN_TERMS: TickTerms = { exchange: "", multiplier: 1, hours: CHINA_HOURS };

/** Its ticks carry Turnover without the multiplier and AveragePrice as a plain price (ctp.md d.10). */
const PLAIN_MONEY_EXCHANGE = "CZCE";
/** Decimals of an AveragePrice beyond those of a price. */
const AVERAGE_EXTRA_DECIMALS = 4;
/** Decimals of a volume that may be fractional: what crypto venues give at most. */
const FRACTION_DECIMALS = 8;
const MIN_MONEY_DECIMALS = 2;
const MAX_MONEY_DECIMALS = 8;
/** Most decimals of a price; more are noise. */
const MAX_PRICE_DECIMALS = 8;

/** Turnover on the wire × `turnover` is money; a plain average × `average` is AveragePrice on the wire. */
export interface MoneyFactors {
  readonly turnover: number;
  readonly average: number;
}

/** How an exchange writes money: CZCE leaves the multiplier out of both figures, all others have it in both. */
export function moneyFactors(terms: Pick<Instrument, "exchange" | "multiplier">): MoneyFactors {
  const { multiplier } = terms;
  return terms.exchange === PLAIN_MONEY_EXCHANGE
    ? { turnover: multiplier, average: 1 }
    : { turnover: 1, average: multiplier };
}

/** Which date on its night ticks an exchange gets wrong (ctp.md d.9). */
export type Misdating = "TradingDay" | "ActionDay" | undefined;

const MISDATING: ReadonlyMap<string, Misdating> = new Map([
  ["CZCE", "TradingDay"],
  ["DCE", "ActionDay"],
  ["GFEX", "ActionDay"],
]);

/** The date that `exchange` gets wrong at night: CZCE has the calendar day in both, DCE and GFEX the trading day. */
export function misdatingOf(exchange: string): Misdating {
  return MISDATING.get(exchange);
}

/** Decimals in which an instrument's figures are meant; beyond them there is only binary noise. */
export interface FigureDecimals {
  /** The finer of the price step and of what the instrument is quoted in (US stocks trade between cents). */
  readonly price: number;
  /** 0 where volumes are whole: they are then written as integers. */
  readonly volume: number;
  readonly turnover: number;
  readonly average: number;
}

/** The decimals of an instrument's figures. */
export function figureDecimals(instrument: Instrument): FigureDecimals {
  const step = Math.min(decimalsOf(instrument.priceTick), MAX_PRICE_DECIMALS);
  const money = step + instrument.volumeDecimals;
  return {
    price: Math.max(step, Math.min(instrument.priceDecimals, MAX_PRICE_DECIMALS)),
    volume: instrument.volumeDecimals > 0 ? FRACTION_DECIMALS : 0,
    turnover: Math.min(Math.max(money, MIN_MONEY_DECIMALS), MAX_MONEY_DECIMALS),
    average: step + AVERAGE_EXTRA_DECIMALS,
  };
}
