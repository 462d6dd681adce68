/**
 * Requests that wait until a rule lets them go, so that a service never sees one too early. When it saw a request nobody here knows, only
 * that it was before the reply came: spacing is counted from there, and so holds however long a frame is under way.
 */
import { ClientError, type Timers } from "./connection.ts";

/** When the next request of a key may go. */
export interface PaceRule<K> {
  /** The earliest moment at which one may; `now` or before: at once. Infinity: not before another one is done. */
  earliest(key: K, now: number): number;
  /** One goes now. */
  take(key: K, now: number): void;
  /** One is done that was taken: the service saw it at `at` at the latest. */
  done(key: K, at: number): void;
  /** None of that key is under way any more. */
  drop(key: K, now: number): void;
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

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when a request of that key may go; it is under way until {@link done}. Rejects with a {@link ClientError} where too many wait. */
  turn(key: K): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new ClientError("refused", `more than ${MAX_WAITING} requests wait`, undefined, true));
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ key, since: this.#now(), resolve });
    this.#grant();
    return promise;
  }

  /** A request of that key was answered, or will not be: the service saw it at `at` at the latest. Default: now. */
  done(key: K, at = this.#now()): void {
    this.#rule.done(key, at);
    this.#grant();
  }

  /** Requests of that key are no longer under way, and wait no longer: they are let go, and do not count. */
  drop(key: K): void {
    this.#rule.drop(key, this.#now());
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      if (this.#waiting[at]!.key === key) this.#waiting.splice(at, 1)[0]!.resolve();
    }
    this.#grant();
  }

  /** Nobody waits any longer: all are let go. */
  close(): void {
    this.#cancel();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  #grant(): void {
    this.#cancel();
    for (;;) {
      const now = this.#now();
      const [at, when] = this.#first(now);
      if (at < 0) return;
      if (when > now) {
        if (when !== Infinity) this.#cancel = this.#timers.after(when - now, () => this.#grant());
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

interface Lane {
  /** Requests under way. */
  open: number;
  /** When the service saw the newest one at the latest, as far as is known. */
  last: number;
}

/** The rule between requests on connections of one token: so long on the same one, so long across them (alltick.md 4). */
export function laneRule<K>(sameMs: number, crossMs: number): PaceRule<K> {
  const lanes = new Map<K, Lane>();
  const end = (lane: Lane | undefined, open: number, at: number): void => {
    if (lane === undefined) return;
    lane.open = Math.max(0, open);
    lane.last = Math.max(lane.last, at);
  };
  return {
    earliest: (key, now) => {
      let earliest = now;
      for (const [other, lane] of lanes) {
        const spacing = other === key ? sameMs : crossMs;
        if (spacing === 0) continue;
        if (lane.open > 0) return Infinity;
        // A clock that was set back must not stop everything.
        lane.last = Math.min(lane.last, now);
        earliest = Math.max(earliest, lane.last + spacing);
      }
      return earliest;
    },
    take: (key, now) => {
      for (const [other, { open, last }] of lanes) {
        if (open === 0 && now - last >= Math.max(sameMs, crossMs)) lanes.delete(other);
      }
      lanes.set(key, { open: (lanes.get(key)?.open ?? 0) + 1, last: now });
    },
    done: (key, at) => end(lanes.get(key), (lanes.get(key)?.open ?? 0) - 1, at),
    drop: (key, now) => end(lanes.get(key), 0, lanes.get(key)?.open === 0 ? 0 : now),
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
  /** When the service saw the newest ones at the latest, ascending; Infinity: under way. */
  const taken = new Map<string, number[]>();
  const counted = (key: K) => bucketsOf(key).filter(([, { count }]) => count < COUNTED_BELOW);
  const end = (key: K, at: number): void => {
    for (const [name] of counted(key)) {
      const times = taken.get(name);
      const open = times?.indexOf(Infinity) ?? -1;
      if (times !== undefined && open >= 0) times[open] = Math.max(at, times[open - 1] ?? 0);
    }
  };
  return {
    earliest: (key, now) => {
      let earliest = now;
      for (const [name, { count, windowMs }] of counted(key)) {
        const first = taken.get(name)?.at(-count);
        if (first === Infinity) return Infinity;
        if (first !== undefined) earliest = Math.max(earliest, Math.min(first, now) + windowMs);
      }
      return earliest;
    },
    take: (key) => {
      for (const [name, { count }] of counted(key)) {
        const times = taken.get(name);
        if (times === undefined) taken.set(name, [Infinity]);
        else if (times.push(Infinity) > count) times.shift();
      }
    },
    done: end,
    drop: end,
  };
}
