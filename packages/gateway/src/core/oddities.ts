/** What is strange about books and snapshots by themselves, or beside those before them. Pure. */
import { sameSnapshot, snapshotOrder, type Book, type BookSide, type Snapshot } from "@tickwire/protocol/model";

/** A numbered book that is older than this was not overtaken: numbers and clock of its feed were begun anew. */
const MAX_STALE_MS = 60_000;

/** Told of what is strange, by a short cause. */
type Strange = (cause: string) => void;

/** Whether the best bid is above the best ask. In an auction that is normal; it is passed on and counted all the same. */
export function isCrossed({ bids, asks }: { readonly bids: BookSide; readonly asks: BookSide }): boolean {
  // A side without levels has no best price, and no comparison with undefined holds.
  return bids.prices[0]! > asks.prices[0]!;
}

/** Whether a book is news beside the newest one: a numbered one that was overtaken, or comes twice, is not. */
export function isNewBook(book: Book, previous: Book, strange: Strange): boolean {
  const late = previous.time - book.time;
  if (late < 0) return true;
  if (book.seq > 0 && book.seq <= previous.seq && late < MAX_STALE_MS) {
    strange(book.seq === previous.seq ? "book-duplicate" : "book-late");
    return false;
  }
  if (late > 0) strange("book-time-back");
  return true;
}

/**
 * What a snapshot is beside the newest one: `news`; `nothing`, as it is older and tells of no more volume, or says the same; or
 * the beginning of a day told `anew` (see {@link snapshotOrder}), which is news that has nothing to do with the one before.
 */
export function judgeSnapshot(snapshot: Snapshot, previous: Snapshot, strange: Strange): "news" | "nothing" | "anew" {
  const order = snapshotOrder(snapshot, previous);
  if (order === "late") strange("snapshot-time-back");
  else if (order === "anew") strange("snapshot-anew");
  else if (sameSnapshot(snapshot, previous)) strange("snapshot-duplicate");
  else return "news";
  return order === "anew" ? "anew" : "nothing";
}
