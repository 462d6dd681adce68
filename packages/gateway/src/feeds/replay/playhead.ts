/** Where a replay is: event time as a function of the wall clock. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";

/** A line through one pair of wall and event time with a given slope. */
export class Playhead {
  readonly #speed: number;
  #wall: EpochMs = NaN;
  #event: EpochMs = NaN;

  /** `speed` is event milliseconds per wall millisecond. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Whether it runs. */
  get running(): boolean {
    return !Number.isNaN(this.#wall);
  }

  /** Puts it at `event` at the wall time `wall`, from where it runs. */
  start(event: EpochMs, wall: EpochMs): void {
    this.#event = event;
    this.#wall = wall;
  }

  /** Halts it until the next `start`. */
  halt(): void {
    this.#wall = NaN;
  }

  /** Event time at `wall`. */
  at(wall: EpochMs): EpochMs {
    return this.#event + (wall - this.#wall) * this.#speed;
  }

  /** Wall milliseconds from `wall` until event time `event`; negative when it is past. */
  until(event: EpochMs, wall: EpochMs): number {
    return (event - this.at(wall)) / this.#speed;
  }

  /** Leaps so that `event` comes `ms` wall milliseconds after `wall`. */
  leap(event: EpochMs, ms: number, wall: EpochMs): void {
    this.start(event - ms * this.#speed, wall);
  }

  /** Makes up for `ms` wall milliseconds in which the process did not run: they do not count. */
  excuse(ms: number): void {
    this.#wall += ms;
  }
}
