/** Fetches the day so far of instruments, and what a stock's listing tells of it. */
import { findHttpPlan, type AllTickEndpoint, type AllTickPlanName } from "@tickwire/protocol/alltick";
import type { Clock } from "../../ports/clock.ts";
import type { FeedMemory, FeedSink } from "../../ports/feed.ts";
import { referenceOf, splitDays } from "./days.ts";
import { retryDelay, type Errands } from "./errands.ts";
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

/** See the file's head. */
export class DayFiller {
  readonly #parts: DayFillerParts;
  readonly #errands: Errands;
  /** Instruments whose day so far is wanted. */
  readonly #wanted = new Map<string, Known>();
  #gathering: (() => void) | undefined;

  constructor(parts: DayFillerParts, errands: Errands) {
    this.#parts = parts;
    this.#errands = errands;
  }

  /** Fetches nothing more. */
  stop(): void {
    this.#gathering?.();
  }

  /** The day so far of this instrument is fetched, and its listing if it never was. */
  want(known: Known): void {
    this.#wanted.set(known.instrument.id, known);
    this.#gathering ??= this.#parts.clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      const { groups } = findHttpPlan(this.#parts.plan);
      for (const endpoint of ["stock", "general"] as const) {
        const all = [...this.#wanted.values()].filter((waiting) => waiting.endpoint === endpoint);
        for (let at = 0; at < all.length; at += groups) this.#add(endpoint, all.slice(at, at + groups));
      }
      this.#wanted.clear();
    });
  }

  #add(endpoint: AllTickEndpoint, group: readonly Known[]): void {
    this.#try((client) => this.#fetchDays(client, group));
    const unlisted = group.filter(({ listed }) => !listed);
    if (endpoint === "general") return;
    const { codes } = findHttpPlan(this.#parts.plan);
    for (let at = 0; at < unlisted.length; at += codes) {
      this.#try((client) => this.#fetchListings(client, unlisted.slice(at, at + codes)));
    }
  }

  #try(run: (client: UpstreamClient) => Promise<void>, failures = 0, wait = 0): void {
    this.#errands.add(async (client) => {
      try {
        await run(client);
      } catch (error) {
        const delay = retryDelay(error, failures + 1);
        if (delay !== undefined) this.#try(run, failures + 1, delay);
        throw error;
      }
    }, wait);
  }

  async #fetchDays(client: UpstreamClient, group: readonly Known[]): Promise<void> {
    const replies = await client.batchKline(group.map(({ code }) => ({ code, period: "1d", count: 2 })));
    if (this.#errands.stopped) return;
    const { clock, sink, memory } = this.#parts;
    for (const known of group) {
      const bars = replies.find(({ code }) => code === known.code)?.bars ?? [];
      const days = splitDays(bars, known.instrument, clock.now());
      const reference = referenceOf(days, clock.now());
      if (reference === undefined) continue;
      sink.reference(known.instrument.id, reference);
      if (days.before !== undefined) memory?.keepBars([days.before]);
    }
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
