/** Whether two events say the same. Pure. */
import type { BookSide, Snapshot } from "./ticks.ts";

/** Whether two sides have the same levels. */
export function sameSide(a: BookSide, b: BookSide): boolean {
  if (a === b) return true;
  const length = a.prices.length;
  if (length !== b.prices.length) return false;
  for (let i = 0; i < length; i++) {
    if (a.prices[i] !== b.prices[i] || a.volumes[i] !== b.volumes[i]) return false;
  }
  return true;
}

/** Whether two snapshots say the same: one was sent twice, or recorded twice. A figure that neither has is the same. */
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
