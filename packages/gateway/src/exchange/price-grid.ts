/** Prices of one instrument as whole steps of its grid, so that they can be compared and used as keys. Pure. */
import { decimalsOf, POWERS_OF_TEN } from "@tickwire/protocol/model";

/** How far, in steps, a price may be from the grid: binary noise of a decimal. */
const NOISE = 1e-6;

/** The grid of a price step. */
export class PriceGrid {
  readonly #tick: number;
  readonly #scale: number;

  constructor(tick: number) {
    this.#tick = tick;
    this.#scale = POWERS_OF_TEN[decimalsOf(tick)]!;
  }

  /** The step nearest to a price. */
  steps(price: number): number {
    return Math.round(price / this.#tick);
  }

  /** The price of a step, the very double that its decimal text stands for. */
  price(steps: number): number {
    return Math.round(steps * this.#tick * this.#scale) / this.#scale;
  }

  /** Whether a price is a whole number of steps. */
  holds(price: number): boolean {
    const steps = price / this.#tick;
    return Math.abs(steps - Math.round(steps)) <= NOISE;
  }
}
