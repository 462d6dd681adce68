/** How a product's price wanders: one path per product, shared by all its delivery months. */
import type { Random } from "./random.ts";

/** Milliseconds of simulated time between two steps of the path. */
const STEP_MS = 250;
/** Seconds of trading over which a day's volatility is spread: a day of a Chinese future without its night. */
const DAY_SECONDS = 20_700;
/** How far the path strays from its level, in days' volatilities: it is pulled back hard enough for that. */
const STRAY = 0.8;
/** GARCH(1,1): variance = BASE + SHOCK × last shock² + MEMORY × variance; the three add up to 1. */
const BASE = 0.05;
const SHOCK = 0.1;
const MEMORY = 0.85;
const MAX_VARIANCE = 10;

/**
 * A mean-reverting random walk of the logarithm with clustered volatility (Ornstein-Uhlenbeck with GARCH shocks). Its
 * path depends on its random stream and the time it began alone, not on when or by whom it is asked.
 */
export class Drift {
  readonly #random: Random;
  readonly #sigma: number;
  readonly #pull: number;
  #step: number;
  #log: number;
  #variance = 1;
  #factor: number;

  /** `volatility`: standard deviation of a day's return. `time`: simulated milliseconds at which it begins. */
  constructor(random: Random, volatility: number, time: number) {
    this.#random = random;
    this.#sigma = volatility * Math.sqrt(STEP_MS / 1_000 / DAY_SECONDS);
    // A pull of p and steps of sigma hold the path at a deviation of sigma / sqrt(2 p).
    this.#pull = STEP_MS / 1_000 / DAY_SECONDS / (2 * STRAY * STRAY);
    this.#step = Math.floor(time / STEP_MS);
    this.#log = random.normal() * volatility * STRAY;
    this.#factor = Math.exp(this.#log);
  }

  /** Price at simulated `time` as a multiple of the level. Time must not go back. */
  factorAt(time: number): number {
    const step = Math.floor(time / STEP_MS);
    if (step <= this.#step) return this.#factor;
    for (; this.#step < step; this.#step++) {
      const shock = this.#random.normal();
      this.#log += this.#sigma * Math.sqrt(this.#variance) * shock - this.#pull * this.#log;
      this.#variance = Math.min(BASE + this.#variance * (SHOCK * shock * shock + MEMORY), MAX_VARIANCE);
    }
    return (this.#factor = Math.exp(this.#log));
  }
}

/** Standard deviation of one step, as a share of the price. */
export function stepDeviation(volatility: number): number {
  return volatility * Math.sqrt(STEP_MS / 1_000 / DAY_SECONDS);
}
