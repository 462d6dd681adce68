/** Fetches over HTTP what the stream did not bring: the day so far, the past of a new code, the minutes of a hole. */
import { findHttpPlan, MAX_KLINES, type AllTickEndpoint, type AllTickPlanName } from "@tickwire/protocol/alltick";
import type { EpochMs, Kline } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { FeedMemory, FeedSink, Gap } from "../../ports/feed.ts";
import { referenceOf, splitDays } from "./days.ts";
import { withListing } from "./instruments.ts";
import type { Known } from "./known.ts";
import { toBars } from "./mapper.ts";
import type { UpstreamClient } from "./pool.ts";

/** What a filler is made of. */
export interface FillerParts {
  /** Name of the feed. */
  readonly feed: string;
  readonly clock: Clock;
  readonly sink: FeedSink;
  /** Takes the bars; undefined: nothing is kept, and nothing is fetched but the day so far. */
  readonly memory: FeedMemory | undefined;
  readonly plan: AllTickPlanName;
  /** Tasks that run at a time: as many as there are tokens. */
  readonly width: number;
  /** The client whose turn it is; undefined: there is none that works. */
  client(turn: number): UpstreamClient | undefined;
  /** By id. */
  known(id: string): Known | undefined;
}

/** A hole as it is told to the filler. */
export type NewHole = Pick<Gap, "from" | "to" | "codes" | "cause">;

const MINUTE_MS = 60_000;
/** A minute is fetched so long after its end: until then the upstream and the house may still change it. */
const SETTLED_MS = 15_000;
/** Joins within this time are asked for together. */
const GATHER_MS = 500;
const RETRY_MS = 5_000;
const MAX_TRIES = 3;
/** Holes that are remembered so that no two have the same name. */
const MAX_TOLD = 10_000;
/** Pages of bars that one hole may cost. */
const MAX_PAGES = 10;

/** A hole, and the codes that are still to be filled. */
interface OpenHole {
  readonly gap: Gap;
  readonly open: Set<string>;
}

/** A stretch whose minutes are to be fetched, and the hole that is filled with them. */
interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly hole: OpenHole | undefined;
}

/** What is owed to one instrument; it is fetched one at a time for each. */
interface Owed {
  readonly known: Known;
  readonly spans: Span[];
  tries: number;
}

/** See the file's head. Requests are paced by the clients; memory is bounded by the number of instruments. */
export class Filler {
  readonly #parts: FillerParts;
  readonly #owed = new Map<string, Owed>();
  /** Instruments whose day so far is wanted. */
  readonly #days = new Map<string, Known>();
  readonly #tasks: (() => Promise<void>)[] = [];
  /** The codes of the newest holes by cause and beginning. */
  readonly #told = new Map<string, string>();
  #running = 0;
  #turn = 0;
  #gathering: (() => void) | undefined;
  #stopped = false;

  constructor(parts: FillerParts) {
    this.#parts = parts;
  }

  /** Fetches nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#gathering?.();
    for (const cancel of this.#cancels) cancel();
    this.#tasks.length = 0;
  }

  /** An instrument flows for the first time: its day so far, its listing and its past are fetched. */
  join(known: Known): void {
    if (known.joined) return;
    known.joined = true;
    this.#wantDay(known);
    const now = this.#parts.clock.now();
    const { id } = known.instrument;
    if (known.storedTo > 0) this.hole({ from: known.storedTo, to: now, codes: [id], cause: "start" });
    else this.#owe(known, now - MAX_KLINES * MINUTE_MS, now, undefined);
  }

