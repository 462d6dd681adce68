/** Fetches over HTTP what the stream did not bring: the day so far, the past of a new code, the minutes of a hole. */
import { ClientError } from "@tickwire/client";
import { MAX_KLINES, type AllTickPlanName } from "@tickwire/protocol/alltick";
import type { EpochMs, Kline } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { FeedMemory, FeedSink, Gap } from "../../ports/feed.ts";
import { DayFiller } from "./day-filler.ts";
import { Errands, retryDelay } from "./errands.ts";
import type { Known } from "./known.ts";
import { toBars } from "./mapper.ts";
import type { UpstreamClient } from "./upstream-client.ts";

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
/** How far back one question for minutes reaches. */
const REACH_MS = (MAX_KLINES - 1) * MINUTE_MS;
/** Newest holes that are remembered, as one may be told again with a later end. */
const MAX_TOLD = 10_000;
/** Pages of bars that one hole may cost. */
const MAX_PAGES = 10;

/** A hole, and how many stretches of each code are still to be filled. */
interface OpenHole {
  /** What the ledger knows it by; the newest one of a key is the one that counts. */
  readonly key: string;
  readonly gap: Gap;
  readonly open: Map<string, number>;
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
  failures: number;
}

/** See the file's head. Requests are paced by the clients; memory is bounded by the number of instruments. */
export class Filler {
  readonly #parts: FillerParts;
  readonly #errands: Errands;
  readonly #days: DayFiller;
  readonly #owed = new Map<string, Owed>();
  /** The newest holes by their keys. */
  readonly #told = new Map<string, OpenHole>();
  /** Holes from before the start, by the instruments that have not flowed since. */
  readonly #left = new Map<string, OpenHole[]>();

  constructor(parts: FillerParts) {
    this.#parts = parts;
    const { clock, width, sink } = parts;
    const client = (turn: number): UpstreamClient | undefined => parts.client(turn);
    this.#errands = new Errands({ clock, width, client, anomaly: (cause) => sink.anomaly(cause) });
    this.#days = new DayFiller(parts, this.#errands);
    for (const gap of parts.memory?.gaps() ?? []) this.#remember(gap);
  }

  /** Fetches nothing more. */
  stop(): void {
    this.#days.stop();
    this.#errands.stop();
  }

