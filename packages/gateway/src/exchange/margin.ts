/** Margin of a product: where the terms say so, only the larger side is charged (ctp.md d.7). */
import type { Fen, PositionSide } from "@tickwire/protocol/model";

/** A user's margin in the instruments of one product. */
export interface ProductMargin {
  /** Of instruments where the larger side counts. */
  long: Fen;
  short: Fen;
  /** Of instruments where both sides do. */
  both: Fen;
}

/** Nothing yet. */
export function makeProductMargin(): ProductMargin {
  return { long: 0, short: 0, both: 0 };
}

/** What is charged. */
function chargedMargin(margin: ProductMargin): Fen {
  return Math.max(margin.long, margin.short) + margin.both;
}

/** Adds to a side; returns by how much what is charged grows. */
export function addMargin(margin: ProductMargin, side: PositionSide, larger: boolean, amount: Fen): Fen {
  const before = chargedMargin(margin);
  margin[larger ? side : "both"] += amount;
  return chargedMargin(margin) - before;
}
