/** What other processes change in the ledger, for all who hold a part of it in memory. */
import type { Ledger } from "../ports/ledger.ts";

/**
 * Asks the ledger for news, for all who read parts of it: it tells them once. An error is told once until that kind of work goes
 * well again; meanwhile what was read last holds.
 */
export class LedgerNews {
  readonly #ledger: Ledger;
  readonly #onError: (error: unknown) => void;
  readonly #readers: (() => void)[] = [];
  /** What has failed and not gone well since. */
  readonly #failing = new Set<string>();

  constructor(ledger: Ledger, onError: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#onError = onError;
  }

  /** Reads now, and again after every change. Throws when the ledger cannot be read now. */
  follow(read: () => void): void {
    read();
    this.#readers.push(read);
  }

  /** Takes over what other processes have changed. */
  refresh(): void {
    this.attempt("read", () => {
      // An error may have come between the change and the reading: then it is read whether it changed again or not.
      if (this.#ledger.changed() || this.#failing.has("read")) for (const read of this.#readers) read();
    });
  }

  /** Does something that the gateway can do without. */
  attempt(kind: string, work: () => void): void {
    try {
      work();
      this.#failing.delete(kind);
    } catch (error) {
      if (!this.#failing.has(kind)) this.#onError(error);
      this.#failing.add(kind);
    }
  }
}
