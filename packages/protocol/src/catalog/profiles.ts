/** Profiles by instrument. */
import type { Instrument } from "../model/mod.ts";
import { futureProductOf } from "./futures.ts";
import type { Profile } from "./profile.ts";
import { securityProfileOf } from "./securities.ts";

/** A day seldom uses more of its price limit than this part in one standard deviation. */
const LIMIT_TO_VOLATILITY = 1 / 6;

/** The profile of an instrument of this catalogue, on demand contracts included; undefined for any other. */
export function profileOf(instrument: Instrument): Profile | undefined {
  const product = futureProductOf(instrument.product);
  if (product === undefined) return securityProfileOf(instrument.id);
  const { price, dailyVolume, limitRate } = product;
  return { price, dailyVolume, volatility: limitRate * LIMIT_TO_VOLATILITY, limitRate, lot: 1 };
}
