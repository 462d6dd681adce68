/** One instrument's market as its orders meet it: the feed's newest view, and what users took from it. Not state. */
import type { EpochMs, Instrument, TradingHours, TradingPhase } from "@tickwire/protocol/model";
import type { MarketView } from "../ports/exchange.ts";
import type { OrderBook } from "./book.ts";

/** A product: its instruments change their phase together. */
export interface Product {
  readonly exchange: string;
  readonly id: string;
  readonly hours: TradingHours;
  readonly venues: Map<string, Venue>;
  /** Undefined until it was asked for. */
  phase: TradingPhase | undefined;
  /** When the phase may change. */
  until: EpochMs;
}

/** The market of one instrument. */
export class Venue {
  readonly instrument: Instrument;
  readonly product: Product;
  view: MarketView;
  /** Users' orders; undefined until there is one today. */
  book: OrderBook | undefined = undefined;
  /** Whether its terms were compared with the world's today. */
  termed = false;
  /** Whether somebody has a position in it. */
  held = false;
  /** Lots taken from the view's levels, by price. */
  readonly takenBids = new Map<number, number>();
  readonly takenAsks = new Map<number, number>();

  constructor(instrument: Instrument, product: Product, view: MarketView) {
    this.instrument = instrument;
    this.product = product;
    this.view = view;
  }

  /** Takes a new view: its levels are whole again. */
  renew(view: MarketView): void {
    this.view = view;
    if (this.takenBids.size > 0) this.takenBids.clear();
    if (this.takenAsks.size > 0) this.takenAsks.clear();
  }

  /** Lots that are left of the market's level at this place; 0 beyond the last. */
  left(ofBids: boolean, place: number): number {
    const { view } = this;
    const price = (ofBids ? view.bidPrices : view.askPrices)[place];
    const volume = (ofBids ? view.bidVolumes : view.askVolumes)[place];
    if (price === undefined || volume === undefined || !Number.isFinite(price)) return 0;
    return Math.max(0, Math.floor(volume) - ((ofBids ? this.takenBids : this.takenAsks).get(price) ?? 0));
  }

  /** Lots that are left of the market at this price. */
  leftAt(ofBids: boolean, price: number): number {
    const prices = ofBids ? this.view.bidPrices : this.view.askPrices;
    for (let place = 0; place < prices.length; place++) {
      if (prices[place] === price) return this.left(ofBids, place);
    }
    return 0;
  }

  /** Users took so many lots from the market's level at a price. */
  take(ofBids: boolean, price: number, volume: number): void {
    const taken = ofBids ? this.takenBids : this.takenAsks;
    taken.set(price, (taken.get(price) ?? 0) + volume);
  }
}
