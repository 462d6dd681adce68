/** Prices of one instrument as whole steps of its grid: what is compared, summed and used as a key is a whole number. */
import { POWERS_OF_TEN, decimalsOf } from "./decimal.ts";

/** How far, in steps, a price may be from the grid: binary noise of a decimal. */
const NOISE = 1e-6;

/** The grid of a price step, which may be any decimal: 0.2, 5 and 2.5 alike. */
export class PriceGrid {
  readonly #tick: number;
  /** The step as a fraction of whole numbers in lowest terms: 0.02 is 1/50, 2.5 is 5/2. */
  readonly numerator: number;
  readonly denominator: number;

  /** `tick` is above 0. */
  constructor(tick: number) {
    this.#tick = tick;
    const scale = POWERS_OF_TEN[decimalsOf(tick)]!;
    const parts = Math.round(tick * scale);
    const common = commonDivisor(parts, scale);
    this.numerator = parts / common;
    this.denominator = scale / common;
  }

  /** The step nearest to a price; of one in the middle between two, either. */
  steps(price: number): number {
    return Math.round(price / this.#tick);
  }

  /** The price of a whole step, the very double that its decimal text stands for: one division of whole numbers, rounded once. */
  price(steps: number): number {
    return (steps * this.numerator) / this.denominator;
  }

  /** The price of the grid nearest to a price. */
  nearest(price: number): number {
    return this.price(this.steps(price));
  }

  /** Whether a price is a whole number of steps. */
  holds(price: number): boolean {
    const steps = price / this.#tick;
    return Math.abs(steps - Math.round(steps)) <= NOISE;
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a || 1 : commonDivisor(b, a % b);
}
