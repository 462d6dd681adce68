/** Users' resting orders in one instrument: by price, then by time of acceptance. Pure. */
import { PriceGrid } from "@tickwire/protocol/model";
import type { Entry } from "./orders.ts";

/** The orders at one price, oldest first. */
export interface Level {
  readonly side: BookOrders;
  readonly steps: number;
  readonly price: number;
  /** Lots of all its orders. */
  volume: number;
  first: Entry | undefined;
  last: Entry | undefined;
}

/** One side of a book. Prices are kept in order, the best at the end, where orders come and go. */
export class BookOrders {
  readonly buys: boolean;
  readonly #grid: PriceGrid;
  readonly #levels = new Map<number, Level>();
  /** Steps with the sign that makes the best the greatest. */
  readonly #ranks: number[] = [];
  #best: Level | undefined = undefined;

  constructor(buys: boolean, grid: PriceGrid) {
    this.buys = buys;
    this.#grid = grid;
  }

  /** The level with the best price; undefined when nothing rests. */
  get best(): Level | undefined {
    return this.#best;
  }

  /** Number of prices. */
  get depth(): number {
    return this.#ranks.length;
  }

  /** The level at this place, 0 for the best. */
  at(place: number): Level | undefined {
    const rank = this.#ranks[this.#ranks.length - 1 - place];
    return rank === undefined ? undefined : this.#levels.get(this.buys ? rank : -rank);
  }

  /** The level at a price. */
  level(steps: number): Level | undefined {
    return this.#levels.get(steps);
  }

  /** Puts an order last at its price. */
  add(entry: Entry): void {
    const level = this.#levels.get(entry.steps) ?? this.#open(entry.steps);
    entry.level = level;
    entry.previous = level.last;
    entry.next = undefined;
    if (level.last === undefined) level.first = entry;
    else level.last.next = entry;
    level.last = entry;
    level.volume += entry.left;
  }

  /** Takes an order out, with all that is left of it. */
  remove(entry: Entry): void {
    const { level } = entry;
    if (level === undefined) return;
    level.volume -= entry.left;
    if (entry.previous === undefined) level.first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) level.last = entry.previous;
    else entry.next.previous = entry.previous;
    entry.level = entry.previous = entry.next = undefined;
    if (level.first === undefined) this.#close(level);
  }

  /** Takes so many lots of an order that rests here, and it out of the book when none are left. */
  reduce(entry: Entry, volume: number): void {
    if (entry.level !== undefined) entry.level.volume -= volume;
    entry.left -= volume;
    if (entry.left === 0) this.remove(entry);
  }

  /** Sums by price, best first. */
  sums(): Map<number, number> {
    const sums = new Map<number, number>();
    for (let place = 0; place < this.depth; place++) {
      const { price, volume } = this.at(place)!;
      sums.set(price, volume);
    }
    return sums;
  }

  #open(steps: number): Level {
    const price = this.#grid.price(steps);
    const level: Level = { side: this, steps, price, volume: 0, first: undefined, last: undefined };
    const rank = this.buys ? steps : -steps;
    this.#levels.set(steps, level);
    const place = this.#place(rank);
    if (place === this.#ranks.length) {
      this.#ranks.push(rank);
      this.#best = level;
    } else this.#ranks.splice(place, 0, rank);
    return level;
  }

  #close(level: Level): void {
    this.#levels.delete(level.steps);
    if (level === this.#best) {
      this.#ranks.pop();
      this.#best = this.at(0);
    } else this.#ranks.splice(this.#place(this.buys ? level.steps : -level.steps), 1);
  }

  /** Where a rank is, or would be. */
  #place(rank: number): number {
    let low = 0;
    let high = this.#ranks.length;
    if (high === 0 || this.#ranks[high - 1]! < rank) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranks[middle]! < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Both sides. */
export class OrderBook {
  readonly grid: PriceGrid;
  readonly bids: BookOrders;
  readonly asks: BookOrders;

  constructor(priceTick: number) {
    this.grid = new PriceGrid(priceTick);
    this.bids = new BookOrders(true, this.grid);
    this.asks = new BookOrders(false, this.grid);
  }

  /** Whether nothing rests. */
  get isEmpty(): boolean {
    return this.bids.best === undefined && this.asks.best === undefined;
  }

  /** Whether orders rest that could meet. */
  get isCrossed(): boolean {
    const bid = this.bids.best;
    const ask = this.asks.best;
    return bid !== undefined && ask !== undefined && bid.steps >= ask.steps;
  }

  /** The side that an order rests on. */
  sideOf(entry: Entry): BookOrders {
    return entry.buys ? this.bids : this.asks;
  }
}
