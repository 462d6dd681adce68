/** Sums that do not depend on the order of their terms. Pure. */

/** Significant digits of a decimal that a double always keeps. */
const DIGITS = 15;

/**
 * A running sum with the rounding errors kept beside it (Knuth's two-sum). Its value is the decimal that was meant, to 15
 * digits of what was added up: the same for every order of the terms, 0.3 for 0.1 + 0.2, and −6.007 for 91.088 − 97.095.
 */
export class Sum {
  #high = 0;
  #low = 0;
  /** What was taken away: the digits that it shares with the rest are lost to the sum. */
  #taken = 0;

  /** Adds one term. */
  add(term: number): void {
    const high = this.#high + term;
    const part = high - this.#high;
    this.#low += this.#high - (high - part) + (term - part);
    this.#high = high;
    if (term < 0) this.#taken -= term;
  }

  /** The sum of the terms added so far. */
  get value(): number {
    const sum = this.#high + this.#low;
    if (Number.isInteger(sum)) return sum;
    if (this.#taken === 0) return Number(sum.toPrecision(DIGITS));
    const size = Math.abs(sum);
    const lost = Math.ceil(Math.log10((size + 2 * this.#taken) / size));
    return lost < DIGITS ? Number(sum.toPrecision(DIGITS - lost)) : 0;
  }

  /** Begins again at zero. */
  clear(): void {
    this.#high = this.#low = this.#taken = 0;
  }
}
