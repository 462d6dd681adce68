/** What sessions see of the market: find, list, subscribe, and the market's own time. */
import type { EpochMs, Instrument } from "@tickwire/protocol/model";
import type { Encoding, Hub, Outlet, Subscription } from "./hub.ts";
import type { EventOf, Kind } from "../ports/market.ts";
import type { Market } from "./market.ts";

/** Where a desk gets what the market does not know yet. */
export interface DeskSources {
  /** Asks the feeds to announce an instrument (see `Feed.want`). */
  want(id: string): boolean;
  /** Wall clock, or the event time of a gateway that only replays. */
  now(): EpochMs;
}

/** The one counter at which every dialect is served. */
export class Desk {
  readonly #hub: Hub;
  readonly #market: Market;
  readonly #sources: DeskSources;

  constructor(hub: Hub, market: Market, sources: DeskSources) {
    this.#hub = hub;
    this.#market = market;
    this.#sources = sources;
  }

  /** The instrument with this id; a feed that can make it (an expired contract, say) is asked when nobody announced it. */
  instrument(id: string): Instrument | undefined {
    return this.#market.instrument(id) ?? (this.#sources.want(id) ? this.#market.instrument(id) : undefined);
  }

  /** Every instrument announced so far. */
  instruments(): IterableIterator<Instrument> {
    return this.#market.instruments();
  }

  /** Subscribes `outlet`; an id that nobody knows yet is remembered and flows when it is announced. See {@link Hub.subscribe}. */
  subscribe<K extends Kind>(id: string, encoding: Encoding<K>, outlet: Outlet, replayLast: boolean): Subscription {
    this.instrument(id);
    return this.#hub.subscribe(id, encoding, outlet, replayLast);
  }

  /** The last event of a kind of the instrument with this id; undefined when it has had none, or nobody announced it. */
  last<K extends Kind>(id: string, kind: K): EventOf[K] | undefined {
    return this.#market.instrument(id) === undefined ? undefined : (this.#hub.channel(id).last[kind] as EventOf[K]);
  }

  /** Now, as the market counts time. */
  now(): EpochMs {
    return this.#sources.now();
  }
}
