/**
 * Numbers on the CTP wire. CTP marks a missing double with DBL_MAX; gateways turn that into 0, mostly (ctp.md d.10).
 * Written here: never NaN, an infinity or DBL_MAX. Read here: all of them, and null, as "not available".
 */
import { EXACT_LIMIT, POWERS_OF_TEN } from "../model/mod.ts";

/** From here on a number is a mark for "none": DBL_MAX, also where it was printed with few digits (`1.79769e+308`). */
export const NONE_FROM = 1e300;
/** Significant digits of a double that carry no noise. */
const DIGITS = 15;

/**
 * `value` without binary noise: rounded to `decimals` (0 to 15), or to 15 significant digits where that is coarser, so
 * that its shortest text is the decimal that was meant. What is not available (NaN, infinite, DBL_MAX) becomes 0.
 */
export function wireNumber(value: number, decimals: number): number {
  const power = POWERS_OF_TEN[decimals]!;
  const scaled = value * power;
  if (scaled < EXACT_LIMIT && scaled > -EXACT_LIMIT) return Math.round(scaled) / power;
  return Math.abs(value) < NONE_FROM ? Number(value.toPrecision(DIGITS)) : 0;
}

/** A quantity as received: a number, or one in a string; anything else and every mark for "none" is `NaN`. */
export function readQuantity(raw: unknown): number {
  const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
  return typeof value === "number" && Math.abs(value) < NONE_FROM ? value : NaN;
}

/** A price as received: as {@link readQuantity}, and 0 also means "none", which is what gateways send for it. */
export function readPrice(raw: unknown): number {
  return readQuantity(raw) || NaN;
}

/** A quantity that is 0 where it is not available: volumes, which CTP never marks as missing. */
export function readVolume(raw: unknown): number {
  return readQuantity(raw) || 0;
}

/** A text as received; anything but a string is empty. */
export function readText(raw: unknown): string {
  return typeof raw === "string" ? raw : "";
}
