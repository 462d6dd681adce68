/** Writes batches one after another and does not give up: what fails is tried again on a database opened anew. */
import type { Batch } from "./batch.ts";

/** The part of a store that a writer needs. A store whose write failed is closed and not used again. */
export interface BatchStore {
  write(batch: Batch): Promise<void>;
  close(): Promise<void>;
}

/** What a writer is told to do. */
export interface WriterOptions<S extends BatchStore> {
  /** Opens the store again. */
  open(): Promise<S>;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
  /** Hears of every failure before it is tried again, and of the success that ends a row of them (undefined). */
  onState(failure: unknown): void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/** Serves one store. */
export class Writer<S extends BatchStore> {
  readonly #options: WriterOptions<S>;
  #store: S | undefined;
  #closed = false;

  constructor(store: S, options: WriterOptions<S>) {
    this.#store = store;
    this.#options = options;
  }

  /** The store, for reads. Throws while the database cannot be used. */
  get store(): S {
    if (this.#store === undefined)
      throw new Error("the history is not available: its database cannot be used just now");
    return this.#store;
  }

  /** Writes; resolves true when the batch is committed, false when the writer was closed before that worked out. */
  async write(batch: Batch): Promise<boolean> {
    let failed = false;
    for (let wait = FIRST_WAIT_MS; !this.#closed; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        this.#store ??= await this.#options.open();
        await this.#store.write(batch);
        if (failed) this.#options.onState(undefined);
        return true;
      } catch (failure) {
        failed = true;
        this.#options.onState(failure);
        await this.#drop();
        await this.#options.wait(wait);
      }
    }
    return false;
  }

  /** Ends tries that are under way and closes the store. */
  async close(): Promise<void> {
    this.#closed = true;
    const store = this.#store;
    this.#store = undefined;
    await store?.close();
  }

  async #drop(): Promise<void> {
    try {
      await this.#store?.close();
    } catch {
      // It could not be used, so it need not close well.
    }
    this.#store = undefined;
  }
}
