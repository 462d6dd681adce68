/** What is strange about books and snapshots by themselves, or beside those before them. Pure. */
import type { Book, BookSide, Snapshot } from "@tickwire/protocol/model";
import { sameSide } from "./derive.ts";

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
  else if (isSame(snapshot, previous)) strange("snapshot-duplicate");
  else return true;
  return false;
}

/** Out of order: older than what is known and bringing no volume of its own. Equal times are normal (CZCE, ctp.md d.9). */
export function isStale(snapshot: Snapshot, previous: Snapshot): boolean {
  if (snapshot.tradingDay !== previous.tradingDay) return snapshot.tradingDay < previous.tradingDay;
  return snapshot.time < previous.time && !(snapshot.volume > previous.volume);
}

/** Whether a snapshot says nothing that the one before it did not: it was sent twice, or asked for again. */
function isSame(a: Snapshot, b: Snapshot): boolean {
  if (a.time !== b.time || a.volume !== b.volume || a.tradingDay !== b.tradingDay) return false;
  return (
    FIGURES.every((field) => Object.is(a[field], b[field])) && sameSide(a.bids, b.bids) && sameSide(a.asks, b.asks)
  );
}

const FIGURES = [
  "last",
  "preSettlement",
  "preClose",
  "preOpenInterest",
  "open",
  "high",
  "low",
  "turnover",
  "openInterest",
  "close",
  "settlement",
  "upperLimit",
  "lowerLimit",
  "preDelta",
  "currDelta",
  "average",
] as const satisfies readonly (keyof Snapshot)[];
