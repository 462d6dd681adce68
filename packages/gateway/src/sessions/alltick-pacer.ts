/** How often one connection may ask (alltick.md 4). */
import type { EpochMs } from "@tickwire/protocol/model";

/** Frames that may come at once. */
const BURST = 50;
/** Frames a second that may come for ever. */
const REFILL_PER_SECOND = 10;

/** The rate rule of one connection: a flood stop over all frames and, where asked for, a spacing of requests. */
export class RequestPacer {
  readonly #spacingMs: number;
  #tokens = BURST;
  #refilledAt: EpochMs;
  #requestedAt = -Infinity;

  /** `spacingMs` is the least time between two requests; 0 stops floods only. */
  constructor(spacingMs: number, now: EpochMs) {
    this.#spacingMs = spacingMs;
    this.#refilledAt = now;
  }

  /** Counts a frame that came at `now` and tells whether it is allowed. Heartbeats are exempt from the spacing. */
  allow(now: EpochMs, heartbeat: boolean): boolean {
    const elapsed = Math.max(0, now - this.#refilledAt);
    this.#refilledAt = now;
    this.#tokens = Math.min(BURST, this.#tokens + (elapsed * REFILL_PER_SECOND) / 1_000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    if (heartbeat) return true;
    const since = now - this.#requestedAt;
    this.#requestedAt = now;
    return since < 0 || since >= this.#spacingMs;
  }
}
