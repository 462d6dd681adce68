/** What the market counts. */
import type { Gap } from "../ports/feed.ts";

/** What went in and came out since the start, for metrics. */
export interface MarketCounts {
  /** Events published, by kind: those of the feeds and those derived. */
  trade: number;
  book: number;
  snapshot: number;
  /** Messages handed to outlets. */
  deliveries: number;
}

/** How often gaps of a cause were told of; one that is filled later counts in both. */
export interface GapCounts {
  open: number;
  filled: number;
}

/** Counts a gap under its cause. */
export function countGap(gaps: Map<string, GapCounts>, { cause, filledBy }: Gap): void {
  let counts = gaps.get(cause);
  if (counts === undefined) gaps.set(cause, (counts = { open: 0, filled: 0 }));
  counts[filledBy === "" ? "open" : "filled"]++;
}
