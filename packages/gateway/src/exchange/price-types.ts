/** What price an order stands for in the book, by the type of its price (ctp.md d.3). Pure. */
import type { Order, TradingTerms } from "@tickwire/protocol/model";
import type { OrderBook } from "./book.ts";
import { oppositeSteps } from "./matching.ts";
import { firstOf } from "./terms.ts";
import type { Venue } from "./venue.ts";

/** Prices that a five-level order may reach. */
const FIVE_LEVELS = 5;
/** A market order without a limit of the day reaches everything that stands there. */
const ALL_LEVELS = Infinity;

/** An order's price, and whether it ends at once because nothing stands against it. */
export interface BookPrice {
  readonly price: number;
  readonly hopeless: boolean;
}

/**
 * The price of an order that the exchange has just taken. Market: the day's limit. Best: the best opposite price. Five-level:
 * the fifth opposite price. Last: the newest price, within the day's limits. Best, five-level and market orders that nothing
 * stands against end at once.
 */
export function bookPrice(order: Order, venue: Venue, book: OrderBook, terms: TradingTerms): BookPrice {
  const { priceType, side } = order.input;
  const buys = side === "buy";
  switch (priceType) {
    case "limit":
      return { price: book.grid.price(book.grid.steps(order.price)), hopeless: false };
    case "last":
      return { price: lastPrice(venue, book, terms), hopeless: false };
    case "market": {
      const limit = buys ? terms.upperLimit : terms.lowerLimit;
      return Number.isFinite(limit) ? { price: limit, hopeless: false } : reach(ALL_LEVELS);
    }
    case "best":
      return reach(1);
    case "five-level":
      return reach(FIVE_LEVELS);
  }

  function reach(levels: number): BookPrice {
    const steps = oppositeSteps(buys, venue, book, levels).at(-1);
    return steps === undefined
      ? { price: lastPrice(venue, book, terms), hopeless: true }
      : { price: book.grid.price(steps), hopeless: false };
  }
}

/** Whether what is not filled at once is canceled: no market order stays. */
export function isImmediate({ input }: Order): boolean {
  return input.time === "immediate" || input.priceType === "market";
}

/** The newest price, on the grid and within the day's limits. */
function lastPrice(venue: Venue, book: OrderBook, terms: TradingTerms): number {
  const { grid } = book;
  let steps = grid.steps(firstOf(venue.view.last, terms.preSettlement));
  if (Number.isFinite(terms.upperLimit)) steps = Math.min(steps, grid.steps(terms.upperLimit));
  if (Number.isFinite(terms.lowerLimit)) steps = Math.max(steps, grid.steps(terms.lowerLimit));
  return grid.price(steps);
}
