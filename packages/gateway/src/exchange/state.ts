/**
 * All of the exchange's state, and the one place where it changes: {@link ExchangeState.apply}. It is the sum of its operations
 * and knows neither the market nor the time.
 */
import type { EpochMs, TradingDay, TradingTerms } from "@tickwire/protocol/model";
import type { Op } from "../ports/exchange.ts";
import type { Statement } from "../ports/trading.ts";
import type { Accounting, BookedFill } from "./accounting.ts";
import { OrderBook } from "./book.ts";
import { DayOrders } from "./day-orders.ts";
import { accepted, alignId, canceledAt, type Entry, filledBy, rejected, touchedAt } from "./orders.ts";
import { ParkedBook } from "./parked.ts";
import { freezePrice, toTerms } from "./terms.ts";
import type { Tape, Trade } from "./trades.ts";

/** The state of an exchange. Read by the engine; changed by `apply` alone (and by `Checkpoint`, which fills an empty one). */
export class ExchangeState {
  readonly accounting: Accounting;
  readonly orders = new DayOrders();
  readonly parked = new ParkedBook();
  readonly terms = new Map<string, TradingTerms>();
  readonly books = new Map<string, OrderBook>();
  readonly trades: Trade[] = [];
  readonly tapes = new Map<string, Tape>();
  /** Conditional orders that wait, by instrument. */
  readonly untouched = new Map<string, Set<Entry>>();
  /** Lots that the market has of each instrument: bought minus sold, over all days. */
  readonly marketNet = new Map<string, number>();
  tradingDay: TradingDay = "";
  settlementId = 0;
  /** Newest fill. */
  sequence = 0;
  /** Newest conditional order. */
  conditional = 0;
  /** Time of the newest operation. */
  time: EpochMs = 0;
  /** Those of the newest settlement, until the engine has told them. */
  statements: readonly Statement[] = [];

  constructor(accounting: Accounting) {
    this.accounting = accounting;
  }

  /** Applies an operation. Throws where it does not fit the state: the journal is not this exchange's. */
  apply(op: Op): void {
    if ("at" in op && op.at > this.time) this.time = op.at;
    switch (op.op) {
      case "order":
        return this.#order(this.orders.add(op.order));
      case "accept":
        return this.#accept(this.orders.get(op.order), op.at, op.sysId, op.price);
      case "fill":
        return this.#fill(op);
      case "cancel":
        return this.#cancel(this.orders.get(op.order), op.at);
      case "reject":
        return this.#reject(this.orders.get(op.order), op.at, op.message);
      case "touch":
        return this.#touch(this.orders.get(op.order), op.at);
      case "terms":
        return this.#terms(toTerms(op.terms));
      case "settle":
        return this.#settle(op);
      case "account":
        return this.accounting.openAccount(op.user, op.balance);
      case "transfer":
        return this.accounting.transfer(op.user, op.amount);
      case "confirm":
        this.orders.owner(op.user).confirmed = op.at;
        return undefined;
      case "park":
        return this.parked.add({ kind: "order", parked: op.parked });
      case "park-cancel":
        return this.parked.add({ kind: "cancel", parked: op.parked });
      case "unpark":
        return this.parked.end(op.id, op.state, op.error);
    }
  }

  /** The book of an instrument that has terms. */
  book(instrument: string): OrderBook {
    let book = this.books.get(instrument);
    if (book === undefined) {
      const terms = this.terms.get(instrument);
      if (terms === undefined) throw new Error(`${instrument} has no terms`);
      this.books.set(instrument, (book = new OrderBook(terms.priceTick)));
    }
    return book;
  }

  /** OrderSysID of the next order that an exchange accepts. */
  nextSysId(exchange: string): string {
    return alignId(this.orders.acceptedAt(exchange) + 1);
  }

