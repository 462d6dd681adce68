/** What is strange about books and snapshots by themselves, or beside those before them. Pure. */
import { sameSnapshot, type Book, type BookSide, type Snapshot } from "@tickwire/protocol/model";

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

/** Whether a snapshot is news beside the newest one: one that is older and tells of no more volume, or says the same, is not. */
export function isNewSnapshot(snapshot: Snapshot, previous: Snapshot, strange: Strange): boolean {
  if (isStale(snapshot, previous)) strange("snapshot-time-back");
  else if (sameSnapshot(snapshot, previous)) strange("snapshot-duplicate");
  else return true;
  return false;
}

/** Out of order: older than what is known and bringing no volume of its own. Equal times are normal (CZCE, ctp.md d.9). */
export function isStale(snapshot: Snapshot, previous: Snapshot): boolean {
  if (snapshot.tradingDay !== previous.tradingDay) return snapshot.tradingDay < previous.tradingDay;
  return snapshot.time < previous.time && !(snapshot.volume > previous.volume);
}
