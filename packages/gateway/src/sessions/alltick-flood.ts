/** What stops floods of frames or requests, whatever a plan allows. */
import type { EpochMs } from "@tickwire/protocol/model";

const SECOND_MS = 1_000;

/** How much passes. */
export interface FloodLimits {
  /** What may come at once. */
  readonly burst: number;
  /** What may come for ever, a second. */
  readonly perSecond: number;
}

/** A bucket that fills up to `burst`, by `perSecond` a second; what comes takes one from it. */
export class FloodStop {
  readonly #limits: FloodLimits;
  #left: number;
  #refilledAt: EpochMs;

  /** Full at `now`. */
  constructor(limits: FloodLimits, now: EpochMs) {
    this.#limits = limits;
    this.#left = limits.burst;
    this.#refilledAt = now;
  }

  /** Counts what comes at `now` and tells whether it is allowed. A clock that was set back fills nothing. */
  allow(now: EpochMs): boolean {
    const { burst, perSecond } = this.#limits;
    const elapsed = Math.max(0, now - this.#refilledAt);
    this.#refilledAt = now;
    this.#left = Math.min(burst, this.#left + (elapsed * perSecond) / SECOND_MS);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
