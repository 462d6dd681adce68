/** An instrument as accounts know it: its terms, what it is valued at, and who holds it. */
import type { Fen, PositionSide, Rate, TradingTerms } from "@tickwire/protocol/model";
import { lotValue } from "./money.ts";
import type { Stake } from "./stake.ts";

/** Terms and value of one instrument. */
export class Contract {
  terms: TradingTerms;
  /** Users' stakes in it. */
  readonly stakes = new Set<Stake>();
  /** Lots that users hold, long and short together, and long minus short. */
  lots = 0;
  net = 0;
  /** Price at which lots of earlier days were settled; `NaN` where there is none such. */
  settled = Number.NaN;
  /** The price it is valued at: the newest of the market, of fills and of settlements. */
  #price = 0;
  /** Newest price of a fill or a settlement. */
  #known: number;
  /** Worth of one lot now. */
  value: Fen = 0;

  constructor(terms: TradingTerms) {
    this.terms = terms;
    this.#known = terms.preSettlement;
    this.#value(this.#known);
  }

  /** The price it is valued at now. */
  get price(): number {
    return this.#price;
  }

  /** Newest price of a fill or a settlement: what it is valued at as far as operations say. */
  get known(): number {
    return this.#known;
  }

  /** The settlement price that today is measured from. */
  get preSettlement(): number {
    return Number.isNaN(this.settled) ? this.terms.preSettlement : this.settled;
  }

  /** From now on it is traded by these terms. */
  change(terms: TradingTerms): void {
    this.terms = terms;
    this.#value(this.#price);
  }

  /** The market's price. */
  mark(price: number): void {
    if (price !== this.#price) this.#value(price);
  }

  /** The day's settlement price; where there is none the newest price that is known. */
  settle(price: number | undefined): void {
    this.learn(price !== undefined && Number.isFinite(price) ? price : this.#known);
  }

  /** The price of a fill. */
  learn(price: number): void {
    this.#known = price;
    this.#value(price);
  }

  /** The next day begins: what is held counts from the price that was settled at. */
  carry(): void {
    this.settled = this.lots > 0 ? this.#known : Number.NaN;
  }

  /** The margin rate of a side. */
  marginRate(side: PositionSide): Rate {
    return side === "long" ? this.terms.longMargin : this.terms.shortMargin;
  }

  /** What is no price is ignored. */
  #value(price: number): void {
    if (!Number.isFinite(price)) return;
    this.#price = price;
    this.value = lotValue(price, this.terms.multiplier);
  }
}
