/** What the exchange did, in order, on the disk. */
import type { TradingDay } from "@tickwire/protocol/model";
import type { Statement } from "./trading.ts";
import type { GivenOrders } from "./upstream.ts";

/** What is written at once: all of it or nothing. */
export interface JournalBatch {
  /** Operations, a JSON list per row. */
  readonly rows: readonly string[];
  readonly statements: readonly Statement[];
  /** Instructions that the operations have carried out, with what became of them. */
  readonly done: readonly { readonly id: number; readonly outcome: string }[];
  /** All state after these rows, as JSON: what came before need not be read again. */
  readonly checkpoint?: string;
  /** Orders that were given to an upstream; those of other trading days are forgotten. */
  readonly given?: GivenOrders;
}

/** What a journal holds: the newest checkpoint, and every row after it. */
export interface JournalPast {
  readonly checkpoint: string | undefined;
  readonly rows: readonly string[];
}

/** The exchange's part of the ledger: what it did, in order. Written off the tick path. */
export interface Journal {
  /** Asked once, before the first commit. */
  load(): JournalPast;
  /**
   * Writes a batch. `done` is called once, later, without an error when it is on the disk for good. One batch at a time: the next
   * one is given after `done`. A batch that failed is not written at all and may be given again.
   */
  commit(batch: JournalBatch, done: (error: Error | undefined) => void): void;
  /** A user's statement of a day (`""`: the newest). */
  statement(user: string, day: TradingDay | ""): Statement | undefined;
  /** Orders of the newest trading day that were given to an upstream, in that order. */
  given(): GivenOrders;
  /** Ends it after what is under way; idempotent. */
  close(): Promise<void>;
}
