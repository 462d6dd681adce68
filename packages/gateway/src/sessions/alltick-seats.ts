/** How many connections each token has on each endpoint, and when its last one ended (alltick.md 4). */
import type { EpochMs } from "@tickwire/protocol/model";
import type { AllTickPlan } from "@tickwire/protocol/alltick";

interface Seat {
  taken: number;
  freedAt: EpochMs;
}

/** The connections of all tokens. Keyed by known grants only: no client can grow it. */
export class Seats {
  readonly #seats = new Map<string, Seat>();
  readonly #keepGap: boolean;

  /** `keepGap`: a token must wait for its plan's reconnect gap after one of its connections ended. */
  constructor(keepGap: boolean) {
    this.#keepGap = keepGap;
  }

  /** Whether one more connection may come for `key` at `now`. */
  isFree(key: string, plan: AllTickPlan, now: EpochMs): boolean {
    const seat = this.#seats.get(key);
    if (seat === undefined) return true;
    const since = now - seat.freedAt;
    const tooSoon = this.#keepGap && since >= 0 && since < plan.reconnectGapMs;
    return seat.taken < plan.connections && !tooSoon;
  }

  /** Takes a seat for one connection. */
  take(key: string): void {
    const seat = this.#seats.get(key);
    if (seat === undefined) this.#seats.set(key, { taken: 1, freedAt: -Infinity });
    else seat.taken++;
  }

  /** Gives back the seat of a connection that ended at `now`. */
  giveBack(key: string, now: EpochMs): void {
    const seat = this.#seats.get(key);
    if (seat === undefined) return;
    seat.taken--;
    seat.freedAt = now;
    if (seat.taken === 0 && !this.#keepGap) this.#seats.delete(key);
  }
}
