/** Where orders come in and go out: the checks, the book, the trades. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { CancelInput, EpochMs, Order, TradingSession } from "@tickwire/protocol/model";
import { auctionTrades } from "./auction.ts";
import { exchangeRefusal } from "./checks.ts";
import { isTouched } from "./conditions.ts";
import { Front, type Admitted, type DeskParts, type OrderRequest } from "./front.ts";
import { joinQueue, matchIncoming, meetView, volumeFor, type Trader } from "./matching.ts";
import { alignId, CONDITIONAL_PREFIX, isFinished, messageOf, type Entry } from "./orders.ts";
import { bookPrice, isImmediate } from "./price-types.ts";
import type { Venue } from "./venue.ts";

/** Checks orders, matches them and tells about them. */
export class OrderDesk implements Trader {
  readonly #parts: DeskParts;
  readonly #front: Front;
  /** Time of what is under way. */
  #at: EpochMs = 0;
  /** Where it is under way. */
  #venue: Venue | undefined = undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#front = new Front(parts);
  }

  /** Takes an order that passed the front, and does with it what it asks for. */
  #enter({ request, venue, terms, price }: Admitted): void {
    const { state, teller } = this.#parts;
    this.#at = request.at;
    this.#venue = venue;
    const order = this.#makeOrder(request, venue, price);
    teller.commit({ op: "order", order });
    const entry = state.orders.get(order.id);
    teller.order(entry);
    if (order.status === "untouched") return;
    const book = (venue.book ??= state.book(venue.instrument.id));
    const { phase } = venue.product;
    const refusal = exchangeRefusal(order.input, terms, phase ?? "closed", book.grid);
    if (refusal !== undefined) {
      teller.commit({ op: "reject", order: order.id, at: this.#at, message: refusal });
      teller.order(entry);
      return;
    }
    const { price: stands, hopeless } = bookPrice(order, venue, book, terms);
    const sysId = state.nextSysId(order.input.exchange);
    teller.commit({ op: "accept", order: order.id, at: this.#at, sysId, price: stands });
    teller.order(entry);
    if (phase === "continuous") this.#match(entry, venue, hopeless);
  }

  /** Takes an order, or tells that the front refuses it. Before either, `note` hears which it will be. */
  insert(request: OrderRequest, note?: (error: CtpErrorName | undefined) => void): CtpErrorName | undefined {
    const admitted = this.#front.admit(request);
    const isRefused = typeof admitted === "string";
    note?.(isRefused ? admitted : undefined);
    if (!isRefused) {
      this.#enter(admitted);
      return undefined;
    }
    const { user, session, input } = request;
    this.#parts.teller.report({ kind: "insert-refused", user, session, input, error: admitted });
    return admitted;
  }

  /** Cancels what is left of an order, or tells why not. */
  cancel(user: string, session: TradingSession, input: CancelInput, at: EpochMs): CtpErrorName | undefined {
    this.#at = at;
    const error = this.cancelFault(user, session, input);
    const entry = this.find(user, session, input);
    if (error === undefined) this.#end(entry!);
    else {
      const order = entry?.order;
      this.#parts.teller.report({ kind: "cancel-refused", user, session, input, order, error });
    }
    return error;
  }

  /** Why a cancel is refused. */
  cancelFault(user: string, session: TradingSession, input: CancelInput): CtpErrorName | undefined {
    const entry = this.find(user, session, input);
    if (entry === undefined) return "orderNotFound";
    return isFinished(entry.order.status) ? "orderFinished" : undefined;
  }

  /** The user's own order that a cancel names: by session and reference, by OrderSysID, or by a reference of its own session. */
  find(user: string, session: TradingSession, input: CancelInput): Entry | undefined {
    const { state, world } = this.#parts;
    const { instrument, sysId, ref } = input;
    const exchange = input.exchange === "" ? (world.instrument(instrument)?.exchange ?? "") : input.exchange;
    // A reference says whose it is only together with its session: without one the exchange's own number counts first.
    const bySysId = sysId.trim() === "" ? undefined : state.orders.bySysId(exchange, sysId);
    const byRef = ref.trim() === "" ? undefined : state.orders.byRef(input.session ?? session, ref);
    const entry = input.session === undefined ? (bySysId ?? byRef) : (byRef ?? bySysId);
    const isMeant = entry?.order.user === user && (instrument === "" || entry.order.input.instrument === instrument);
    return isMeant ? entry : undefined;
  }

  /** The market moved: fills what it reached, sends what waited for it. */
  meet(venue: Venue, at: EpochMs): void {
    this.#at = at;
    this.#venue = venue;
    this.uncross(venue, at);
    if (venue.book !== undefined && !venue.book.isEmpty) meetView(venue, venue.book, this);
    const waiting = this.#parts.state.untouched.get(venue.instrument.id);
    if (waiting === undefined) return;
    for (const entry of Array.from(waiting)) {
      if (isTouched(entry.order.input.condition, venue.view)) this.#touch(entry, at);
    }
  }

  /** Sees to it that no orders rest that should have met: those of an auction that was missed, say. */
  uncross(venue: Venue, at: EpochMs): void {
    if (venue.book?.isCrossed === true) this.auction(venue, at);
  }

  /** Brings together, at one price, what an auction has collected. */
  auction(venue: Venue, at: EpochMs): void {
    this.#at = at;
    this.#venue = venue;
    const { book } = venue;
    if (book === undefined || book.isEmpty) return;
    for (const { buy, sell, price, volume } of auctionTrades(venue, book)) this.trade(buy, sell, price, volume);
  }

  trade(buy: Entry | undefined, sell: Entry | undefined, price: number, volume: number): void {
    const { state, teller } = this.#parts;
    const sequence = state.sequence + 1;
    const [bought, sold] = [buy?.order.id ?? 0, sell?.order.id ?? 0];
    teller.commit({ op: "fill", at: this.#at, sequence, buy: bought, sell: sold, price, volume });
    if (this.#venue !== undefined) this.#venue.held = true;
    teller.trade(state.trades.at(-1)!);
  }

  #match(entry: Entry, venue: Venue, hopeless: boolean): void {
    const { input } = entry.order;
    const book = venue.book!;
    const needed =
      input.volumeCondition === "all" ? input.volume : input.volumeCondition === "min" ? input.minVolume : 0;
    if (hopeless || (needed > 0 && volumeFor(entry.buys, entry.steps, venue, book, needed) < needed)) {
      return this.#end(entry);
    }
    matchIncoming(entry, venue, book, this);
    if (entry.left === 0) return undefined;
    if (isImmediate(entry.order)) return this.#end(entry);
    return joinQueue(entry, venue, book);
  }

  #end(entry: Entry): void {
    const { teller } = this.#parts;
    teller.commit({ op: "cancel", order: entry.order.id, at: this.#at });
    teller.order(entry);
  }

  /** A condition came true: the order that it makes goes through the whole front; its reference leads to it from now on. */
  #touch(entry: Entry, at: EpochMs): void {
    const { id, user, session, input: waited } = entry.order;
    const { condition: _, ...input } = waited;
    this.insert({ user, session, input, at, trigger: entry }, (error) => {
      this.#parts.teller.commit({ op: "touch", order: id, at, ...(error === undefined ? {} : { error }) });
      this.#parts.teller.order(entry);
    });
  }

  #makeOrder({ user, session, input, at, trigger }: OrderRequest, venue: Venue, price: number): Order {
    const { state } = this.#parts;
    const id = state.orders.nextId;
    const ref = input.ref.trim() === "" ? String(state.orders.owner(user).lastRef + 1) : input.ref;
    const status = input.condition === undefined ? "submitted" : "untouched";
    return {
      id,
      user,
      session,
      input: { ...input, ref, exchange: venue.instrument.exchange, price: finiteOr0(input.price) },
      tradingDay: state.tradingDay,
      settlementId: state.settlementId,
      status,
      submit: "insert-submitted",
      message: messageOf(status),
      price,
      filled: 0,
      sysId: status === "untouched" ? `${CONDITIONAL_PREFIX}${state.conditional + 1}` : "",
      localId: alignId(id),
      triggeredBy: trigger?.order.sysId ?? "",
      inserted: at,
      updated: at,
      canceled: undefined,
      reports: 1,
    };
  }
}

function finiteOr0(price: number): number {
  return Number.isFinite(price) ? price : 0;
}
