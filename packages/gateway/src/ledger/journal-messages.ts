/** What goes between the ledger and its journal's thread. */
import type { JournalBatch } from "../ports/journal.ts";

/** To the thread. */
export type JournalOrder =
  /** Write this; `after` is the last row that is there. */
  { readonly kind: "commit"; readonly batch: JournalBatch; readonly after: number } | { readonly kind: "close" };

/** From the thread: what became of the batch. */
export type JournalNews = { readonly kind: "committed" } | { readonly kind: "failed"; readonly message: string };

/** What the thread is made with. */
export interface JournalSettings {
  /** The ledger's file. */
  readonly file: string;
}
