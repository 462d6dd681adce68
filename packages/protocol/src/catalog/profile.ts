/** What a simulator has to know about an instrument and a wire has not: its level and how lively it is. */

/** Magnitudes for simulation, believable and no more: levels of late 2025. */
export interface Profile {
  /** Price level; of a future, that of its product. */
  readonly price: number;
  /** Traded in a day, in the instrument's unit of volume; of a future, by the product's most active contract. */
  readonly dailyVolume: number;
  /** Standard deviation of a day's return. */
  readonly volatility: number;
  /** How far a day may go from the price it started from, as a share of it; 0 where there is no limit. */
  readonly limitRate: number;
  /** Smallest volume that is traded: a round lot, in the instrument's unit of volume. */
  readonly lot: number;
}
