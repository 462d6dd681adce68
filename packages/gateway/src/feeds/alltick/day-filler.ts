/** Fetches the day so far of instruments, and what a stock's listing tells of it. */
import { findHttpPlan, type AllTickEndpoint, type AllTickPlanName } from "@tickwire/protocol/alltick";
import type { Kline } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { FeedMemory, FeedSink } from "../../ports/feed.ts";
import { referenceOf, splitDays } from "./days.ts";
import { Batch } from "./batch.ts";
import type { Errands } from "./errands.ts";
import { withListing } from "./instruments.ts";
import type { Known } from "./known.ts";
import type { UpstreamClient } from "./upstream-client.ts";

/** What it is made of. */
export interface DayFillerParts {
  readonly clock: Clock;
  readonly sink: FeedSink;
  /** Takes the day before; undefined: it is not kept. */
  readonly memory: FeedMemory | undefined;
  readonly plan: AllTickPlanName;
}

/** Wishes within this time are asked for together. */
const GATHER_MS = 500;
/** A trade may be on its way for so long while the day that it belongs to is told over HTTP. */
const GRACE_MS = 50;
/** A day is asked for so often in the hope that no trade comes meanwhile; then what was told has to do. */
const MAX_TRIES = 4;

/** See the file's head. */
export class DayFiller {
  readonly #parts: DayFillerParts;
  readonly #errands: Errands;
  /** Instruments whose day so far is wanted, and stocks whose listing is. */
  readonly #days: Readonly<Record<AllTickEndpoint, Batch>>;
  readonly #listings: Batch;
  #gathering: (() => void) | undefined;

  constructor(parts: DayFillerParts, errands: Errands) {
    this.#parts = parts;
    this.#errands = errands;
    const { groups, codes } = findHttpPlan(parts.plan);
    const days = (): Batch => new Batch(errands, groups, (client, some) => this.#fetchDays(client, some));
    this.#days = { stock: days(), general: days() };
    this.#listings = new Batch(errands, codes, (client, some) => this.#fetchListings(client, some));
  }

  /** Fetches nothing more. */
  stop(): void {
    this.#gathering?.();
  }

  /** The day so far of this instrument is fetched, and its listing if it never was. */
  want(known: Known): void {
    this.#days[known.endpoint].add(known);
    if (known.endpoint === "stock" && !known.listed) this.#listings.add(known);
    this.#gathering ??= this.#parts.clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      for (const batch of [this.#days.stock, this.#listings, this.#days.general]) batch.send();
    });
  }

  async #fetchDays(client: UpstreamClient, group: readonly Known[]): Promise<void> {
    const before = group.map(({ heard }) => heard.trade.seq);
    const replies = await client.batchKline(group.map(({ code }) => ({ code, period: "1d", count: 2 })));
    this.#parts.clock.after(GRACE_MS, () => {
      if (this.#errands.stopped) return;
      for (const [at, known] of group.entries()) {
        const bars = replies.find(({ code }) => code === known.code)?.bars ?? [];
        // Whether a trade that came meanwhile is in the day that was told, nobody knows.
        if (known.heard.trade.seq === before[at] || ++known.dayTries >= MAX_TRIES) this.#take(known, bars);
        else this.#days[known.endpoint].add(known);
      }
      for (const batch of Object.values(this.#days)) batch.send();
    });
  }

  #take(known: Known, bars: readonly Kline[]): void {
    known.dayTries = 0;
    const { clock, sink, memory } = this.#parts;
    const days = splitDays(bars, known.instrument, clock.now());
    const reference = referenceOf(days, clock.now());
    if (reference === undefined) return;
    sink.reference(known.instrument.id, reference);
    if (days.before !== undefined) memory?.keepBars([days.before]);
  }

  async #fetchListings(client: UpstreamClient, group: readonly Known[]): Promise<void> {
    const listings = await client.staticInfo(group.map(({ code }) => code));
    if (this.#errands.stopped) return;
    for (const known of group) {
      known.listed = true;
      const listing = listings.find(({ id }) => id === known.code);
      if (listing === undefined) continue;
      const instrument = withListing(known.instrument, listing);
      if (instrument === known.instrument) continue;
      known.instrument = instrument;
      this.#parts.sink.instrument(instrument);
    }
  }
}
