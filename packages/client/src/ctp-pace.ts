/** When queries may go to a gateway behind which a real front counts them (ctp.md d.2). */
import { ClientError, type Timers } from "./connection.ts";
import { isFlowControl } from "./ctp-errors.ts";

/** Spacing that CTP's fronts demand: one query at a time, one a second. */
export const FRONT_GAP_MS = 1000;
/** Queries that were sent so far apart may arrive a little closer together: so much is added to every gap. */
export const FRONT_SLACK_MS = 50;
/** How often a query that came too early is asked again. */
const MAX_RETRIES = 10;

/** Spaces queries; those that a gateway refuses for their time alone are asked again. */
export class QueryPace {
  readonly #timers: Timers;
  readonly #onRefused: () => void;
  readonly #sleepers = new Set<() => void>();
  #gapMs: number;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `gapMs` is the least time between two queries, which then go one by one; 0: as they come, until one is refused for that. */
  constructor(timers: Timers, gapMs: number, onRefused: () => void) {
    this.#timers = timers;
    this.#gapMs = gapMs;
    this.#onRefused = onRefused;
  }

  /**
   * Asks when it is time, and again where the answer is that it was not. A question whose connection has ended by then (`isOpen`)
   * rejects without taking the time of another.
   */
  async run<T>(ask: () => Promise<T>, isOpen: () => boolean = () => true): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await (this.#gapMs === 0 ? ask() : this.#inTurn(ask, isOpen));
      } catch (error) {
        if (!isFlowControl(error) || retry === MAX_RETRIES || this.#closed) throw error;
        this.#onRefused();
        this.#begin();
      }
    }
  }

  /** Nobody waits for time any more. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#sleepers) wake();
  }

  /** The gateway counts: from now on there are turns. */
  #begin(): void {
    if (this.#gapMs > 0) return;
    this.#gapMs = FRONT_GAP_MS;
    this.#turn = this.#sleep();
  }

  #inTurn<T>(ask: () => Promise<T>, isOpen: () => boolean): Promise<T> {
    let gap: Promise<void> | undefined;
    const result = this.#turn.then(() => {
      if (!isOpen()) throw new ClientError("closed", "the connection has ended");
      gap = this.#sleep();
      return ask();
    });
    this.#turn = result.then(
      () => gap,
      () => gap,
    );
    return result;
  }

  #sleep(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#closed) resolve();
    else {
      const cancel = this.#timers.after(this.#gapMs + FRONT_SLACK_MS, () => wake());
      const wake = (): void => {
        cancel();
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
    }
    return promise;
  }
}
