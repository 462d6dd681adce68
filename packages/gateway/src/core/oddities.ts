/** What is strange about an event by itself, or beside the one before it. Pure. */
import type { BookSide, Snapshot } from "@tickwire/protocol/model";
import { sameSide } from "./derive.ts";

/** Whether the best bid is above the best ask. In an auction that is normal; it is passed on and counted all the same. */
export function findCrossing({ bids, asks }: { readonly bids: BookSide; readonly asks: BookSide }): boolean {
  // A side without levels has no best price, and no comparison with undefined holds.
  return bids.prices[0]! > asks.prices[0]!;
}

/** Whether a snapshot says nothing that the one before it did not: it was sent twice, or asked for again. */
export function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
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
