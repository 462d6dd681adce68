/** How often and how much is traded in one simulated instrument. */
import type { Character } from "./curve.ts";
import type { Grid } from "./grid.ts";
import type { Quote } from "./quote.ts";
import type { Random } from "./random.ts";

/** Even in a dead contract so many ticks bring a trade, for a watcher's sake; and never all of them. */
const MIN_CHANCE = 0.35;
const MAX_CHANCE = 0.9;

/** How much time a day's volume has, and how many ticks: seconds of trading a day, mean ticks per second. */
export interface TradingTime {
  readonly daySeconds: number;
  readonly rate: number;
}

/** Draws the trades of one instrument, so that the day's volume comes out near its profile's. */
export class Trades {
  /** Chance that a tick of a snapshot feed brings a trade. */
  readonly chance: number;
  readonly #random: Random;
  readonly #lotUnits: number;
  readonly #lots: number;

  /** `everyTick`: each tick is a trade, as in a feed of trades. */
  constructor(character: Character, grid: Grid, random: Random, { daySeconds, rate }: TradingTime, everyTick: boolean) {
    const { profile, dailyVolume } = character;
    const lotsPerTick = dailyVolume / profile.lot / (daySeconds * rate);
    this.chance = everyTick ? 1 : Math.max(MIN_CHANCE, Math.min(lotsPerTick, MAX_CHANCE));
    this.#random = random;
    this.#lotUnits = grid.units(profile.lot);
    this.#lots = Math.max(0, lotsPerTick / this.chance - 1);
  }

  /** Whether this tick brings a trade. */
  happens(): boolean {
    return this.#random.uniform() < this.chance;
  }

  /** Units of one trade, in round lots. */
  units(): number {
    const lots = this.#lots < 0.5 ? 1 : 1 + Math.round(this.#lots * this.#random.exponential());
    return lots * this.#lotUnits;
  }

  /** Price of one trade in steps: the ask when a buyer crosses, the bid when a seller does; what there is at a limit. */
  steps(quote: Quote): number {
    if (quote.ask === 0) return quote.bid;
    if (quote.bid === 0) return quote.ask;
    return (this.#random.bits() & 1) === 0 ? quote.bid : quote.ask;
  }
}
