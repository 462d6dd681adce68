/** Wrong passwords in a row: what they cost the next attempt of the same user. */
import type { EpochMs } from "@tickwire/protocol/model";

/** What the first wrong password costs, in milliseconds; each further one costs twice as much, up to the most. */
const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 4_000;
/** Names without a user that are remembered; beyond that the oldest are forgotten. */
const MAX_STRANGERS = 65_536;

/** When a user is locked. */
export interface LoginLimits {
  /** Wrong passwords in a row that lock; 0: none ever do. */
  readonly failures: number;
  /** How long a lock lasts, and how long a wrong password is remembered after the last one. */
  readonly lockMs: number;
}

interface Series {
  readonly count: number;
  /** When the last one was. */
  readonly at: EpochMs;
}

/**
 * Series of wrong passwords by user, as keys that are no names. Names that belong to nobody are treated as users are, so that
 * nothing tells them apart; they are kept apart, so that no crowd of them pushes a user's series out.
 */
export class LoginFailures {
  readonly #limits: LoginLimits;
  readonly #now: () => EpochMs;
  /** Oldest first. */
  readonly #users = new Map<string, Series>();
  readonly #strangers = new Map<string, Series>();

  constructor(limits: LoginLimits, now: () => EpochMs) {
    this.#limits = limits;
    this.#now = now;
  }

  /** How long the answer to the next attempt has to wait, in milliseconds; `"locked"`: there is none. */
  cost(key: string): number | "locked" {
    const { count } = this.#find(key);
    if (this.#limits.failures > 0 && count >= this.#limits.failures) return "locked";
    return count === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (count - 1), MOST_DELAY_MS);
  }

  /** A password was wrong. `known`: there is such a user. */
  add(key: string, known: boolean): void {
    const count = this.#find(key).count + 1;
    this.clear(key);
    const all = known ? this.#users : this.#strangers;
    for (const [old, { at }] of all) {
      if (this.#holds(at) && all.size < (known ? Infinity : MAX_STRANGERS)) break;
      all.delete(old);
    }
    all.set(key, { count, at: this.#now() });
  }

  /** A password was right. */
  clear(key: string): void {
    this.#users.delete(key);
    this.#strangers.delete(key);
  }

  #find(key: string): Series {
    const series = this.#users.get(key) ?? this.#strangers.get(key);
    return series !== undefined && this.#holds(series.at) ? series : { count: 0, at: 0 };
  }

  #holds(at: EpochMs): boolean {
    return this.#now() < at + this.#limits.lockMs;
  }
}