  #order(entry: Entry): void {
    const { order } = entry;
    if (order.updated > this.time) this.time = order.updated;
    entry.owner.open++;
    if (order.status === "untouched") {
      this.conditional++;
      this.watch(entry);
    } else this.accounting.freeze(order, freezePrice(order, this.terms.get(order.input.instrument)));
  }

  #accept(entry: Entry, at: EpochMs, sysId: string, price: number): void {
    entry.order = accepted(entry.order, at, sysId, price);
    this.orders.addAccepted(entry);
    this.rest(entry);
  }

  /** Puts an order that was accepted into its book. */
  rest(entry: Entry): void {
    const book = this.book(entry.order.input.instrument);
    entry.steps = book.grid.steps(entry.order.price);
    book.sideOf(entry).add(entry);
  }

  #reject(entry: Entry, at: EpochMs, message: string): void {
    entry.order = rejected(entry.order, at, message);
    this.#finish(entry);
  }

  #cancel(entry: Entry, at: EpochMs): void {
    const waited = entry.order.status === "untouched";
    entry.order = canceledAt(entry.order, at);
    if (waited) this.#unwatch(entry);
    entry.level?.side.remove(entry);
    this.#finish(entry);
  }

  #touch(entry: Entry, at: EpochMs): void {
    entry.order = touchedAt(entry.order, at);
    this.#unwatch(entry);
    entry.owner.open--;
  }

  /** Lets a conditional order wait. */
  watch(entry: Entry): void {
    const { instrument } = entry.order.input;
    entry.owner.untouched++;
    const waiting = this.untouched.get(instrument);
    if (waiting === undefined) this.untouched.set(instrument, new Set([entry]));
    else waiting.add(entry);
  }

  #unwatch(entry: Entry): void {
    const { instrument } = entry.order.input;
    entry.owner.untouched--;
    const waiting = this.untouched.get(instrument);
    waiting?.delete(entry);
    if (waiting?.size === 0) this.untouched.delete(instrument);
  }

  /** Nothing is to come of an order that was frozen for. */
  #finish(entry: Entry): void {
    entry.owner.open--;
    this.accounting.release(entry.order);
  }

  #terms(terms: TradingTerms): void {
    this.terms.set(terms.instrument, terms);
    this.accounting.setTerms(terms);
  }

  #fill(op: Extract<Op, { op: "fill" }>): void {
    const { sequence, at, price, volume } = op;
    const buy = op.buy === 0 ? undefined : this.orders.get(op.buy);
    const sell = op.sell === 0 ? undefined : this.orders.get(op.sell);
    const { instrument } = (buy ?? sell ?? noSide(op)).order.input;
    this.sequence = sequence;
    const { tradingDay } = this;
    const booked = { tradeId: alignId(sequence), price, volume, at, tradingDay };
    const buyFee = buy === undefined ? 0 : this.#fillSide(buy, booked);
    const sellFee = sell === undefined ? 0 : this.#fillSide(sell, booked);
    const trade: Trade = { sequence, tradeId: booked.tradeId, at, price, volume, buy, sell, buyFee, sellFee };
    this.addTrade(trade);
    this.#print(instrument, trade, this.#moveMarket(instrument, trade));
  }

  #fillSide(entry: Entry, fill: BookedFill): number {
    const order = filledBy(entry.order, fill.at, fill.volume);
    entry.order = order;
    entry.level?.side.reduce(entry, fill.volume);
    if (entry.left === 0) entry.owner.open--;
    return this.accounting.fill(order, fill);
  }

  /** Adds a trade to the lists of the day and of its users. */
  addTrade(trade: Trade): void {
    this.trades.push(trade);
    const buyer = trade.buy?.owner;
    const seller = trade.sell?.owner;
    buyer?.trades.push(trade);
    if (seller !== buyer) seller?.trades.push(trade);
  }

  /** What a trade does to the market's lots; returns by how much its long ones grew. */
  #moveMarket(instrument: string, { buy, sell, volume }: Trade): number {
    if (buy !== undefined && sell !== undefined) return 0;
    const before = this.marketNet.get(instrument) ?? 0;
    const after = buy === undefined ? before + volume : before - volume;
    this.marketNet.set(instrument, after);
    return Math.max(0, after) - Math.max(0, before);
  }

  /** Counts a trade in its instrument's sums. The open interest is the sum of all long lots, the market's included. */
  #print(instrument: string, { at, price, volume, buy, sell }: Trade, marketLong: number): void {
    let tape = this.tapes.get(instrument);
    if (tape === undefined) {
      tape = { volume: 0, turnover: 0, openInterest: 0, last: price, high: price, low: price, time: at };
      this.tapes.set(instrument, tape);
    }
    tape.volume += volume;
    tape.turnover += price * volume * (this.terms.get(instrument)?.multiplier ?? 1);
    tape.openInterest += marketLong;
    if (buy?.order.input.offset === "open") tape.openInterest += volume;
    if (sell !== undefined && sell.order.input.offset !== "open") tape.openInterest -= volume;
    tape.last = price;
    tape.high = Math.max(tape.high, price);
    tape.low = Math.min(tape.low, price);
    tape.time = at;
  }

  /** The next day begins. What waits to be sent, and the terms of positions, stay. */
  #settle({ day, next, prices }: Extract<Op, { op: "settle" }>): void {
    const { accounting } = this;
    this.statements = accounting.settle(day, next, this.settlementId, new Map(Object.entries(prices)));
    this.tradingDay = next;
    this.settlementId++;
    this.orders.clear(this.orders.nextId);
    this.books.clear();
    this.untouched.clear();
    this.trades.length = 0;
    this.tapes.clear();
    this.parked.prune();
    const held = new Set(accounting.held());
    for (const id of this.terms.keys()) if (!held.has(id)) this.terms.delete(id);
    // Nobody has lots of these any more, so the market has none: what expired was delivered.
    for (const id of this.marketNet.keys()) if (!held.has(id)) this.marketNet.delete(id);
  }
}

function noSide(op: Op): never {
  throw new Error(`a fill has no order: ${JSON.stringify(op)}`);
}
