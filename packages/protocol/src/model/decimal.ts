/**
 * Numbers as decimal text for the wire. The model keeps prices as doubles; 15 significant digits of a double are exact,
 * so what is written is the decimal that was meant, without binary noise, exponents, NaN or DBL_MAX.
 */

/** Most decimals that can be asked for; instruments have far fewer. */
const MAX_DECIMALS = 15;
/** Up to here an integer that was scaled from a double is the one that was meant (15 digits). */
export const EXACT_LIMIT = 1e15;
/** From here on JavaScript writes exponents. No price, volume or turnover is so large: it is a mark for "none". */
const TOO_LARGE = 1e21;
/** Whole parts below this are written as small integers, which is faster. */
const SMALL = 2 ** 30;

/** Most decimals that a price step is looked at for. */
const MAX_STEP_DECIMALS = 12;
/** How far, relatively, a price step may be from the decimal it stands for. */
const STEP_NOISE = 1e-9;

/** Ten to the power of the index, 0 to 15; all are exact doubles. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: MAX_DECIMALS + 1 }, (_, decimals) =>
  Number(`1e${decimals}`),
);

/** `DIGITS[n][value]` is `value` with `n` digits, n from 0 to 3. */
const DIGITS: readonly (readonly string[])[] = [0, 1, 2, 3].map((digits) =>
  Array.from({ length: 10 ** digits }, (_, value) => (digits === 0 ? "" : String(value).padStart(digits, "0"))),
);
/** As {@link DIGITS}, with the decimal point before them. */
const POINT_DIGITS = DIGITS.map((texts, digits) => (digits === 0 ? texts : texts.map((text) => `.${text}`)));

/** What stands for "none", by decimals: `0`, `0.0`, `0.00` … */
const ZEROS: readonly string[] = POWERS_OF_TEN.map((_, decimals) =>
  decimals === 0 ? "0" : `0.${"0".repeat(decimals)}`,
);

/**
 * `value` with exactly `decimals` decimals (0 to 15), halves rounded away from zero. Exact for every number that was
 * meant with at most 15 significant digits; decimals beyond the 15th digit are written as zeros rather than as noise.
 * What is not available (NaN, an infinity, DBL_MAX, anything from 1e21) is written as zero; zero has no sign.
 */
export function formatDecimal(value: number, decimals: number): string {
  const scaled = Math.round(value * POWERS_OF_TEN[decimals]!);
  return scaled > 0 && scaled <= EXACT_LIMIT ? joinDigits(scaled, decimals) : formatUnusual(value, decimals);
}

/** The decimal point put into an integer from 1 to {@link EXACT_LIMIT}. */
function joinDigits(scaled: number, decimals: number): string {
  const power = POWERS_OF_TEN[decimals]!;
  const whole = Math.floor(scaled / power);
  const wholeText = whole < SMALL ? `${whole | 0}` : `${whole}`;
  const rest = scaled - whole * power;
  if (decimals <= 3) return wholeText + POINT_DIGITS[decimals]![rest | 0]!;
  if (decimals > 6) return `${wholeText}.${String(rest).padStart(decimals, "0")}`;
  const high = ((rest | 0) / 1000) | 0;
  return wholeText + POINT_DIGITS[decimals - 3]![high]! + DIGITS[3]![(rest | 0) - high * 1000]!;
}

/** Zeros, absent values, negative numbers, and numbers with more than 15 digits. */
function formatUnusual(value: number, decimals: number): string {
  const zero = ZEROS[decimals] ?? "0";
  const size = Math.abs(value);
  if (!(size < TOO_LARGE) || size === 0 || ZEROS[decimals] === undefined) return zero;
  if (value < 0) {
    const text = formatDecimal(size, decimals);
    return text === zero ? zero : `-${text}`;
  }
  let kept = decimals;
  while (kept > 0 && size * POWERS_OF_TEN[kept]! > EXACT_LIMIT) kept--;
  const scaled = Math.round(size * POWERS_OF_TEN[kept]!);
  const text = scaled <= EXACT_LIMIT ? joinDigits(scaled, kept) : size.toFixed(0);
  return kept === decimals ? text : `${text}${kept === 0 ? "." : ""}${"0".repeat(decimals - kept)}`;
}

/**
 * Decimals that a price step needs: 2 for 0.02, 3 for 0.005, 0 for 5 (at most 12). Binary noise of the step does not
 * count; what is no step (0, negative, NaN) needs none.
 */
export function decimalsOf(step: number): number {
  if (!(step > 0)) return 0;
  let decimals = 0;
  while (decimals < MAX_STEP_DECIMALS && !isMultiple(step, POWERS_OF_TEN[decimals]!)) decimals++;
  return decimals;
}

/** Whether `step` is a whole number of parts of which `parts` make one, but for noise. */
function isMultiple(step: number, parts: number): boolean {
  return Math.abs(Math.round(step * parts) / parts - step) <= step * STEP_NOISE;
}
