/** What an open order holds back: money, and lots where it closes (ctp.md d.6, d.7). */
import type { Fen, Hedge, PositionSide, Rate } from "@tickwire/protocol/model";
import { charge } from "./money.ts";
import type { Part, PartName } from "./positions.ts";

/** By what an order's remaining volume is charged, fixed when it was given. Plain data. */
export interface FreezeTerms {
  readonly instrument: string;
  readonly side: PositionSide;
  readonly hedge: Hedge;
  readonly part: PartName;
  /** Worth of one lot at the price of freezing. */
  readonly value: Fen;
  /** Of an opening order; null: it closes. */
  readonly marginRate: Rate | null;
  readonly feeRate: Rate;
}

/** What one order freezes. */
export interface Frozen {
  readonly terms: FreezeTerms;
  readonly part: Part;
  /** Lots that it is for still. */
  volume: number;
  margin: Fen;
  commission: Fen;
}

/** Margin that so many lots freeze. */
export function frozenMargin(terms: FreezeTerms, volume: number): Fen {
  return terms.marginRate === null ? 0 : charge(terms.marginRate, terms.value, volume);
}

/** Makes it be for `volume` lots; the sums of its part follow. */
export function resize(frozen: Frozen, volume: number): void {
  const { terms, part } = frozen;
  const margin = frozenMargin(terms, volume);
  const commission = charge(terms.feeRate, terms.value, volume);
  part.frozenMargin += margin - frozen.margin;
  part.frozenCommission += commission - frozen.commission;
  if (terms.marginRate === null) {
    part.frozen += volume - frozen.volume;
    part.frozenAmount += terms.value * (volume - frozen.volume);
  }
  frozen.volume = volume;
  frozen.margin = margin;
  frozen.commission = commission;
}
