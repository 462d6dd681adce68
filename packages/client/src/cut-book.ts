/** Books with fewer levels than came. */
import type { Book, BookSide } from "@tickwire/protocol/model";

/** The book with at most so many levels per side. */
export function cutBook(book: Book, levels: number): Book {
  return { ...book, bids: cutSide(book.bids, levels), asks: cutSide(book.asks, levels) };
}

function cutSide(side: BookSide, levels: number): BookSide {
  if (side.prices.length <= levels) return side;
  return { prices: side.prices.slice(0, levels), volumes: side.volumes.slice(0, levels) };
}
