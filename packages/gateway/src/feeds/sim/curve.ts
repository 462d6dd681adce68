/** Where an instrument stands beside its product's level, and how much of the product's trading is its own. */
import { LISTED_ON, profileOf, type Profile } from "@tickwire/protocol/catalog";
import type { Instrument } from "@tickwire/protocol/model";
import { Random } from "./random.ts";

/** What an instrument is like: its product's profile, bent by its place on the curve. */
export interface Character {
  readonly profile: Profile;
  /** Price level of this instrument. */
  readonly level: number;
  /** Traded in a day, in its unit of volume. */
  readonly dailyVolume: number;
}

/**
 * Instruments that meet their upper price limit every three minutes and stay there for about half a minute, so that
 * one-sided books are seen: a future and an A-share.
 */
export const LIMIT_VISITORS: ReadonlySet<string> = new Set(["ec2606", "600076.SH"]);

/** Largest difference of neighbouring months, as a share of the price, either way. */
const MAX_CARRY = 0.003;
/** Months from the table's day beyond which the curve is flat. */
const CURVE_MONTHS = 24;
/** Products that trade mainly in January, May and September; rb and hc in October instead of September. */
const SEASONAL_EXCHANGES: ReadonlySet<string> = new Set(["DCE", "CZCE"]);
const SEASONAL_PRODUCTS: ReadonlySet<string> = new Set(["rb", "hc", "ru", "fu", "bu", "sp", "br"]);
const OCTOBER_PRODUCTS: ReadonlySet<string> = new Set(["rb", "hc"]);
/** Share of a month that is not among the main ones. */
const MINOR_MONTH = 0.05;
/** Months ahead that are traded most, seasonal or not; the share falls by e every {@link SHARE_MONTHS} from there. */
const SEASONAL_PEAK = 5;
const PEAK = 2;
const SHARE_MONTHS = 3;
const MIN_SHARE = 0.001;

/** The character of an instrument of the catalogue; undefined for any other. */
export function characterOf(instrument: Instrument, seed: number): Character | undefined {
  const profile = profileOf(instrument);
  if (profile === undefined) return undefined;
  const terms = instrument.future;
  if (terms === undefined) return { profile, level: profile.price, dailyVolume: profile.dailyVolume };
  const ahead = terms.deliveryYear * 12 + terms.deliveryMonth - monthsOf(LISTED_ON);
  const carry = (new Random(seed, `carry ${instrument.product}`).uniform() * 2 - 1) * MAX_CARRY;
  const bounded = Math.max(-CURVE_MONTHS, Math.min(ahead, CURVE_MONTHS));
  return {
    profile,
    level: profile.price * (1 + carry * bounded),
    dailyVolume: profile.dailyVolume * shareOf(instrument, terms.deliveryMonth, ahead),
  };
}

function shareOf({ product, exchange }: Instrument, month: number, ahead: number): number {
  const seasonal = SEASONAL_EXCHANGES.has(exchange) || SEASONAL_PRODUCTS.has(product);
  const autumn = OCTOBER_PRODUCTS.has(product) ? 10 : 9;
  const main = !seasonal || month === 1 || month === 5 || month === autumn;
  const distance = Math.abs(ahead - (seasonal ? SEASONAL_PEAK : PEAK));
  return Math.max(MIN_SHARE, (main ? 1 : MINOR_MONTH) * Math.exp(-distance / SHARE_MONTHS));
}

function monthsOf(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(4, 6));
}
