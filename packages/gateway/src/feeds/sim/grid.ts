/** Prices as whole steps and volumes as whole units, so that no sum gathers binary noise. */
import type { Instrument } from "@tickwire/protocol/model";

/** Converts steps and units of one instrument to the numbers of the model, each rounded once. */
export class Grid {
  readonly #step: number;
  readonly #stepsPerOne: number;
  readonly #unitsPerOne: number;
  readonly #multiplier: number;

  constructor({ priceTick, volumeDecimals, multiplier }: Instrument) {
    // A step below 1 is one part of 1 (0.02 = 1/50): dividing gives the double nearest to the decimal.
    this.#step = priceTick < 1 ? 1 : priceTick;
    this.#stepsPerOne = priceTick < 1 ? Math.round(1 / priceTick) : 1;
    this.#unitsPerOne = 10 ** volumeDecimals;
    this.#multiplier = multiplier;
  }

  /** Price of so many steps. */
  price(steps: number): number {
    return (steps * this.#step) / this.#stepsPerOne;
  }

  /** Steps nearest to a price. */
  steps(price: number): number {
    return Math.round((price * this.#stepsPerOne) / this.#step);
  }

  /** Volume of so many units. */
  volume(units: number): number {
    return units / this.#unitsPerOne;
  }

  /** Units of a volume. */
  units(volume: number): number {
    return Math.round(volume * this.#unitsPerOne);
  }

  /** Money for a sum of steps × units. */
  money(stepUnits: number): number {
    return (stepUnits * this.#step * this.#multiplier) / (this.#stepsPerOne * this.#unitsPerOne);
  }
}
