/** A position: what one user holds of one instrument on one side with one hedge flag, today's and older lots apart. */
import type { Fen, Hedge, PositionSide, Rate } from "@tickwire/protocol/model";
import { charge } from "./money.ts";
import { carryLot, closeLot, type Lot } from "./lots.ts";

/** Which lots of a position: opened today or before. */
export type PartName = "today" | "history";

/** The lots of one age, their sums, and the sums of the day that belong to them. */
export class Part {
  lots: readonly Lot[] = [];
  /** Lots before this place are closed. */
  #first = 0;
  volume = 0;
  /** Worth that profit is measured from: Σ basis × volume. */
  cost: Fen = 0;
  openCost: Fen = 0;
  margin: Fen = 0;
  /** Lots that closing orders hold, and what they are worth at the orders' prices. */
  frozen = 0;
  frozenAmount: Fen = 0;
  frozenMargin: Fen = 0;
  frozenCommission: Fen = 0;
  openVolume = 0;
  openAmount: Fen = 0;
  closeVolume = 0;
  closeAmount: Fen = 0;
  commission: Fen = 0;
  closeProfitByDate: Fen = 0;
  closeProfitByTrade: Fen = 0;

  /** Opens a lot as it was made. */
  open(lot: Lot, rate: Rate): void {
    lot.margin = charge(rate, lot.basis, lot.volume);
    this.openVolume += lot.volume;
    this.openAmount += lot.openValue * lot.volume;
    this.append(lot);
  }

  /** Adds a lot with its margin to the sums. */
  append(lot: Lot): void {
    (this.lots as Lot[]).push(lot);
    this.volume += lot.volume;
    this.cost += lot.basis * lot.volume;
    this.openCost += lot.openValue * lot.volume;
    this.margin += lot.margin;
  }

  /** Closes `volume` at a worth of `value` each, oldest lots first. Throws where there are not so many. */
  close(side: PositionSide, volume: number, value: Fen, rate: Rate): void {
    if (volume > this.volume) throw new RangeError(`${volume} lots to close of ${this.volume}`);
    let left = volume;
    while (left > 0) {
      const lot = this.lots[this.#first]!;
      const taken = Math.min(left, lot.volume);
      this.#closeLot(lot, side, taken, value, rate);
      left -= taken;
      if (lot.volume === 0) this.#first++;
    }
    this.volume -= volume;
    this.closeVolume += volume;
    this.closeAmount += value * volume;
  }

  #closeLot(lot: Lot, side: PositionSide, volume: number, value: Fen, rate: Rate): void {
    const { margin, closeProfitByDate, closeProfitByTrade } = lot;
    closeLot(lot, side, volume, value, rate);
    this.cost -= lot.basis * volume;
    this.openCost -= lot.openValue * volume;
    this.margin += lot.margin - margin;
    this.closeProfitByDate += lot.closeProfitByDate - closeProfitByDate;
    this.closeProfitByTrade += lot.closeProfitByTrade - closeProfitByTrade;
  }

  /** Charges margin anew, by another rate. */
  charge(rate: Rate): void {
    this.margin = 0;
    for (const lot of this.lots) {
      lot.margin = charge(rate, lot.basis, lot.volume);
      this.margin += lot.margin;
    }
  }
}

/** One position. */
export class Holding {
  readonly side: PositionSide;
  readonly hedge: Hedge;
  today = new Part();
  history = new Part();
  /** Lots and margin at the end of the day before. */
  yesterday = 0;
  preMargin: Fen = 0;

  constructor(side: PositionSide, hedge: Hedge) {
    this.side = side;
    this.hedge = hedge;
  }

  /** Lots now. */
  get volume(): number {
    return this.today.volume + this.history.volume;
  }

  /** Worth that profit is measured from. */
  get cost(): Fen {
    return this.today.cost + this.history.cost;
  }

  /** Margin of all of its lots. */
  get margin(): Fen {
    return this.today.margin + this.history.margin;
  }

  /** Begins a new day: what is left is of yesterday, counts from the worth `settled`, and is all that is left. */
  carry(settled: Fen, rate: Rate): void {
    this.preMargin = this.margin;
    this.yesterday = this.volume;
    const history = new Part();
    for (const lot of [...this.history.lots, ...this.today.lots]) {
      if (lot.volume === 0) continue;
      const carried = carryLot(lot, settled);
      carried.margin = charge(rate, settled, carried.volume);
      history.append(carried);
    }
    this.history = history;
    this.today = new Part();
  }
}
