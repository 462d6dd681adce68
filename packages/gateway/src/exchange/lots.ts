/** Lots in the order in which they were opened, oldest first: closing takes them from the front (ctp.md d.6). */
import type { Fen, PositionSide, Rate, TradingDay } from "@tickwire/protocol/model";
import { charge } from "./money.ts";

/** What was opened by one fill. Amounts are of this trading day. */
export interface Lot {
  readonly tradeId: string;
  readonly openDate: TradingDay;
  readonly openPrice: number;
  /** Worth of one of its lots when it was opened. */
  readonly openValue: Fen;
  /** Worth that one of its lots counts from: `openValue` today, later that at the previous settlement. */
  basis: Fen;
  /** What is left. */
  volume: number;
  margin: Fen;
  closeVolume: number;
  closeAmount: Fen;
  closeProfitByDate: Fen;
  closeProfitByTrade: Fen;
}

/** A fresh lot; its margin is to be set. */
export function makeLot(tradeId: string, openDate: TradingDay, openPrice: number, openValue: Fen, volume: number): Lot {
  return {
    tradeId,
    openDate,
    openPrice,
    openValue,
    basis: openValue,
    volume,
    margin: 0,
    closeVolume: 0,
    closeAmount: 0,
    closeProfitByDate: 0,
    closeProfitByTrade: 0,
  };
}

/** What one lot gained between two worths, seen from its side. */
export function gain(side: PositionSide, from: Fen, to: Fen): Fen {
  return side === "long" ? to - from : from - to;
}

/** Closes `volume` (no more than is left) of a lot at a worth of `value` each; what is left is charged margin anew. */
export function closeLot(lot: Lot, side: PositionSide, volume: number, value: Fen, rate: Rate): void {
  lot.volume -= volume;
  lot.closeVolume += volume;
  lot.closeAmount += value * volume;
  lot.closeProfitByDate += gain(side, lot.basis, value) * volume;
  lot.closeProfitByTrade += gain(side, lot.openValue, value) * volume;
  lot.margin = charge(rate, lot.basis, lot.volume);
}

/** The lot as a new day begins: what is left counts from `settled`, sums of the day are gone. Its margin is to be set. */
export function carryLot(lot: Lot, settled: Fen): Lot {
  return { ...makeLot(lot.tradeId, lot.openDate, lot.openPrice, lot.openValue, lot.volume), basis: settled };
}
