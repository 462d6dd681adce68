/** What users did to an instrument's market today, for the public book. */
import type { Footprint } from "../ports/exchange.ts";
import type { OrderBook } from "./book.ts";
import type { Tape } from "./trades.ts";
import type { Venue } from "./venue.ts";

const NOTHING: ReadonlyMap<number, number> = new Map();
const NO_TAPE: Readonly<Tape> = {
  volume: 0,
  turnover: 0,
  openInterest: 0,
  last: NaN,
  high: NaN,
  low: NaN,
  time: 0,
};
const NO_FOOTPRINT: Footprint = {
  bids: NOTHING,
  asks: NOTHING,
  takenBids: NOTHING,
  takenAsks: NOTHING,
  ...NO_TAPE,
};

/** A footprint as it is now: later changes do not change it. Costs nothing where nothing was done. */
export function makeFootprint(
  book: OrderBook | undefined,
  tape: Tape | undefined,
  venue: Venue | undefined,
): Footprint {
  if (tape === undefined && (book === undefined || book.isEmpty)) return NO_FOOTPRINT;
  return {
    bids: book?.bids.sums() ?? NOTHING,
    asks: book?.asks.sums() ?? NOTHING,
    takenBids: venue === undefined || venue.takenBids.size === 0 ? NOTHING : new Map(venue.takenBids),
    takenAsks: venue === undefined || venue.takenAsks.size === 0 ? NOTHING : new Map(venue.takenAsks),
    ...(tape ?? NO_TAPE),
  };
}
