/** The front: what an order must pass before there is one (ctp.md d.4.1). */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { EpochMs, OrderInput, TradingSession, TradingTerms } from "@tickwire/protocol/model";
import type { ExchangeWorld } from "../ports/exchange.ts";
import { exchangeFault, fieldFault, priceTypeFault, refFault } from "./checks.ts";
import type { Floor } from "./floor.ts";
import type { Entry } from "./orders.ts";
import type { ExchangeState } from "./state.ts";
import type { Teller } from "./teller.ts";
import { areSameTerms, expiryOf, freezePrice, isCurrent, makeTerms, submittedPrice, toStoredTerms } from "./terms.ts";
import type { Venue } from "./venue.ts";

/** How much an exchange keeps. What goes beyond is refused (116). */
export interface ExchangeLimits {
  /** Orders of one user that are not finished. */
  readonly openPerUser: number;
  /** Conditional orders of one user that wait. */
  readonly conditionalPerUser: number;
  /** Orders of all users a day. */
  readonly ordersPerDay: number;
  /** Trades of all users a day, after which no order is taken. */
  readonly tradesPerDay: number;
  /** Parked orders and cancels of one user, sent and removed ones of today included. */
  readonly parkedPerUser: number;
}

/** An order that somebody wants in. */
export interface OrderRequest {
  readonly user: string;
  readonly session: TradingSession;
  readonly input: OrderInput;
  readonly at: EpochMs;
  /** The conditional order that makes it. */
  readonly trigger: Entry | undefined;
}

/** A request that passed the front. */
export interface Admitted {
  readonly request: OrderRequest;
  readonly venue: Venue;
  readonly terms: TradingTerms;
  readonly price: number;
}

/** What the desk works with. */
export interface DeskParts {
  readonly state: ExchangeState;
  readonly floor: Floor;
  readonly teller: Teller;
  readonly world: ExchangeWorld;
  readonly limits: ExchangeLimits;
}

/** Judges orders. */
export class Front {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** The checks of the front, in CTP's order (ctp.md d.4.1). */
  admit(request: OrderRequest): Admitted | CtpErrorName {
    const { state, floor } = this.#parts;
    const { user, input, trigger } = request;
    const venue = floor.find(input.instrument);
    if (typeof venue === "string") return venue;
    if (expiryOf(venue.instrument) < state.tradingDay) return "instrumentNotTrading";
    const fault = exchangeFault(input.exchange, venue.instrument);
    if (fault !== undefined) return fault;
    if (!state.accounting.has(user)) return "noTradingRight";
    const isConfirmed = this.#parts.world.confirms || state.orders.findOwner(user)?.confirmed !== undefined;
    if (!isConfirmed) return "settlementNotConfirmed";
    const last = state.orders.lastRef(request.session);
    const wrong = (trigger === undefined ? refFault(input.ref, last) : undefined) ?? fieldFault(input);
    if (wrong !== undefined) return wrong;
    const terms = this.#terms(venue);
    const price = submittedPrice(input, terms, venue.view);
    const refusal =
      priceTypeFault(input, terms) ?? this.#overLimit(user, input) ?? this.#judge(user, input, price, terms);
    return refusal ?? { request, venue, terms, price };
  }

  /** The terms by which an instrument is traded now; told to the journal where they are new. */
  #terms(venue: Venue): TradingTerms {
    const { state, teller, world } = this.#parts;
    const { instrument, view } = venue;
    const known = state.terms.get(instrument.id);
    if (known !== undefined && venue.termed && isCurrent(known, view)) return known;
    venue.termed = true;
    const terms = makeTerms(instrument, view, world.rates(instrument));
    if (known !== undefined && areSameTerms(known, terms)) return known;
    teller.commit({ op: "terms", terms: toStoredTerms(terms) });
    return state.terms.get(instrument.id)!;
  }

  #overLimit(user: string, input: OrderInput): CtpErrorName | undefined {
    const { state, limits } = this.#parts;
    const owner = state.orders.findOwner(user);
    if (owner === undefined) return undefined;
    if (owner.open >= limits.openPerUser) return "orderFrequency";
    if (state.orders.all.length >= limits.ordersPerDay) return "orderFrequency";
    if (state.trades.length >= limits.tradesPerDay) return "orderFrequency";
    return input.condition !== undefined && owner.untouched >= limits.conditionalPerUser
      ? "tooManyConditional"
      : undefined;
  }

  /** Positions and money; a conditional order needs neither until its condition comes true. */
  #judge(user: string, input: OrderInput, price: number, terms: TradingTerms): CtpErrorName | undefined {
    if (input.condition !== undefined) return undefined;
    return this.#parts.state.accounting.judge(user, input, freezePrice({ input, price }, terms));
  }
}
