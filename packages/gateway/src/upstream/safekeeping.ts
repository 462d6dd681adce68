/**
 * Sees that an order has its giver's name on the disk before it leaves, so that a restart forgets no name. What is done meanwhile
 * waits behind it: everything leaves in the order in which it was asked for.
 */
import type { TradingDay } from "@tickwire/protocol/model";
import type { GivenOrder, GivenStore } from "../ports/upstream.ts";

/** What it is made from. */
export interface SafekeepingOptions {
  readonly store: GivenStore;
  /** The trading day of what is kept. */
  readonly day: () => TradingDay;
  /** Hears why something could not be kept. */
  readonly onError: (error: unknown) => void;
}

/** Something that waits; `order` is what is to be kept before. */
interface Step {
  readonly order: GivenOrder | undefined;
  readonly run: (isKept: boolean) => void;
}

/** See the file's head. */
export class Safekeeping {
  readonly #options: SafekeepingOptions;
  #waiting: Step[] = [];
  #isWriting = false;
  #holds = 0;

  constructor(options: SafekeepingOptions) {
    this.#options = options;
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return !this.#isWriting && this.#waiting.length === 0;
  }

  /** Runs `run` when the order is kept, or could not be; after everything that was asked before. */
  keep(order: GivenOrder, run: (isKept: boolean) => void): void {
    this.#waiting.push({ order, run });
    this.#go();
  }

  /** Runs `run` after everything that was asked before; at once where nothing is under way. */
  after(run: () => void): void {
    this.#waiting.push({ order: undefined, run });
    this.#go();
  }

  /** Lets nothing go until something has ended, which never rejects. */
  async hold(until: Promise<void>): Promise<void> {
    this.#holds++;
    await until;
    this.#holds--;
    this.#go();
  }

  /** One write at a time; what is asked meanwhile is the next one. */
  #go(): void {
    if (this.#isWriting || this.#holds > 0) return;
    while (this.#waiting.length > 0 && this.#waiting[0]!.order === undefined) this.#waiting.shift()!.run(true);
    if (this.#waiting.length === 0 || this.#isWriting) return;
    const steps = this.#waiting;
    this.#waiting = [];
    this.#isWriting = true;
    const orders = steps.flatMap(({ order }) => order ?? []);
    this.#options.store.keep({ day: this.#options.day(), orders }, (error) => {
      if (error !== undefined) this.#options.onError(error);
      for (const { order, run } of steps) run(order === undefined || error === undefined);
      this.#isWriting = false;
      this.#go();
    });
  }
}
