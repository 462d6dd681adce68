/** A clock that tests own: it stands still until it is told to move. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";

interface Timer {
  due: EpochMs;
  /** Milliseconds between calls; 0: one call. */
  readonly period: number;
  readonly run: () => void;
}

/** Where a clock stands that was given no time: a Wednesday morning in the trading hours of every Chinese future. */
const START: EpochMs = Date.UTC(2026, 2, 11, 2);

/** See {@link Clock}. Timers that are due at the same moment run in the order in which they were started. */
export class FakeClock implements Clock {
  #now: EpochMs;
  readonly #timers = new Set<Timer>();

  constructor(now: EpochMs = START) {
    this.#now = now;
  }

  now(): EpochMs {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    return this.#start({ due: this.#now + Math.max(0, ms), period: 0, run });
  }

  every(ms: number, run: () => void): () => void {
    const period = Math.max(1, ms);
    return this.#start({ due: this.#now + period, period, run });
  }

  /** Timers that wait to be called. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass as in a process that is on time: every timer runs at its own moment, new ones included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      this.#fire(next);
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Lets `ms` pass as in a process that hangs: then every timer that is due runs once, at the end. */
  stall(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter((timer) => timer.due <= this.#now).toSorted((a, b) => a.due - b.due);
    for (const timer of due) if (this.#timers.has(timer)) this.#fire(timer);
  }

  #start(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(end: EpochMs): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer;
    }
    return next;
  }

  #fire(timer: Timer): void {
    if (timer.period === 0) this.#timers.delete(timer);
    else timer.due = this.#now + timer.period;
    timer.run();
  }
}
