/** The opening auction: everything trades at the one price at which most can. */
import type { BookOrders, OrderBook } from "./book.ts";
import type { Entry } from "./orders.ts";
import type { Venue } from "./venue.ts";

/** One trade of an auction; undefined: the market. */
export interface AuctionTrade {
  readonly buy: Entry | undefined;
  readonly sell: Entry | undefined;
  readonly price: number;
  readonly volume: number;
}

/** Lots that somebody would trade, at worst at `steps`. */
interface Interest {
  readonly entry: Entry | undefined;
  readonly steps: number;
  /** As the market's view has it. */
  readonly price: number;
  left: number;
}

/**
 * The trades of an auction between users' orders and the market's levels. The price is the one with the most volume; of several
 * the one that leaves least over, then the one nearest to the previous settlement, then the lower. Better prices go first, at one
 * price users' orders by time, then the market. What the market would trade with itself is not told. Takes
 * from the venue's levels what users get of them.
 */
export function auctionTrades(venue: Venue, book: OrderBook): AuctionTrade[] {
  const buys = interests(book.bids, venue, book);
  const sells = interests(book.asks, venue, book);
  const steps = auctionSteps(buys, sells, book.grid.steps(venue.view.preSettlement));
  if (steps === undefined) return [];
  const price = book.grid.price(steps);
  const trades: AuctionTrade[] = [];
  let b = 0;
  let s = 0;
  while (b < buys.length && s < sells.length && buys[b]!.steps >= steps && sells[s]!.steps <= steps) {
    const buy = buys[b]!;
    const sell = sells[s]!;
    const volume = Math.min(buy.left, sell.left);
    if (volume > 0 && (buy.entry !== undefined || sell.entry !== undefined)) {
      trades.push({ buy: buy.entry, sell: sell.entry, price, volume });
      if (buy.entry === undefined) venue.take(true, buy.price, volume);
      if (sell.entry === undefined) venue.take(false, sell.price, volume);
    }
    buy.left -= volume;
    sell.left -= volume;
    if (buy.left === 0) b++;
    if (sell.left === 0) s++;
  }
  return trades;
}

/** Users' orders and the market's levels of one side, best first. */
function interests(side: BookOrders, venue: Venue, book: OrderBook): Interest[] {
  const list: Interest[] = [];
  for (let place = 0; place < side.depth; place++) {
    const level = side.at(place)!;
    for (let entry = level.first; entry !== undefined; entry = entry.next) {
      list.push({ entry, steps: level.steps, price: level.price, left: entry.left });
    }
  }
  const prices = side.buys ? venue.view.bidPrices : venue.view.askPrices;
  for (let place = 0; place < prices.length; place++) {
    const left = venue.left(side.buys, place);
    const price = prices[place]!;
    if (left > 0) list.push({ entry: undefined, steps: book.grid.steps(price), price, left });
  }
  // The sort is stable: users' orders, which were put in first, stay before the market at one price.
  return list.toSorted((a, b) => (side.buys ? b.steps - a.steps : a.steps - b.steps));
}

/** The price of the auction in steps; undefined where nothing can be traded. */
function auctionSteps(buys: readonly Interest[], sells: readonly Interest[], reference: number): number | undefined {
  let best:
    | { readonly steps: number; readonly volume: number; readonly over: number; readonly far: number }
    | undefined;
  const candidates = new Set([...buys, ...sells].map(({ steps }) => steps));
  for (const steps of [...candidates].toSorted((a, b) => a - b)) {
    const demand = sum(buys, (interest) => interest.steps >= steps);
    const supply = sum(sells, (interest) => interest.steps <= steps);
    const volume = Math.min(demand, supply);
    if (volume === 0) continue;
    const far = Number.isNaN(reference) ? 0 : Math.abs(steps - reference);
    const it = { steps, volume, over: Math.abs(demand - supply), far };
    if (best === undefined || isBetter(it, best)) best = it;
  }
  return best?.steps;
}

function isBetter<T extends { readonly volume: number; readonly over: number; readonly far: number }>(
  a: T,
  b: T,
): boolean {
  if (a.volume !== b.volume) return a.volume > b.volume;
  return a.over === b.over ? a.far < b.far : a.over < b.over;
}

function sum(list: readonly Interest[], counts: (interest: Interest) => boolean): number {
  let lots = 0;
  for (const interest of list) if (counts(interest)) lots += interest.left;
  return lots;
}
