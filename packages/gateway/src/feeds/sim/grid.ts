/** Prices as whole steps and volumes as whole units, so that no sum gathers binary noise. */
import { PriceGrid, type Instrument } from "@tickwire/protocol/model";

/** Converts steps and units of one instrument to the numbers of the model, each rounded once. Steps are those of {@link PriceGrid}. */
export class Grid extends PriceGrid {
  readonly #unitsPerOne: number;
  readonly #multiplier: number;

  constructor({ priceTick, volumeDecimals, multiplier }: Instrument) {
    super(priceTick);
    this.#unitsPerOne = 10 ** volumeDecimals;
    this.#multiplier = multiplier;
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
    return (stepUnits * this.numerator * this.#multiplier) / (this.denominator * this.#unitsPerOne);
  }
}