  /** Tells of a hole, and fills it as soon as its minutes are over. `codes`: ids. */
  hole({ from: begin, to, codes, cause }: NewHole): void {
    const from = this.#distinct(Math.floor(begin), cause, codes.join());
    const gap: Gap = { feed: this.#parts.feed, from, to, codes, cause, filledBy: "" };
    this.#parts.sink.gap(gap);
    const hole: OpenHole = { gap, open: new Set(codes) };
    for (const id of codes) {
      const known = this.#parts.known(id);
      if (known === undefined) continue;
      if (known.joined) this.#wantDay(known);
      this.#owe(known, from, to, hole);
    }
  }

  /** A gap is known by where it begins and its cause: two of them for different codes must not be taken for one. */
  #distinct(begin: EpochMs, cause: string, codes: string): EpochMs {
    for (let from = begin; ; from--) {
      const name = `${cause} ${from}`;
      const told = this.#told.get(name);
      if (told !== undefined && told !== codes) continue;
      this.#told.set(name, codes);
      if (this.#told.size > MAX_TOLD) this.#told.delete(this.#told.keys().next().value!);
      return from;
    }
  }

  #wantDay(known: Known): void {
    this.#days.set(known.instrument.id, known);
    this.#gathering ??= this.#parts.clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      const { groups } = findHttpPlan(this.#parts.plan);
      for (const endpoint of ["stock", "general"] as const) {
        const all = [...this.#days.values()].filter((waiting) => waiting.endpoint === endpoint);
        for (let at = 0; at < all.length; at += groups) this.#addDays(endpoint, all.slice(at, at + groups));
      }
      this.#days.clear();
    });
  }

  #addDays(endpoint: AllTickEndpoint, group: readonly Known[]): void {
    this.#add((client) => this.#fetchDays(client, group));
    const unlisted = group.filter(({ listed }) => !listed);
    if (endpoint === "general" || unlisted.length === 0) return;
    const { codes } = findHttpPlan(this.#parts.plan);
    for (let at = 0; at < unlisted.length; at += codes) {
      this.#add((client) => this.#fetchListings(client, unlisted.slice(at, at + codes)));
    }
  }

  /** What is settled already is fetched at once, the rest when it is: nobody should wait for an hour because of its last minute. */
  #owe(known: Known, from: EpochMs, to: EpochMs, hole: OpenHole | undefined): void {
    if (this.#parts.memory === undefined) return;
    const { id } = known.instrument;
    let owed = this.#owed.get(id);
    const waits = owed !== undefined;
    if (owed === undefined) this.#owed.set(id, (owed = { known, spans: [], tries: 0 }));
    const settled = Math.floor((this.#parts.clock.now() - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
    const splits = from < settled && to >= settled;
    if (splits) owed.spans.push({ from, to: settled - 1, hole: undefined });
    owed.spans.push({ from: splits ? settled : from, to, hole });
    if (!waits) this.#schedule(id, owed);
  }

  /** Fetches what is owed to an instrument as soon as some of it is settled. */
  #schedule(id: string, owed: Owed): void {
    const { clock } = this.#parts;
    const ready = Math.min(...owed.spans.map(readyAt));
    const wait = Math.max(ready - clock.now(), owed.tries * RETRY_MS);
    if (wait <= 0) return this.#add((client) => this.#fetchMinutes(client, id));
    const cancel = clock.after(wait, () => {
      this.#cancels.delete(cancel);
      this.#add((client) => this.#fetchMinutes(client, id));
    });
    this.#cancels.add(cancel);
  }

  readonly #cancels = new Set<() => void>();

  #add(run: (client: UpstreamClient) => Promise<void>): void {
    if (this.#stopped) return;
    this.#tasks.push(async () => {
      const client = this.#parts.client(this.#turn++);
      if (client !== undefined) await run(client);
    });
    this.#pump();
  }

  #pump(): void {
    while (this.#running < this.#parts.width && this.#tasks.length > 0) {
      this.#running++;
      const task = this.#tasks.shift()!;
      void task()
        .catch(() => this.#parts.sink.anomaly("alltick-http-failed"))
        .finally(() => {
          this.#running--;
          this.#pump();
        });
    }
  }

  async #fetchDays(client: UpstreamClient, group: readonly Known[]): Promise<void> {
    const replies = await client.batchKline(group.map(({ code }) => ({ code, period: "1d", count: 2 })));
    if (this.#stopped) return;
    const { clock, sink, memory } = this.#parts;
    for (const known of group) {
      const bars = replies.find(({ code }) => code === known.code)?.bars ?? [];
      const days = splitDays(bars, known.instrument, clock.now());
      const reference = referenceOf(days, known, clock.now());
      if (reference === undefined) continue;
      sink.reference(known.instrument.id, reference);
      if (days.before !== undefined) memory?.keepBars([days.before]);
    }
  }

  async #fetchListings(client: UpstreamClient, group: readonly Known[]): Promise<void> {
    const listings = await client.staticInfo(group.map(({ code }) => code));
    if (this.#stopped) return;
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

  async #fetchMinutes(client: UpstreamClient, id: string): Promise<void> {
    const owed = this.#owed.get(id);
    if (owed === undefined) return;
    const now = this.#parts.clock.now();
    const spans = owed.spans.filter((span) => readyAt(span) <= now);
    let answer: { readonly bars: readonly Kline[]; readonly since: EpochMs };
    try {
      answer = await this.#minutes(client, owed.known, Math.min(...spans.map(({ from }) => from)));
    } catch (error) {
      if (++owed.tries < MAX_TRIES) this.#schedule(id, owed);
      else this.#owed.delete(id);
      throw error;
    }
    if (this.#stopped) return;
    const { bars, since } = answer;
    const missed = bars.filter(({ time }) => spans.some(({ from, to }) => time + MINUTE_MS > from && time <= to));
    if (missed.length > 0) this.#parts.memory?.keepBars(missed);
    // What the service no longer tells stays a hole.
    for (const { hole, from } of spans) if (hole !== undefined && since <= from) this.#filled(hole, id);
    const left = owed.spans.filter((span) => !spans.includes(span));
    owed.spans.splice(0, owed.spans.length, ...left);
    owed.tries = 0;
    if (owed.spans.length > 0) this.#schedule(id, owed);
    else this.#owed.delete(id);
  }

  /** The settled minutes from the one of `from` on, ascending, and since when the service has told them: it may not go so far back. */
  async #minutes(
    client: UpstreamClient,
    { code, endpoint, instrument }: Known,
    from: EpochMs,
  ): Promise<{ readonly bars: readonly Kline[]; readonly since: EpochMs }> {
    const { clock, sink } = this.#parts;
    const begin = Math.floor(from / MINUTE_MS) * MINUTE_MS;
    const settled = Math.floor((clock.now() - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
    const found: Kline[] = [];
    let end: EpochMs | undefined;
    let since: EpochMs = Infinity;
    for (let page = 0; page < MAX_PAGES; page++) {
      const until = end ?? clock.now();
      const count = Math.min(MAX_KLINES, Math.ceil((until - begin) / MINUTE_MS) + 1);
      const raw = await client.kline({ code, period: "1m", count, ...(end === undefined ? {} : { end }) });
      found.push(...raw);
      const oldest = raw[0]?.time;
      if (oldest === undefined) break;
      since = oldest;
      // Only what is not a stock can be asked for an earlier page (alltick.md 5.1).
      if (raw.length < count || oldest <= begin || endpoint === "stock") break;
      end = oldest - 1_000;
    }
    const bars = toBars(found, instrument, settled, sink.anomaly).filter(({ time }) => time >= begin);
    return { bars, since };
  }

  #filled({ gap, open }: OpenHole, id: string): void {
    if (open.delete(id) && open.size === 0) this.#parts.sink.gap({ ...gap, filledBy: "kline" });
  }
}

/** When the last minute of a stretch is settled. */
function readyAt({ to }: Span): EpochMs {
  return Math.floor(to / MINUTE_MS + 1) * MINUTE_MS + SETTLED_MS;
}
