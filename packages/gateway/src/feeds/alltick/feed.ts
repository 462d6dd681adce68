/**
 * Market data from an upstream that speaks AllTick: the vendor's service, or another tickwire. It asks for what clients watch and for a
 * standing list, within the plan of its tokens, and passes on what comes under the house's own ids.
 */
import { AllTickClient } from "@tickwire/client";
import { endpointOfCode, findAlias, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import { makeIdFilter, type Book, type EpochMs, type Trade } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { Feed, FeedMemory, FeedSink, FeedStatus } from "../../ports/feed.ts";
import { Demand } from "./demand.ts";
import { Filler } from "./filler.ts";
import { instrumentOf, isAllTickCode, unknownInstrument, withRoom } from "./instruments.ts";
import { Known } from "./known.ts";
import { idOf, toBook, toTrade } from "./mapper.ts";
import { writeAllTickSpec, type AllTickFeedOptions } from "./options.ts";
import { ENDPOINTS, Pool, type MakeClient } from "./pool.ts";

/** How often the hub is told the time. */
const ADVANCE_MS = 100;
/** How often it is looked for mute streams, and for codes that nobody watches any more. */
const LOOK_MS = 1_000;
/** Changes within this time are one change. */
const GATHER_MS = 20;
/** Instruments made because a client asked for them. */
const MAX_INSTRUMENTS = 10_000;

/** What the feed is made with. */
export interface AllTickFeedDeps {
  readonly clock: Clock;
  /** What the references to tokens stand for. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Takes the place of the SDK's client: tests have their own. */
  readonly makeClient?: MakeClient;
}

/** Makes the feed; see {@link AllTickFeedOptions}. Its `start` rejects when it is not known what a token stands for. */
export function makeAllTickFeed(options: AllTickFeedOptions, deps: AllTickFeedDeps): Feed {
  return new AllTickFeed(options, deps);
}

class AllTickFeed implements Feed {
  readonly name: string;
  readonly timeline = "wall";
  readonly #options: AllTickFeedOptions;
  readonly #deps: AllTickFeedDeps;
  readonly #accepts: (id: string) => boolean;
  readonly #demands: Readonly<Record<AllTickEndpoint, Demand>>;
  /** By the code that the upstream uses. */
  readonly #known = new Map<string, Known>();
  /** The upstream's code by id, where the operator spells it otherwise. */
  readonly #codes = new Map<string, string>();
  /** Ids that clients watch, whether or not this feed has them. */
  readonly #watched = new Set<string>();
  #memory: FeedMemory | undefined;
  #sink: FeedSink | undefined;
  #pool: Pool | undefined;
  #filler: Filler | undefined;
  #state: FeedStatus["state"] = "idle";
  #newest: EpochMs = 0;
  #nextTurn: EpochMs = Infinity;
  #cancelGather: (() => void) | undefined;
  readonly #cancels: (() => void)[] = [];

  constructor(options: AllTickFeedOptions, deps: AllTickFeedDeps) {
    this.name = writeAllTickSpec(options);
    this.#options = options;
    this.#deps = deps;
    const { instruments, codes } = options;
    const named = new Set(codes.map(idOf));
    const chosen = makeIdFilter(instruments.includes("*") ? [] : instruments);
    this.#accepts = (id) => named.has(id) || (instruments.length === 0 ? isAllTickCode(id) : chosen(id));
    for (const code of codes) this.#codes.set(idOf(code), code);
    const of = (endpoint: AllTickEndpoint): Demand =>
      new Demand(codes.filter((code) => endpointOfCode(code) === endpoint));
    this.#demands = { stock: of("stock"), general: of("general") };
  }

  resume(memory: FeedMemory): void {
    this.#memory = memory;
  }

  async start(sink: FeedSink): Promise<void> {
    if (this.#state !== "idle") throw new Error(`${this.name} has been started before`);
    const { clock } = this.#deps;
    this.#pool = this.#makePool(sink);
    this.#filler = new Filler({
      feed: this.name,
      clock,
      sink,
      memory: this.#memory,
      plan: this.#options.plan,
      width: this.#options.tokens.length,
      client: (turn) => this.#pool?.client(turn),
      known: (id) => this.#knownOf(id),
    });
    this.#sink = sink;
    this.#state = "running";
    for (const code of this.#options.codes) this.#admit(idOf(code), sink);
    this.#cancels.push(
      clock.every(ADVANCE_MS, () => sink.advance(clock.now())),
      clock.every(LOOK_MS, () => this.#look(clock.now())),
    );
    this.#replan();
    sink.advance(clock.now());
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#cancelGather?.();
    this.#sink = undefined;
    if (this.#state === "running") this.#state = "ended";
    this.#filler?.stop();
    await this.#pool?.close();
  }

  status(): FeedStatus {
    const upstreams = this.#pool?.status() ?? [];
    const now = this.#deps.clock.now();
    const wanted = ENDPOINTS.reduce((sum, endpoint) => sum + this.#demands[endpoint].size(now), 0);
    const { plan, tokens } = this.#options;
    const live = upstreams.filter(({ state }) => state === "live").length;
    const broken = upstreams.find(({ state }) => state !== "live");
    const why = broken === undefined ? "" : `; ${broken.name}: ${broken.state}${broken.cause && `, ${broken.cause}`}`;
    const allowed = `plan ${plan}, ${tokens.length === 1 ? "1 token" : `${tokens.length} tokens`}`;
    const detail = `relays ${wanted} codes (${allowed}) over ${live} of ${upstreams.length} connections${why}`;
    const failed = upstreams.length > 0 && upstreams.every(({ state }) => state === "failed");
    const state = failed && this.#state === "running" ? "failed" : this.#state;
    return { state, detail, time: this.#newest, upstreams };
  }

  want(id: string): boolean {
    const sink = this.#sink;
    if (sink === undefined) return false;
    if (this.#knownOf(id) !== undefined) return true;
    // An alias is another name of something, never a thing of its own.
    if (findAlias(id) !== undefined || !this.#accepts(id)) return false;
    if (this.#known.size >= MAX_INSTRUMENTS) {
      sink.anomaly("alltick-full");
      return false;
    }
    return this.#admit(id, sink);
  }

  watch(id: string, watched: boolean): void {
    if (watched) this.#watched.add(id);
    else this.#watched.delete(id);
    const known = this.#knownOf(id);
    if (known === undefined) return;
    this.#demands[known.endpoint].watch(known.code, watched, this.#deps.clock.now());
    this.#gather();
  }

  #makePool(sink: FeedSink): Pool {
    const { clock, secrets, makeClient = (options) => new AllTickClient(options) } = this.#deps;
    const { url, plan } = this.#options;
    const tokens = this.#options.tokens.map((reference) => {
      const token = secrets.get(reference);
      if (token === undefined) throw new Error(`token: it is not known what ${reference} stands for`);
      return token;
    });
    return new Pool({
      url,
      tokens,
      plan,
      clock,
      makeClient,
      onTrade: (trade) => this.#onTrade(trade, sink),
      onBook: (book) => this.#onBook(book, sink),
      onHole: ({ from, to, codes, cause }) => {
        const ids = codes.flatMap((code) => this.#known.get(code)?.instrument.id ?? []);
        const short = cause === "mute" ? cause : "connection";
        if (ids.length > 0 && this.#sink === sink) this.#filler?.hole({ from, to, codes: ids, cause: short });
      },
      onFlow: (codes) => this.#onFlow(codes),
      onChange: () => this.#gather(),
      anomaly: (cause) => sink.anomaly(cause),
    });
  }

  #knownOf(id: string): Known | undefined {
    return this.#known.get(this.#codes.get(id) ?? id);
  }

  /** Announces the instrument; false when it belongs to another feed, or when nothing tells what it is. */
  #admit(id: string, sink: FeedSink): boolean {
    const code = this.#codes.get(id) ?? id;
    const named = this.#codes.has(id);
    const instrument = instrumentOf(id, this.#deps.clock.now()) ?? (named ? unknownInstrument(id) : undefined);
    // Asked before it is announced: then the tail is gone.
    const tail = this.#memory?.tail(id);
    if (instrument === undefined || !sink.instrument(instrument)) return false;
    const known = new Known(code, instrument, tail);
    this.#known.set(code, known);
    if (this.#watched.has(id)) this.#demands[known.endpoint].watch(code, true, this.#deps.clock.now());
    return true;
  }

  #onTrade(raw: Trade, sink: FeedSink): void {
    const known = this.#known.get(raw.id);
    if (known === undefined) return sink.anomaly("alltick-unknown-code");
    const instrument = withRoom(known.instrument, raw.price, raw.volume);
    if (instrument !== known.instrument) {
      known.instrument = instrument;
      sink.instrument(instrument);
    }
    const trade = toTrade(raw, instrument, sink.anomaly);
    if (trade === undefined) return;
    this.#noted(known, trade.time);
    known.count(trade);
    sink.trade(trade);
  }

  #onBook(raw: Book, sink: FeedSink): void {
    const known = this.#known.get(raw.id);
    if (known === undefined) return sink.anomaly("alltick-unknown-code");
    const book = toBook(raw, known.instrument, sink.anomaly);
    if (book === undefined) return;
    this.#noted(known, book.time);
    sink.book(book);
  }

  #noted(known: Known, time: EpochMs): void {
    if (time > this.#newest) this.#newest = time;
    if (time > known.newest) known.newest = time;
    const { id } = known.instrument;
    const now = this.#deps.clock.now();
    const mute = this.#pool?.note(known.code, id, now);
    if (mute !== undefined) this.#filler?.hole({ from: mute.since, to: now, codes: [id], cause: "mute" });
  }

  /** Codes flow that did not: those that waited for their turn have a hole, the others may have a past to be fetched. */
  #onFlow(codes: readonly string[]): void {
    const now = this.#deps.clock.now();
    for (const code of codes) {
      const known = this.#known.get(code);
      if (known === undefined) continue;
      const { id } = known.instrument;
      if (known.pausedAt > 0) this.#filler?.hole({ from: known.pausedAt, to: now, codes: [id], cause: "rotation" });
      known.pausedAt = 0;
      this.#filler?.join(known);
    }
  }

  #gather(): void {
    if (this.#sink === undefined) return;
    this.#cancelGather ??= this.#deps.clock.after(GATHER_MS, () => {
      this.#cancelGather = undefined;
      this.#replan();
    });
  }

  /** Decides anew what is asked for. */
  #replan(): void {
    const pool = this.#pool;
    if (pool === undefined || this.#sink === undefined) return;
    const now = this.#deps.clock.now();
    let rotates = false;
    for (const endpoint of ENDPOINTS) {
      const chosen = this.#demands[endpoint].choose(pool.capacity(endpoint), now, new Set(pool.refused(endpoint)));
      for (const code of chosen.waiting) this.#known.get(code)?.pause(now);
      pool.ask(endpoint, chosen.codes);
      rotates ||= chosen.waiting.length > 0;
    }
    pool.send((code) => this.#known.get(code)?.instrument);
    if (!rotates) this.#nextTurn = Infinity;
    else if (this.#nextTurn === Infinity) this.#nextTurn = now + this.#options.rotateMs;
  }

  #look(now: EpochMs): void {
    this.#pool?.check(now);
    const turns = now >= this.#nextTurn;
    if (turns) {
      this.#nextTurn = now + this.#options.rotateMs;
      for (const endpoint of ENDPOINTS) this.#demands[endpoint].rotate();
    }
    if (turns || ENDPOINTS.some((endpoint) => now >= this.#demands[endpoint].due)) this.#replan();
  }
}
