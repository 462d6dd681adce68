/**
 * Who meets whom, at what price. The better price first; at one price users' orders, oldest first, then the market's level,
 * which is redrawn with every view. A trade's price is that of whoever was there first.
 */
import type { MarketView } from "../ports/exchange.ts";
import type { BookOrders, Level, OrderBook } from "./book.ts";
import type { Entry } from "./orders.ts";
import type { Venue } from "./venue.ts";

/** Carries out a trade between two orders, or an order and the market (undefined). */
export interface Trader {
  trade(buy: Entry | undefined, sell: Entry | undefined, price: number, volume: number): void;
}

/** Fills an order that has just come, and is in the book, from everything that it crosses. */
export function matchIncoming(entry: Entry, venue: Venue, book: OrderBook, trader: Trader): void {
  const others = entry.buys ? book.asks : book.bids;
  const prices = entry.buys ? venue.view.askPrices : venue.view.bidPrices;
  let place = 0;
  while (entry.left > 0) {
    while (place < prices.length && venue.left(!entry.buys, place) === 0) place++;
    const user = others.best;
    const price = prices[place];
    const steps = price === undefined ? NaN : book.grid.steps(price);
    // Comparisons with NaN are false: without a market level the users' is taken, if it is good enough.
    if (user !== undefined && !isWorse(user.steps, steps, entry.buys)) {
      if (isWorse(user.steps, entry.steps, entry.buys)) return;
      meet(entry, user.first!, user.price, trader);
    } else {
      if (price === undefined || isWorse(steps, entry.steps, entry.buys)) return;
      const volume = Math.min(entry.left, venue.left(!entry.buys, place));
      venue.take(!entry.buys, price, volume);
      meetMarket(entry, book.grid.price(steps), volume, trader);
    }
  }
}

/** Lots that an order at `steps` could be filled with at once, counted until there are `enough`. */
export function volumeFor(buys: boolean, steps: number, venue: Venue, book: OrderBook, enough: number): number {
  const others = buys ? book.asks : book.bids;
  const prices = buys ? venue.view.askPrices : venue.view.bidPrices;
  let volume = 0;
  for (let place = 0; place < prices.length && volume < enough; place++) {
    if (!isWorse(book.grid.steps(prices[place]!), steps, buys)) volume += venue.left(!buys, place);
  }
  for (let place = 0; place < others.depth && volume < enough; place++) {
    const level = others.at(place)!;
    if (isWorse(level.steps, steps, buys)) break;
    volume += level.volume;
  }
  return volume;
}

/** Prices that an order could be filled at, best first, at most `count`, in steps. */
export function oppositeSteps(buys: boolean, venue: Venue, book: OrderBook, count: number): number[] {
  const others = buys ? book.asks : book.bids;
  const prices = buys ? venue.view.askPrices : venue.view.bidPrices;
  const steps = new Set<number>();
  for (let place = 0; place < prices.length; place++) {
    if (venue.left(!buys, place) > 0) steps.add(book.grid.steps(prices[place]!));
  }
  for (let place = 0; place < Math.min(count, others.depth); place++) steps.add(others.at(place)!.steps);
  return [...steps].toSorted((a, b) => (buys ? a - b : b - a)).slice(0, count);
}

/** Notes how much of the market stands before an order that comes to rest. */
export function joinQueue(entry: Entry, venue: Venue, book: OrderBook): void {
  entry.ahead = venue.leftAt(entry.buys, book.grid.price(entry.steps));
}

/** Fills resting orders that a new view crosses, or that its trades have reached. */
export function meetView(venue: Venue, book: OrderBook, trader: Trader): void {
  const { view } = venue;
  for (const side of [book.bids, book.asks]) {
    if (side.best === undefined) continue;
    cross(side, venue, book, trader);
    shrinkQueues(side, venue);
    if (view.traded > 0 && Number.isFinite(view.last)) reach(side, view, book, trader);
  }
}

/** The market's opposite levels against a side: orders are filled at their own price, up to what the level shows. */
function cross(side: BookOrders, venue: Venue, book: OrderBook, trader: Trader): void {
  const prices = side.buys ? venue.view.askPrices : venue.view.bidPrices;
  for (let place = 0; place < prices.length; place++) {
    const steps = book.grid.steps(prices[place]!);
    for (let left = venue.left(!side.buys, place); left > 0; left = venue.left(!side.buys, place)) {
      const level = side.best;
      if (level === undefined || isWorse(steps, level.steps, side.buys)) return;
      const entry = level.first!;
      const volume = Math.min(left, entry.left);
      venue.take(!side.buys, prices[place]!, volume);
      meetMarket(entry, level.price, volume, trader);
    }
  }
}

/** No more of the market stands before an order than its level shows now. */
function shrinkQueues(side: BookOrders, venue: Venue): void {
  for (let place = 0; place < side.depth; place++) {
    const level = side.at(place)!;
    const shown = venue.leftAt(side.buys, level.price);
    // Later orders never have less before them than earlier ones: those that have more than is shown are the last.
    for (let entry = level.last; entry !== undefined && entry.ahead > shown; entry = entry.previous)
      entry.ahead = shown;
  }
}

/** What the market traded at a price that a side's orders stand for, or through it. */
function reach(side: BookOrders, view: MarketView, book: OrderBook, trader: Trader): void {
  const last = book.grid.steps(view.last);
  let traded = Math.floor(view.traded);
  while (traded > 0) {
    const level = side.best;
    if (level === undefined || isWorse(last, level.steps, side.buys)) return;
    if (level.steps === last) return reachQueue(level, traded, trader);
    const entry = level.first!;
    const volume = Math.min(traded, entry.left);
    traded -= volume;
    meetMarket(entry, level.price, volume, trader);
  }
}

/** Lots traded at a level's price: the market's that stood before an order go first. */
function reachQueue(level: Level, traded: number, trader: Trader): void {
  let left = traded;
  let gone = 0;
  let next: Entry | undefined;
  for (let entry = level.first; entry !== undefined; entry = next) {
    next = entry.next;
    const waits = Math.min(left, Math.max(0, entry.ahead - gone));
    gone += waits;
    left -= waits;
    entry.ahead = Math.max(0, entry.ahead - gone);
    const volume = Math.min(left, entry.left);
    left -= volume;
    if (volume > 0) meetMarket(entry, level.price, volume, trader);
  }
}

function meet(entry: Entry, other: Entry, price: number, trader: Trader): void {
  const volume = Math.min(entry.left, other.left);
  if (entry.buys) trader.trade(entry, other, price, volume);
  else trader.trade(other, entry, price, volume);
}

function meetMarket(entry: Entry, price: number, volume: number, trader: Trader): void {
  if (entry.buys) trader.trade(entry, undefined, price, volume);
  else trader.trade(undefined, entry, price, volume);
}

/** Whether a price is worse than another for one who buys (or sells). */
function isWorse(steps: number, than: number, buys: boolean): boolean {
  return buys ? steps > than : steps < than;
}
