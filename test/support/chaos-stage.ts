/** A tickwire that lives on an upstream behind a chaos proxy, and clients of both dialects who write down what they get. */
import { randomInt } from "node:crypto";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import type { Feed } from "../../packages/gateway/src/ports/feed.ts";
import type { History } from "../../packages/gateway/src/ports/history.ts";
import { MemoryHistory } from "../../packages/gateway/src/history/memory.ts";
import { Random } from "../../packages/gateway/src/feeds/sim/random.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { TestClient, type Json } from "./client.ts";
import { findInvented, findMisplaced, findUnadmitted } from "./delivered.ts";
import { prepareGateway, type TestGateway } from "./gateway.ts";
import { SteppedClock } from "./stepped-clock.ts";
import { pathOf, type Upstream, type UpstreamKind } from "./upstream.ts";

/** What a client got of one kind, by instrument: the numbers of the ticks. */
export type Got = Map<string, number[]>;

/** Makes a feed for an upstream that is reached at `host`. */
export type FeedMaker = (host: string, clock: Clock) => Feed;

const ALWAYS = { from: 0, to: Infinity };
/** Longest that a start may take, the plan's gaps included. */
const START_MS = 30_000;
/** Nothing that ends waits longer. */
const END_MS = 60_000;
/** The promise: so long after the upstream's return everything ticks again, plan gaps aside. */
const BACK_MS = 5_000;

/** See above. */
export class ChaosStage implements AsyncDisposable {
  readonly kind: UpstreamKind;
  readonly clock: SteppedClock;
  readonly proxy: ChaosProxy;
  readonly upstream: Upstream;
  readonly gateway: TestGateway;
  readonly random: Random;
  readonly history: History;
  /** What came through the AllTick doors and through the CTP door. */
  readonly got: Readonly<Record<"trades" | "books" | "snapshots", Got>> = {
    trades: new Map(),
    books: new Map(),
    snapshots: new Map(),
  };
  /** What ends with it; undefined while it is being opened. */
  #opened: AsyncDisposableStack | undefined;

  private constructor(
    kind: UpstreamKind,
    clock: SteppedClock,
    random: Random,
    [proxy, upstream, gateway, history]: readonly [ChaosProxy, Upstream, TestGateway, History],
  ) {
    this.kind = kind;
    this.clock = clock;
    this.random = random;
    this.proxy = proxy;
    this.upstream = upstream;
    this.gateway = gateway;
    this.history = history;
  }

  /** Starts everything and waits until every instrument ticks. `makeFeed` takes the place of the feed that is put to the test. */
  static async open(kind: UpstreamKind, seed: number, makeFeed?: FeedMaker): Promise<ChaosStage> {
    const clock = new SteppedClock();
    const random = new Random(seed, "chaos");
    await using opened = new AsyncDisposableStack();
    const upstream = opened.adopt(await kind.open(clock, seed), (each) => each.close());
    const proxy = opened.adopt(await ChaosProxy.open(upstream.port, clock, () => random.uniform()), (each) =>
      each.close(),
    );
    clock.watch(() => proxy.traffic);
    const start = await prepareGateway(upstream.config(proxy.host));
    const feeds = makeFeed === undefined ? undefined : [makeFeed(proxy.host, clock)];
    const history = new MemoryHistory();
    const starting = start(feeds, { clock, history });
    const gateway = opened.use(await clock.during(starting, START_MS, "the second tickwire does not start"));
    const stage = new ChaosStage(kind, clock, random, [proxy, upstream, gateway, history]);
    await stage.#watch();
    await stage.ticksAgain(START_MS);
    stage.#opened = opened.move();
    return stage;
  }

  /** What a fault has to do with chance: whole milliseconds from `least` to `most`. */
  between(least: number, most: number): number {
    return Math.floor(least + this.random.uniform() * (most - least));
  }

