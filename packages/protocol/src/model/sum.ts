/** Sums that do not depend on the order of their terms. Pure. */

/** Significant digits of a decimal that a double always keeps. */
const DIGITS = 15;

/**
 * A running sum with the rounding errors kept beside it (Knuth's two-sum). Its value is the decimal that was meant, to 15
 * digits: the same for every order of the terms, and 0.3 for 0.1 + 0.2.
 */
export class Sum {
  #high = 0;
  #low = 0;

  /** Adds one term. */
  add(term: number): void {
    const high = this.#high + term;
    const part = high - this.#high;
    this.#low += this.#high - (high - part) + (term - part);
    this.#high = high;
  }

  /** The sum of the terms added so far. */
  get value(): number {
    const sum = this.#high + this.#low;
    return Number.isInteger(sum) ? sum : Number(sum.toPrecision(DIGITS));
  }

  /** Begins again at zero. */
  clear(): void {
    this.#high = this.#low = 0;
  }
}
