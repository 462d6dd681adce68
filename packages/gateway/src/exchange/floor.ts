/** The trading floor: the instruments whose market is known, by product, and the phases that they are in. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { EpochMs, TradingPhase } from "@tickwire/protocol/model";
import type { ExchangeWorld, MarketView } from "../ports/exchange.ts";
import { phaseAt } from "./phases.ts";
import type { ExchangeState } from "./state.ts";
import { Venue, type Product } from "./venue.ts";

/** The venues of an exchange. They are made when they are first asked for. */
export class Floor {
  readonly #world: ExchangeWorld;
  readonly #state: ExchangeState;
  readonly #venues = new Map<string, Venue>();
  readonly #products = new Map<string, Product>();

  constructor(world: ExchangeWorld, state: ExchangeState) {
    this.#world = world;
    this.#state = state;
  }

  /** Everything that has been traded or ticked since the start. */
  get products(): IterableIterator<Product> {
    return this.#products.values();
  }

  /** The venue of an instrument; why there is none. */
  find(instrument: string): Venue | CtpErrorName {
    const venue = this.#venues.get(instrument);
    if (venue !== undefined) return venue;
    const view = this.#world.view(instrument);
    if (this.#world.instrument(instrument) === undefined) return "instrumentNotFound";
    return (view === undefined ? undefined : this.#open(instrument, view)) ?? "instrumentNotTrading";
  }

  /** The venue of an instrument where there already is one. */
  known(instrument: string): Venue | undefined {
    return this.#venues.get(instrument);
  }

  /** The venue of an instrument that has just ticked; undefined where it cannot be traded. */
  take(instrument: string, view: MarketView): Venue | undefined {
    const venue = this.#venues.get(instrument);
    if (venue === undefined) return this.#open(instrument, view);
    venue.renew(view);
    return venue;
  }

  /** The phase that a product has come to by `time`; undefined: it is in no other than before. */
  turn(product: Product, time: EpochMs): TradingPhase | undefined {
    if (time < product.until) return undefined;
    const before = product.phase;
    const { phase, until } = phaseAt(product.hours, time);
    product.phase = phase;
    product.until = until;
    return phase === before ? undefined : phase;
  }

  /** A new day: no orders, terms to be asked for. Instruments that the world no longer has are forgotten. */
  renew(): void {
    const held = new Set(this.#state.accounting.held());
    for (const [id, venue] of this.#venues) {
      venue.book = undefined;
      venue.termed = false;
      venue.held = held.has(id);
      if (this.#world.instrument(id) !== undefined) continue;
      this.#venues.delete(id);
      venue.product.venues.delete(id);
    }
  }

  /** Forgets everything that it has seen of the market. */
  clear(): void {
    this.#venues.clear();
    this.#products.clear();
  }

  #open(id: string, view: MarketView): Venue | undefined {
    const instrument = this.#world.instrument(id);
    if (instrument === undefined || instrument.kind !== "future") return undefined;
    const { exchange, hours } = instrument;
    const key = `${exchange}.${instrument.product}`;
    let product = this.#products.get(key);
    // A feed that begins to give other hours (round the clock, say) makes another product of it.
    if (product === undefined || product.hours !== hours) {
      product = { exchange, id: instrument.product, hours, venues: new Map(), phase: undefined, until: -Infinity };
      this.#products.set(key, product);
    }
    const venue = new Venue(instrument, product, view);
    venue.book = this.#state.books.get(id);
    venue.held = this.#state.accounting.held().includes(id);
    this.#venues.set(id, venue);
    product.venues.set(id, venue);
    return venue;
  }
}
