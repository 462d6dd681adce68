/** Requests that wait until a rule lets them go, so that a service never sees one too early. */
import { ClientError, type Timers } from "./connection.ts";

/** When the next request of a key may go. */
export interface PaceRule<K> {
  /** The earliest moment at which one may; `now` or before: at once. */
  earliest(key: K, now: number): number;
  /** One goes now. */
  take(key: K, now: number): void;
}

/** Most requests that wait; one more is refused. */
const MAX_WAITING = 1_000;
/** One that has waited for so long goes next, whoever else could go earlier. */
const PATIENCE_MS = 10_000;

interface Waiting<K> {
  readonly key: K;
  readonly since: number;
  readonly resolve: () => void;
}

/** Requests under one rule: who may go first goes first, else in order. */
export class Pacer<K> {
  readonly #rule: PaceRule<K>;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #waiting: Waiting<K>[] = [];
  #cancel: () => void = () => undefined;

  constructor(rule: PaceRule<K>, timers: Timers, now: () => number) {
    this.#rule = rule;
    this.#timers = timers;
    this.#now = now;
  }

  /** Resolves when a request of that key may go; it counts as gone. Rejects with a {@link ClientError} where too many wait. */
  turn(key: K): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new ClientError("refused", `more than ${MAX_WAITING} requests wait`, undefined, true));
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ key, since: this.#now(), resolve });
    this.#grant();
    return promise;
  }

  /** Requests of that key wait no longer: they are let go, and do not count. */
  drop(key: K): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      if (this.#waiting[at]!.key === key) this.#waiting.splice(at, 1)[0]!.resolve();
    }
    this.#grant();
  }

  #grant(): void {
    this.#cancel();
    for (;;) {
      const now = this.#now();
      const [at, when] = this.#first(now);
      if (at < 0) return;
      if (when > now) {
        this.#cancel = this.#timers.after(when - now, () => this.#grant());
        return;
      }
      const { key, resolve } = this.#waiting.splice(at, 1)[0]!;
      this.#rule.take(key, now);
      resolve();
    }
  }

  /** Who goes next and when; -1: nobody. */
  #first(now: number): readonly [at: number, when: number] {
    let first = -1;
    let earliest = Infinity;
    for (const [at, { key, since }] of this.#waiting.entries()) {
      const when = this.#rule.earliest(key, now);
      if (when < earliest) [first, earliest] = [at, when];
      if (at === 0 && now - since >= PATIENCE_MS) break;
    }
    return [first, earliest];
  }
}

/** The rule between requests on connections of one token: so long on the same one, so long across them (alltick.md 4). */
export function laneRule<K>(sameMs: number, crossMs: number): PaceRule<K> {
  const last = new Map<K, number>();
  return {
    earliest: (key, now) => {
      let earliest = now;
      for (const [lane, time] of last) earliest = Math.max(earliest, time + (lane === key ? sameMs : crossMs));
      // A clock that was set back must not stop everything.
      return Math.min(earliest, now + Math.max(sameMs, crossMs));
    },
    take: (key, now) => {
      for (const [lane, time] of last) if (now - time >= Math.max(sameMs, crossMs)) last.delete(lane);
      last.set(key, now);
    },
  };
}

/** So many requests in so long. */
interface Rate {
  readonly count: number;
  readonly windowMs: number;
}

/** Rates from here on are bounds that nobody reaches. */
const COUNTED_BELOW = 10_000;

/** The rule of several rates: a request counts in every bucket that `bucketsOf` names for its key. */
export function rateRule<K>(bucketsOf: (key: K) => readonly (readonly [name: string, rate: Rate])[]): PaceRule<K> {
  const taken = new Map<string, number[]>();
  const counted = (key: K) => bucketsOf(key).filter(([, { count }]) => count < COUNTED_BELOW);
  return {
    earliest: (key, now) => {
      let earliest = now;
      for (const [name, { count, windowMs }] of counted(key)) {
        const times = taken.get(name);
        const first = times?.at(-count);
        if (first !== undefined) earliest = Math.max(earliest, Math.min(first, now) + windowMs);
      }
      return earliest;
    },
    take: (key, now) => {
      for (const [name, { count }] of counted(key)) {
        const times = taken.get(name);
        if (times === undefined) taken.set(name, [now]);
        else if (times.push(now) > count) times.shift();
      }
    },
  };
}
