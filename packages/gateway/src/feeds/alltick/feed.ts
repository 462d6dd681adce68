/**
 * Market data from an upstream that speaks AllTick: the vendor's service, or another tickwire. It asks for what clients watch and for a
 * standing list, within the plan of its tokens, and passes on what comes under the house's own ids.
 */
import { AllTickClient } from "@tickwire/client";
import type { AllTickEndpoint } from "@tickwire/protocol/alltick";
import type { Book, EpochMs, Trade } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { Feed, FeedMemory, FeedSink, FeedStatus, Gap } from "../../ports/feed.ts";
import { Demand } from "./demand.ts";
import { Directory } from "./directory.ts";
import { Filler } from "./filler.ts";
import { withRoom } from "./instruments.ts";
import type { Known } from "./known.ts";
import { lastingGaps } from "./lasting.ts";
import { toBook, toTrade } from "./mapper.ts";
import { tokensOf, writeAllTickSpec, type AllTickFeedOptions } from "./options.ts";
import { ENDPOINTS, Pool } from "./pool.ts";
import type { MakeClient } from "./upstream-client.ts";

/** How often the hub is told the time. */
const ADVANCE_MS = 100;
/** How often it is looked for mute streams, and for codes that nobody watches any more. */
const LOOK_MS = 1_000;
/** Changes within this time are one change. */
const GATHER_MS = 20;

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
  readonly #directory: Directory;
  #demands: Readonly<Record<AllTickEndpoint, Demand>> = { stock: new Demand([]), general: new Demand([]) };
  /** Ids that clients watch, whether or not this feed has them. */
  readonly #watched = new Set<string>();
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
    this.#directory = new Directory(options);
  }

  resume(memory: FeedMemory): void {
    this.#directory.memory = memory;
  }

  async start(sink: FeedSink): Promise<void> {
    if (this.#state !== "idle") throw new Error(`${this.name} has been started before`);
    const { clock } = this.#deps;
    this.#pool = this.#makePool(sink);
    this.#filler = new Filler({
      feed: this.name,
      clock,
      sink,
      memory: this.#directory.memory,
      plan: this.#options.plan,
      width: this.#options.tokens.length,
      client: (turn) => this.#pool?.client(turn),
      known: (id) => this.#directory.byId(id),
    });
    this.#sink = sink;
    this.#state = "running";
    this.#directory.admitStanding(sink, clock.now());
    const of = (endpoint: AllTickEndpoint): Demand => new Demand(this.#directory.standing(endpoint));
    this.#demands = { stock: of("stock"), general: of("general") };
    for (const id of this.#watched) this.watch(id, true);
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

  lasting(): readonly Gap[] {
    const wanted = ({ instrument: { id } }: Known): boolean => this.#watched.has(id) || this.#directory.stands(id);
    const pausing = [...this.#directory.all()].filter((known) => known.pausing !== undefined && wanted(known));
    const broken: Known[][] = [];
    for (const codes of this.#pool?.broken() ?? []) {
      broken.push([...codes].flatMap((code) => this.#directory.byCode(code) ?? []));
    }
    return lastingGaps(this.name, pausing, broken, this.#deps.clock.now());
  }

  want(id: string): boolean {
    const sink = this.#sink;
    if (sink === undefined) return false;
    if (this.#directory.byId(id) !== undefined) return true;
    if (this.#directory.want(id, sink, this.#deps.clock.now()) === undefined) return false;
    if (this.#watched.has(id)) this.watch(id, true);
    return true;
  }

  watch(id: string, watched: boolean): void {
    if (watched) this.#watched.add(id);
    else this.#watched.delete(id);
    const known = this.#directory.byId(id);
    if (known === undefined) return;
    this.#demands[known.endpoint].watch(known.code, watched, this.#deps.clock.now());
    this.#gather();
  }

  #makePool(sink: FeedSink): Pool {
    const { clock, secrets, makeClient = (options) => new AllTickClient(options) } = this.#deps;
    const { url, plan } = this.#options;
    return new Pool({
      url,
      tokens: tokensOf(this.#options, secrets),
      plan,
      clock,
      makeClient,
      onTrade: (trade) => this.#onTrade(trade, sink),
      onBook: (book) => this.#onBook(book, sink),
      onHole: ({ from, to, codes, cause }) => {
        const ids = codes.flatMap((code) => this.#directory.byCode(code)?.instrument.id ?? []);
        if (ids.length === 0 || this.#sink !== sink) return;
        this.#filler?.hole({ from, to, codes: ids, cause: cause === "mute" ? cause : "connection" });
      },
      onFlow: (codes) => this.#onFlow(codes),
      onChange: () => this.#gather(),
      anomaly: (cause) => sink.anomaly(cause),
    });
  }

  #onTrade(raw: Trade, sink: FeedSink): void {
    const known = this.#directory.byCode(raw.id);
    if (known === undefined) return sink.anomaly("alltick-unknown-code");
    const instrument = withRoom(known.instrument, raw.price, raw.volume);
    if (instrument !== known.instrument) {
      known.instrument = instrument;
      sink.instrument(instrument);
    }
    const trade = toTrade(raw, instrument, sink.anomaly);
    if (trade === undefined) return;
    this.#noted(known, trade, known.heard.trade);
    sink.trade(trade);
  }

  #onBook(raw: Book, sink: FeedSink): void {
    const known = this.#directory.byCode(raw.id);
    if (known === undefined) return sink.anomaly("alltick-unknown-code");
    const book = toBook(raw, known.instrument, sink.anomaly);
    if (book === undefined) return;
    this.#noted(known, book, known.heard.book);
    sink.book(book);
  }

  #noted(known: Known, { time, seq }: Trade | Book, heard: { time: EpochMs; seq: number }): void {
    // What a service repeats to whoever sends a list does not show that anything flows.
    if (time === heard.time && seq === heard.seq) return;
    heard.time = time;
    heard.seq = seq;
    if (time > this.#newest) this.#newest = time;
    if (time > known.newest) known.newest = time;
    const { id } = known.instrument;
    const now = this.#deps.clock.now();
    const mute = this.#pool?.note(known.code, id, now);
    if (mute !== undefined) this.#filler?.hole({ from: mute.since, to: now, codes: [id], cause: "mute" });
  }

  /** Codes flow that did not: those that flowed before have a hole, the others may have a past to be fetched. */
  #onFlow(codes: readonly string[]): void {
    const now = this.#deps.clock.now();
    for (const code of codes) {
      const known = this.#directory.byCode(code);
      if (known === undefined) continue;
      const { id } = known.instrument;
      const pause = known.flow(now);
      if (pause !== undefined) this.#filler?.hole({ ...pause, to: now, codes: [id] });
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
    const waiting = new Set<string>();
    const wanted = new Set<string>();
    for (const endpoint of ENDPOINTS) {
      const refused = new Set(pool.refused(endpoint));
      const chosen = this.#demands[endpoint].choose(pool.capacity(endpoint), now, refused);
      for (const code of chosen.waiting) waiting.add(code);
      for (const list of [chosen.codes, refused]) for (const code of list) wanted.add(code);
      pool.ask(endpoint, chosen.codes);
    }
    const stopped = pool.send((code) => this.#directory.byCode(code)?.instrument);
    for (const { code, failed } of stopped) {
      const cause = failed ? "connection" : waiting.has(code) ? "rotation" : wanted.has(code) ? "refused" : "unwatched";
      this.#directory.byCode(code)?.pause(now, cause);
    }
    if (waiting.size === 0) this.#nextTurn = Infinity;
    else if (this.#nextTurn === Infinity) this.#nextTurn = now + this.#options.rotateMs;
  }

  #look(now: EpochMs): void {
    this.#pool?.check(now);
    const turns = now >= this.#nextTurn;
    if (turns) {
      this.#nextTurn = now + this.#options.rotateMs;
      for (const endpoint of ENDPOINTS) this.#demands[endpoint].rotate();
    }
    const due = [this.#pool?.due ?? Infinity, ...ENDPOINTS.map((endpoint) => this.#demands[endpoint].due)];
    if (turns || now >= Math.min(...due)) this.#replan();
  }
}