  /** An instrument flows for the first time: its day so far, its listing and its past are fetched. */
  join(known: Known): void {
    if (known.joined) return;
    known.joined = true;
    this.#days.want(known);
    const now = this.#parts.clock.now();
    const { id } = known.instrument;
    const since: Span =
      known.storedTo > 0
        ? toSpan(this.#tell({ from: known.storedTo, to: now, codes: [id], cause: "start" }))
        : { from: now - MAX_KLINES * MINUTE_MS, to: now, hole: undefined };
    this.#owe(known, since, ...(this.#left.get(id) ?? []).map(toSpan));
    this.#left.delete(id);
  }

  /** A gap from before the start is filled with what one question tells, which is asked anyway when its instruments flow. */
  #remember(gap: Gap): void {
    if (gap.from < this.#parts.clock.now() - REACH_MS || this.#told.size >= MAX_TOLD) return;
    const hole = toOpenHole(gap);
    this.#told.set(hole.key, hole);
    for (const id of gap.codes) this.#left.set(id, [...(this.#left.get(id) ?? []), hole]);
  }

  /** Tells of a hole, and fills it as soon as its minutes are over. `codes`: ids. */
  hole(told: NewHole): void {
    const hole = this.#tell(told);
    for (const id of told.codes) {
      const known = this.#parts.known(id);
      if (known === undefined) continue;
      if (known.joined) this.#days.want(known);
      this.#owe(known, toSpan(hole));
    }
  }

  #tell({ from: begin, to, codes, cause }: NewHole): OpenHole {
    // The upstream's clock may be ahead.
    const from = Math.min(Math.floor(begin), to);
    const gap: Gap = { feed: this.#parts.feed, from, to, codes, cause, filledBy: "" };
    this.#parts.sink.gap(gap);
    const hole = toOpenHole(gap);
    this.#told.set(hole.key, hole);
    if (this.#told.size > MAX_TOLD) this.#told.delete(this.#told.keys().next().value!);
    return hole;
  }

  /** What is settled already is fetched at once, the rest when it is: nobody should wait for an hour because of its last minute. */
  #owe(known: Known, ...spans: readonly Span[]): void {
    if (this.#parts.memory === undefined) return;
    const { id } = known.instrument;
    let owed = this.#owed.get(id);
    const waits = owed !== undefined;
    if (owed === undefined) this.#owed.set(id, (owed = { known, spans: [], failures: 0 }));
    const settled = Math.floor((this.#parts.clock.now() - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
    for (const { from, to, hole } of spans) {
      const splits = from < settled && to >= settled;
      if (splits) owed.spans.push({ from, to: settled - 1, hole });
      owed.spans.push({ from: splits ? settled : from, to, hole });
      hole?.open.set(id, (hole.open.get(id) ?? 0) + (splits ? 2 : 1));
    }
    if (!waits) this.#schedule(id, owed);
  }

  /** Fetches what is owed to an instrument as soon as some of it is settled, and `delay` is over. */
  #schedule(id: string, owed: Owed, delay = 0): void {
    const ready = Math.min(...owed.spans.map(readyAt)) - this.#parts.clock.now();
    this.#errands.add((client) => this.#fetchMinutes(client, id), Math.max(ready, delay));
  }

  async #fetchMinutes(client: UpstreamClient, id: string): Promise<void> {
    const owed = this.#owed.get(id);
    if (owed === undefined) return;
    const now = this.#parts.clock.now();
    const spans = owed.spans.filter((span) => readyAt(span) <= now);
    // A timer may come a moment before its time.
    if (spans.length === 0) return this.#schedule(id, owed);
    let answer: { readonly bars: readonly Kline[]; readonly since: EpochMs };
    try {
      answer = await this.#minutes(client, owed.known, Math.min(...spans.map(({ from }) => from)));
      // What trades has bars: one empty answer must not leave the hole of many codes open.
      const isOdd = answer.since === Infinity && owed.known.newest > 0 && spans.some(({ hole }) => hole !== undefined);
      if (isOdd) throw new ClientError("refused", "kline: no bars", undefined, true);
    } catch (error) {
      const delay = retryDelay(error, ++owed.failures);
      if (delay === undefined) this.#owed.delete(id);
      else this.#schedule(id, owed, delay);
      throw error;
    }
    if (this.#errands.stopped) return;
    const { bars, since } = answer;
    const missed = bars.filter(({ time }) => spans.some(({ from, to }) => time + MINUTE_MS > from && time <= to));
    if (missed.length > 0) this.#parts.memory?.keepBars(missed);
    // What the service no longer tells stays a hole.
    for (const { hole, from } of spans) if (hole !== undefined && since <= from) this.#filled(hole, id);
    const left = owed.spans.filter((span) => !spans.includes(span));
    owed.spans.splice(0, owed.spans.length, ...left);
    owed.failures = 0;
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

  #filled(hole: OpenHole, id: string): void {
    const left = (hole.open.get(id) ?? 0) - 1;
    if (left > 0) return void hole.open.set(id, left);
    if (!hole.open.delete(id) || hole.open.size > 0) return;
    // Told again meanwhile, with a later end: this one's is not the end of it.
    const newest = this.#told.get(hole.key) ?? hole;
    if (newest === hole) this.#parts.sink.gap({ ...hole.gap, filledBy: "kline" });
  }
}

function toSpan(hole: OpenHole): Span {
  return { from: hole.gap.from, to: hole.gap.to, hole };
}

/** A hole of which nothing is filled yet. */
function toOpenHole(gap: Gap): OpenHole {
  const { cause, from, codes } = gap;
  return { key: `${cause} ${from} ${codes.join()}`, gap, open: new Map(codes.map((id) => [id, 0])) };
}

/** When the last minute of a stretch is settled. */
function readyAt({ to }: Span): EpochMs {
  return Math.floor(to / MINUTE_MS + 1) * MINUTE_MS + SETTLED_MS;
}
