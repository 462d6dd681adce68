/** What an exchange tells of its state: the reading half of the engine. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  EpochMs,
  Fen,
  Fill,
  Order,
  ParkedCancel,
  ParkedOrder,
  Position,
  PositionDetail,
  TradingDay,
  TradingTerms,
} from "@tickwire/protocol/model";
import type { ExchangeWorld, Footprint } from "../ports/exchange.ts";
import type { MaxVolumeQuery, TradingBooks } from "../ports/trading.ts";
import { ordersOf } from "./day-orders.ts";
import type { Floor } from "./floor.ts";
import { makeFootprint } from "./footprint.ts";
import { affordable, charge, lotValue, rawCharge } from "./money.ts";
import type { ExchangeState } from "./state.ts";
import { firstOf, isCurrent, makeTerms } from "./terms.ts";
import { fillsOf } from "./trades.ts";

/** Reads an exchange's state; changes nothing. */
export class ExchangeBooks implements TradingBooks {
  readonly #state: ExchangeState;
  readonly #floor: Floor;
  readonly #world: ExchangeWorld;

  constructor(state: ExchangeState, floor: Floor, world: ExchangeWorld) {
    this.#state = state;
    this.#floor = floor;
    this.#world = world;
  }

  get tradingDay(): TradingDay {
    return this.#state.tradingDay;
  }

  get settlementId(): number {
    return this.#state.settlementId;
  }

  /** Of today's orders and of those that are parked and will bear theirs. */
  get lastSessionId(): number {
    let last = this.#state.orders.lastSessionId;
    for (const { parked } of this.#state.parked.waiting()) last = Math.max(last, parked.session.sessionId);
    return last;
  }

  users(): readonly string[] {
    return this.#state.accounting.users();
  }

  orders(user: string): readonly Order[] {
    return ordersOf(this.#state.orders.findOwner(user)?.orders ?? []);
  }

  fills(user: string): readonly Fill[] {
    return fillsOf(this.#state.orders.findOwner(user)?.trades ?? [], user);
  }

  positions(user: string): readonly Position[] {
    return this.#state.accounting.positions(user);
  }

  details(user: string): readonly PositionDetail[] {
    return this.#state.accounting.details(user);
  }

  account(user: string): Account | undefined {
    return this.#state.accounting.account(user);
  }

  parkedOrders(user: string): readonly ParkedOrder[] {
    return this.#state.parked.orders(user);
  }

  parkedCancels(user: string): readonly ParkedCancel[] {
    return this.#state.parked.cancels(user);
  }

  confirmed(user: string): EpochMs | undefined {
    return this.#state.orders.findOwner(user)?.confirmed;
  }

  /** Counted at the newest price. */
  maxVolume(user: string, query: MaxVolumeQuery): number | CtpErrorName {
    const venue = this.#floor.find(query.instrument);
    if (typeof venue === "string") return venue;
    const terms = this.terms(query.instrument);
    const account = this.account(user);
    if (account === undefined || terms === undefined) return 0;
    const price = firstOf(venue.view.last, terms.preSettlement);
    if (this.#state.terms.has(query.instrument)) return this.#state.accounting.maxVolume(user, query, price);
    // Accounts do not know it: nobody has traded it lately, so there is nothing to close.
    if (query.offset !== "open") return 0;
    const margin = query.side === "buy" ? terms.longMargin : terms.shortMargin;
    const value = lotValue(price, terms.multiplier);
    const perLot = rawCharge(margin, value, 1) + rawCharge(terms.openFee, value, 1);
    const cost = (volume: number): Fen => charge(margin, value, volume) + charge(terms.openFee, value, volume);
    return affordable(account.available, perLot, cost, terms.maxLimitVolume);
  }

  terms(instrument: string): TradingTerms | undefined {
    const venue = this.#floor.find(instrument);
    const known = this.#state.terms.get(instrument);
    if (typeof venue === "string") return known;
    if (known !== undefined && venue.termed && isCurrent(known, venue.view)) return known;
    return makeTerms(venue.instrument, venue.view, this.#world.rates(venue.instrument));
  }

  footprint(instrument: string): Footprint {
    const { books, tapes } = this.#state;
    return makeFootprint(books.get(instrument), tapes.get(instrument), this.#floor.known(instrument));
  }

  /** Lots that the market has of an instrument, bought minus sold: all users' net position, negated. */
  marketNet(instrument: string): number {
    return this.#state.marketNet.get(instrument) ?? 0;
  }
}
