/** A clock that goes from one timer to the next as soon as nothing moves on the network: hours in seconds, to the millisecond. */
import { FakeClock } from "./fake-clock.ts";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";

/**
 * Turns of the event loop without any traffic after which the network counts as still. Everything is in this process and on
 * loopback: what one end has written the other reads in the next turn.
 */
const STILL_TURNS = 12;
/** Longest step, so that conditions are looked at often enough. */
const MAX_STEP_MS = 50;

/** See {@link Clock}. Everything under test must live in this process and take its time from here. */
export class SteppedClock implements Clock {
  readonly #inner: FakeClock;
  readonly #due = new Set<{ at: number }>();
  readonly #traffic: (() => number)[] = [];

  constructor(start?: number) {
    this.#inner = new FakeClock(start);
  }

  now(): number {
    return this.#inner.now();
  }

  after(ms: number, run: () => void): () => void {
    // Like the host's timers: never early, and a clock that counts whole milliseconds shows it.
    const whole = Math.ceil(ms);
    const entry = this.#note(whole);
    const cancel = this.#inner.after(whole, () => {
      this.#due.delete(entry);
      run();
    });
    return () => {
      this.#due.delete(entry);
      cancel();
    };
  }

  every(ms: number, run: () => void): () => void {
    const entry = this.#note(ms);
    const cancel = this.#inner.every(ms, () => {
      entry.at = this.now() + ms;
      run();
    });
    return () => {
      this.#due.delete(entry);
      cancel();
    };
  }

  /** Adds something that counts its traffic: while a count grows the time stands still. */
  watch(count: () => number): void {
    this.#traffic.push(count);
  }

  /** Waits, without time passing, until the network is still. */
  async settle(): Promise<void> {
    let seen = this.#count();
    for (let still = 0; still < STILL_TURNS; still++) {
      await new Promise(setImmediate);
      const count = this.#count();
      if (count !== seen) still = -1;
      seen = count;
    }
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const end = this.now() + ms;
    await this.until(() => this.now() >= end, ms);
  }

  /** Lets time pass until `reached`; answers how long it took. Throws when it is not reached in `most` ms, saying `what`. */
  async until(reached: () => boolean, most: number, what: () => string = () => "not reached"): Promise<number> {
    const start = this.now();
    const end = start + most;
    await this.settle();
    while (!reached()) {
      if (this.now() >= end) throw new Error(`after ${most} ms: ${what()}`);
      const next = Math.min(end, this.now() + MAX_STEP_MS, ...[...this.#due].map(({ at }) => at));
      this.#inner.advance(Math.max(0, next - this.now()));
      await this.settle();
    }
    return this.now() - start;
  }

  /** Lets time pass until `work` is done; rejects when it does, or when it takes more than `most` ms. */
  async during<T>(work: Promise<T>, most: number, what: string): Promise<T> {
    let isDone = false;
    void Promise.allSettled([work]).finally(() => (isDone = true));
    await this.until(
      () => isDone,
      most,
      () => what,
    );
    return work;
  }

  #note(ms: number): { at: number } {
    const entry = { at: this.now() + Math.max(0, ms) };
    this.#due.add(entry);
    return entry;
  }

  #count(): number {
    return this.#traffic.reduce((sum, count) => sum + count(), 0);
  }
}