  /** Waits until every instrument has ticked with something that was told from now on. Throws when it takes too long. */
  async ticksAgain(most = BACK_MS + this.kind.gapsMs): Promise<number> {
    const { source } = this.upstream;
    const next = new Map(this.kind.ids.map((id) => [id, source.told.get(id)!.length + 1]));
    const mute = (): string[] =>
      [...next].filter(([id, n]) => !((this.got[this.kind.tells].get(id)?.at(-1) ?? 0) >= n)).map(([id]) => id);
    try {
      return await this.clock.until(
        () => mute().length === 0,
        most,
        () => `mute: ${mute().join(", ")}`,
      );
    } catch (error) {
      throw new Error([(error as Error).message, ...(await this.#state())].join("\n"), { cause: error });
    }
  }

  /** Everything that is wrong with what was delivered and with how the upstream was treated, one line each. */
  async wrongs(): Promise<string[]> {
    const { told } = this.upstream.source;
    const gaps = await this.history.readGaps(ALWAYS);
    const lines = this.upstream.breaches(this.proxy);
    for (const [kind, got] of Object.entries(this.got)) {
      // What the market makes itself has its own rhythm: it only must not go back.
      const isOwn = kind === this.kind.tells || (kind === "books" && this.kind.tells === "trades");
      for (const [id, numbers] of got) {
        const wrong = isOwn ? [...findMisplaced(numbers), ...findInvented(told.get(id)!, numbers)] : [];
        if (kind === this.kind.tells) wrong.push(...findUnadmitted(told.get(id)!, numbers, gaps));
        lines.push(...wrong.map((line) => `${kind} of ${id}: ${line}`));
      }
    }
    return lines.length === 0 ? [] : [...lines, ...(await this.#state())];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#opened?.disposeAsync() ?? Promise.resolve();
    await this.clock.during(closing, END_MS, "it does not end");
  }

  /** For whoever has to find out why. */
  async #state(): Promise<string[]> {
    const { handshakes, calls, frames } = this.proxy;
    const gaps = await this.history.readGaps(ALWAYS);
    const health = await (await fetch(`${this.gateway.http}/healthz`)).text();
    const deeds = [...handshakes.slice(-12), ...calls.slice(-6), ...frames.slice(-12)];
    return [`now ${this.clock.now()}`, health, ...[...gaps, ...deeds].map((each) => JSON.stringify(each))];
  }

  async #watch(): Promise<void> {
    for (const path of new Set(this.kind.ids.map(pathOf))) {
      const codes = this.kind.ids.filter((id) => pathOf(id) === path);
      const client = await this.#open(`${path}?token=demo`, (frame) => this.#takeAllTick(frame));
      for (const cmd of [22004, 22002]) {
        client.send({ cmd_id: cmd, seq_id: cmd, trace: "t", data: { symbol_list: codes.map((code) => ({ code })) } });
        await client.next((frame) => frame["cmd_id"] === cmd + 1 && frame["ret"] === 200);
      }
      this.clock.every(10_000, () => client.send({ cmd_id: 22000, seq_id: 1, trace: "t", data: {} }));
    }
    const ctp = await this.#open("/", (frame) => this.#takeCtp(frame));
    ctp.send({ MsgType: "ReqUserLogin", RequestID: 0, ReqUserLogin: { UserID: "demo", Password: "demo" } });
    await ctp.next((frame) => frame["MsgType"] === "OnRspUserLogin");
    ctp.send({ MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: this.kind.ids } });
  }

  async #open(path: string, take: (frame: Json) => void): Promise<TestClient> {
    const client = await TestClient.open(this.gateway.ws + path);
    client.ws.on("message", () => take(client.frames.at(-1)!));
    this.clock.watch(() => client.frames.length);
    return client;
  }

  #takeAllTick({ cmd_id: cmd, data }: Json): void {
    const body = data as Json;
    if (cmd === 22998 && body["volume"] !== "0") note(this.got.trades, body["code"], body["volume"]);
    if (cmd === 22999) note(this.got.books, body["code"], (body["bids"] as Json[])[0]?.["volume"]);
  }

  #takeCtp(frame: Json): void {
    if (frame["MsgType"] !== "OnRtnDepthMarketData") return;
    const tick = frame["DepthMarketData"] as Json;
    note(this.got.snapshots, tick["InstrumentID"], tick["Volume"]);
  }
}

/** Seeds for as many repetitions as the environment asks for: the first ones are always the same. */
export function chaosSeeds(env: Readonly<Record<string, string | undefined>>): number[] {
  const count = Number(env["TICKWIRE_TEST_CHAOS"] ?? 1);
  return Array.from({ length: count }, (_, at) => (at === 0 ? 1 : randomInt(2 ** 31)));
}

function note(got: Got, id: unknown, n: unknown): void {
  const numbers = got.get(String(id));
  if (numbers === undefined) got.set(String(id), [Number(n)]);
  else numbers.push(Number(n));
}
