/** Instruments for which one kind of call is owed: each once, however often it is wanted before it can be asked for. */
import { retryDelay, type Errands } from "./errands.ts";
import type { Known } from "./known.ts";
import type { UpstreamClient } from "./upstream-client.ts";

/** Asks for some instruments at once. Rejects where that failed. */
export type FetchSome = (client: UpstreamClient, some: readonly Known[]) => Promise<void>;

/** See the file's head. One errand waits at a time, so that requests that must wait cost no memory. */
export class Batch {
  readonly #errands: Errands;
  /** Most instruments of one call. */
  readonly #size: number;
  readonly #fetch: FetchSome;
  readonly #wanted = new Map<string, Known>();
  #queued = false;
  #failures = 0;

  constructor(errands: Errands, size: number, fetch: FetchSome) {
    this.#errands = errands;
    this.#size = size;
    this.#fetch = fetch;
  }

  /** Wants this instrument; it is asked for after the next {@link send}. */
  add(known: Known): void {
    this.#wanted.set(known.instrument.id, known);
  }

  /** Asks for what is wanted when it is its turn, not before `wait` is over. */
  send(wait = 0): void {
    if (this.#queued || this.#wanted.size === 0) return;
    this.#queued = true;
    this.#errands.add((client) => this.#run(client), wait);
  }

  async #run(client: UpstreamClient): Promise<void> {
    this.#queued = false;
    const some = [...this.#wanted.values()].slice(0, this.#size);
    for (const { instrument } of some) this.#wanted.delete(instrument.id);
    // What is left has its turn after whatever waits already.
    this.send();
    try {
      await this.#fetch(client, some);
      this.#failures = 0;
    } catch (error) {
      const delay = retryDelay(error, ++this.#failures);
      if (delay === undefined) this.#failures = 0;
      else for (const known of some) this.add(known);
      this.send(delay);
      throw error;
    }
  }
}
