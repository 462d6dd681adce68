/** The book of one simulated instrument: best prices that follow a path on the grid within the day's limits. */
import { EMPTY_SIDE, type BookSide, type Instrument } from "@tickwire/protocol/model";
import { LIMIT_VISITORS, type Character } from "./curve.ts";
import { stepDeviation, type Drift } from "./drift.ts";
import type { Grid } from "./grid.ts";
import type { Random } from "./random.ts";

/** Of 256 quotes, how many have a spread of one step, and of at most two; the rest have three. */
const ONE_STEP = 180;
const TWO_STEPS = 230;
/** What remains of the noise around the path from one quote to the next. */
const NOISE_MEMORY = 0.8;
/** Noise in units of the path's own steps, and at least in price steps. */
const NOISE_TO_PATH = 0.3;
const MIN_NOISE = 0.4;
/** The part of a day's volume that stands at a level: futures are deeper than the rest. */
const FUTURE_DEPTH = 1 / 2_000;
const OTHER_DEPTH = 1 / 10_000;
/** Money behind one unit of volume from which depth begins to shrink. */
const FULL_DEPTH_MONEY = 100_000;
const MIN_DEPTH = 2;
/** How much deeper the queue at a price limit is. */
const LIMIT_QUEUE = 40;
/** After a restart the price comes back to its path: what lies between them falls by e in this time. */
const RETURN_MS = 24 * 3_600_000;
/** A visit to the upper limit: how often, how long under way, and how far beyond the limit it aims. */
const VISIT_PERIOD_MS = 180_000;
const VISIT_MS = 90_000;
const VISIT_OVERSHOOT = 1.15;

/** Best prices are in steps; 0 means that the side is empty. */
export class Quote {
  bid = 0;
  ask = 0;
  #low = 1;
  #high = Infinity;
  readonly #grid: Grid;
  readonly #drift: Drift;
  readonly #random: Random;
  readonly #level: number;
  readonly #levels: number;
  readonly #visits: boolean;
  readonly #noiseSize: number;
  #noise = 0;
  /** Logarithm of how far beyond its path the price went on, and when. */
  #ahead = 0;
  #aheadAt = 0;
  readonly #lotUnits: number;
  readonly #depth: number;

  constructor(instrument: Instrument, character: Character, grid: Grid, drift: Drift, random: Random) {
    const { profile, level, dailyVolume } = character;
    this.#grid = grid;
    this.#drift = drift;
    this.#random = random;
    this.#level = level / grid.price(1);
    this.#levels = instrument.levels;
    this.#visits = LIMIT_VISITORS.has(instrument.id);
    this.#noiseSize = Math.max(MIN_NOISE, this.#level * stepDeviation(profile.volatility) * NOISE_TO_PATH);
    this.#lotUnits = grid.units(profile.lot);
    const money = Math.min(1, FULL_DEPTH_MONEY / (level * instrument.multiplier));
    const part = instrument.kind === "future" ? FUTURE_DEPTH : OTHER_DEPTH;
    this.#depth = Math.max(MIN_DEPTH, (dailyVolume / profile.lot) * part * money);
  }

  /** Sets the lowest and highest price allowed, in steps; the best prices obey from the next {@link move}. */
  setLimits(low: number, high: number): void {
    this.#low = low;
    this.#high = high;
  }

  /** Lets the best prices go on at `steps` from simulated `time`, wherever the path is. */
  goOn(steps: number, time: number): void {
    this.#ahead = Math.log(steps / (this.#level * this.#drift.factorAt(time)));
    this.#aheadAt = time;
  }

  /** Moves the best prices to where they are at simulated `time`. At a price limit one side is empty. */
  move(time: number): void {
    const random = this.#random;
    this.#noise = this.#noise * NOISE_MEMORY + random.normal() * this.#noiseSize;
    let path = this.#level * this.#drift.factorAt(time);
    if (this.#ahead !== 0) path *= Math.exp(this.#ahead * Math.exp((this.#aheadAt - time) / RETURN_MS));
    let middle = path + this.#noise;
    if (this.#visits) middle += (this.#high - middle) * visitAt(time) * VISIT_OVERSHOOT;
    const luck = random.bits() & 0xff;
    const spread = luck < ONE_STEP ? 1 : luck < TWO_STEPS ? 2 : 3;
    const bid = Math.floor(middle - (spread - 1) / 2);
    const ask = bid + spread;
    const low = this.#low;
    const high = this.#high;
    this.bid = ask <= low ? 0 : Math.min(Math.max(bid, low), high);
    this.ask = bid >= high ? 0 : Math.min(Math.max(ask, low), high);
  }

  /** The bids, best first. */
  bids(): BookSide {
    if (this.bid === 0) return EMPTY_SIDE;
    return this.#side(this.bid, -1, Math.min(this.#levels, this.bid - this.#low + 1), this.ask === 0);
  }

  /** The asks, best first. */
  asks(): BookSide {
    if (this.ask === 0) return EMPTY_SIDE;
    return this.#side(this.ask, 1, Math.min(this.#levels, this.#high - this.ask + 1), this.bid === 0);
  }

  #side(best: number, step: 1 | -1, count: number, alone: boolean): BookSide {
    if (count === 0) return EMPTY_SIDE;
    const prices: number[] = [];
    const volumes: number[] = [];
    let bits = 0;
    for (let i = 0; i < count; i++) {
      bits = (i & 1) === 0 ? this.#random.bits() : bits >>> 16;
      // Half to one and a half times the depth, growing with the distance from the best price.
      let lots = (this.#depth * (0.5 + (bits & 0xffff) / 0x10000) * (4 + i)) / 4;
      if (alone && i === 0) lots *= LIMIT_QUEUE;
      prices.push(this.#grid.price(best + step * i));
      volumes.push(this.#grid.volume(Math.max(1, Math.floor(lots)) * this.#lotUnits));
    }
    return { prices, volumes };
  }
}

/** How far on its way to the limit a visitor is, from 0 to 1: up and down a half wave, then a pause. */
function visitAt(time: number): number {
  const phase = time % VISIT_PERIOD_MS;
  return phase < VISIT_MS ? Math.sin((Math.PI * phase) / VISIT_MS) : 0;
}
