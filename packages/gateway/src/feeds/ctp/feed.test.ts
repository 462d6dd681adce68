import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientStatus, CtpClientOptions } from "@tickwire/client";
import { futureOf } from "@tickwire/protocol/catalog";
import { encodeInstrument, readDepthMarketData, type LoginReply } from "@tickwire/protocol/ctp";
import type { Instrument, Snapshot } from "@tickwire/protocol/model";
import { FakeClock } from "../../fake-clock.ts";
import type { Feed, FeedSink, Gap } from "../../ports/feed.ts";
import { makeCtpFeed, type CtpUpstream } from "./feed.ts";
import { readCtpOptions } from "./options.ts";
import { LINGER_MS } from "./wants.ts";

const STATUS: ClientStatus = {
  state: "live",
  since: 0,
  attempt: 0,
  cause: "",
  retryAt: 0,
  lastMessage: 7,
  connections: 1,
};

/** Lets promises that are resolved have their effect. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const never = (): never => assert.fail("a CTP feed has snapshots only");

/** A feed whose client the test plays. */
class Stage {
  readonly clock = new FakeClock();
  readonly feed: Feed;
  readonly asked: string[] = [];
  readonly gaps: Gap[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly instruments = new Map<string, Instrument>();
  readonly anomalies: string[] = [];
  readonly foreign = new Set<string>();
  rows: readonly Record<string, unknown>[] | Error = [];
  status: ClientStatus = STATUS;
  client!: CtpClientOptions;
  time = 0;

  constructor(spec = "url=ws://h:1/&user=u&password=env:P") {
    this.feed = makeCtpFeed(readCtpOptions(new URLSearchParams(spec)), {
      clock: this.clock,
      secrets: new Map([["env:P", "secret"]]),
      makeClient: (options) => this.#makeClient(options),
    });
  }

  async start(): Promise<this> {
    const sink: FeedSink = {
      instrument: (instrument) => {
        if (this.foreign.has(instrument.id)) return false;
        this.instruments.set(instrument.id, instrument);
        return true;
      },
      trade: never,
      book: never,
      reference: never,
      snapshot: (snapshot) => this.snapshots.push(snapshot),
      advance: (now) => void (this.time = now),
      anomaly: (cause) => this.anomalies.push(cause),
      gap: (gap) => this.gaps.push(gap),
    };
    await this.feed.start(sink);
    return this;
  }

  /** The upstream grants a login and answers what is asked. */
  async login(side: "md" | "td" | "all" = "all"): Promise<void> {
    this.client.onLogin?.({ frontId: 1, sessionId: 1, tradingDay: "20260311" } as LoginReply, side);
    await settle();
    await this.pass(50);
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  tick(fields: Readonly<Record<string, unknown>> = {}, text = "{}"): void {
    this.client.onFrame?.("received", text);
    const second = Math.floor(this.clock.now() / 1_000) * 1_000;
    const UpdateTime = new Date(second + 8 * 3_600_000).toISOString().slice(11, 19);
    const stamp = { TradingDay: "20260311", ActionDay: "20260311", UpdateTime, LastPrice: 4_000, Volume: 1 };
    this.client.onTick?.(readDepthMarketData({ InstrumentID: "rb2605", ...stamp, ...fields }));
  }

  takeAsked(): string[] {
    return this.asked.splice(0);
  }

  #makeClient(options: CtpClientOptions): CtpUpstream {
    this.client = options;
    const note = (what: string): void => void this.asked.push(what);
    const statuses = (): CtpUpstream["statuses"] => ({ md: this.status, td: this.status });
    return {
      start: () => note("start"),
      get statuses() {
        return statuses();
      },
      subscribe: async (codes: readonly string[]) => {
        note(`+${codes.join()}`);
        return codes.map((id) => ({ id, errorId: 0, errorMsg: "" }));
      },
      unsubscribe: async (codes: readonly string[]) => note(`-${codes.join()}`),
      query: async (request: string) => {
        note(request);
        if (this.rows instanceof Error) throw this.rows;
        return this.rows;
      },
      reconnect: (side: string, cause: string) => note(`reconnect ${side} ${cause}`),
      close: async () => note("close"),
    } as unknown as CtpUpstream;
  }
}

function rowOf(id: string): Record<string, unknown> {
  return JSON.parse(encodeInstrument("seed", futureOf(id, Date.UTC(2026, 2))!)) as Record<string, unknown>;
}

test("it logs in with the secret, lists instruments, and subscribes to what is watched and what stands", async () => {
  const stage = await new Stage("url=ws://h:1/&user=u&password=env:P&codes=m*").start();
  assert.deepEqual([stage.client.user, stage.client.password, stage.client.queryGapMs], ["u", "secret", 1_000]);
  assert.ok(!stage.feed.name.includes("secret"));
  stage.rows = ["rb2605", "m2605", "au2606"].map(rowOf);
  stage.feed.watch!("rb2605", true);
  await stage.login();
  assert.deepEqual(stage.takeAsked(), ["start", "ReqQryInstrument", "+rb2605,m2605"]);
  assert.deepEqual([...stage.instruments.keys()], ["rb2605", "m2605", "au2606"]);
  stage.feed.watch!("rb2605", false);
  await stage.pass(LINGER_MS + 1_000);
  assert.deepEqual(stage.takeAsked(), ["-rb2605"]);
});

test("before the list an instrument that the catalogue knows is announced when it is wanted; another feed's is left alone", async () => {
  const stage = await new Stage().start();
  stage.foreign.add("au2606");
  assert.ok(stage.feed.want("rb2605") && !stage.feed.want("au2606") && !stage.feed.want("nothing"));
  stage.feed.watch!("rb2605", true);
  stage.feed.watch!("au2606", true);
  await stage.pass(50);
  assert.deepEqual(stage.takeAsked(), ["start", "+rb2605"]);
});

test("ticks come as snapshots; quirks are counted, what is unknown or unreadable is left out and counted", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  stage.tick();
  stage.tick({ InstrumentID: "xx9999" });
  stage.tick({ UpdateTime: "" });
  stage.tick({ ActionDay: "20260312", Volume: 2 }, '{"CurrDelta":1.7976931348623157e+308}');
  assert.deepEqual(
    stage.snapshots.map(({ volume }) => volume),
    [1, 2],
  );
  assert.deepEqual(stage.anomalies, ["ctp-unknown-instrument", "ctp-unreadable", "ctp-dbl-max"]);
  assert.equal(stage.feed.status().time, stage.snapshots.at(-1)?.time);
});

test("a hole of the client is a gap of the feed; its cause is short, and mute where this side broke it off", async () => {
  const stage = await new Stage().start();
  const hole = { from: 1, to: 2, codes: ["rb2605"], filledBy: undefined };
  stage.client.onHole?.({ ...hole, cause: "1006 connection lost" });
  stage.client.onHole?.({ ...hole, cause: "1006 mute" });
  const gap = { feed: stage.feed.name, from: 1, to: 2, codes: ["rb2605"], filledBy: "" };
  assert.deepEqual(stage.gaps, [
    { ...gap, cause: "connection" },
    { ...gap, cause: "mute" },
  ]);
});

test("an upstream that is open but mute in a session is given up, one that is closed is not", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  stage.feed.watch!("rb2605", true);
  await stage.login();
  for (let second = 0; second < 120; second++) {
    stage.tick({ Volume: second });
    await stage.pass(1_000);
  }
  stage.takeAsked();
  // It is 10:02; the pause begins at 10:15.
  await stage.pass(60_000);
  assert.ok(stage.takeAsked().includes("reconnect md mute"));
  assert.ok(stage.anomalies.includes("ctp-mute"));
  const closed = await new Stage().start();
  closed.clock.advance(3_600_000 * 6);
  closed.feed.want("rb2605");
  closed.feed.watch!("rb2605", true);
  await closed.login();
  closed.takeAsked();
  await closed.pass(3_600_000);
  assert.deepEqual(closed.takeAsked(), []);
});

test("one instrument that is mute while others tick is subscribed to anew, and its silence is a gap", async () => {
  const stage = await new Stage().start();
  for (const id of ["rb2605", "au2606"]) {
    stage.feed.want(id);
    stage.feed.watch!(id, true);
  }
  await stage.login();
  for (let second = 0; second < 240; second++) {
    stage.tick({ Volume: second });
    if (second < 120) stage.tick({ InstrumentID: "au2606", Volume: second });
    await stage.pass(1_000);
  }
  const asked = stage.takeAsked();
  assert.ok(asked.includes("-au2606") && asked.lastIndexOf("+au2606") > asked.indexOf("-au2606"), asked.join(" "));
  stage.tick({ InstrumentID: "au2606", Volume: 999 });
  const [gap] = stage.gaps;
  assert.deepEqual([stage.gaps.length, gap?.codes, gap?.cause], [1, ["au2606"], "mute"]);
  assert.ok(Math.abs(gap!.to - gap!.from - 121_000) < 3_000, `${gap!.to - gap!.from}`);
});

test("a new trading day lists instruments anew: what is gone is no longer subscribed to", async () => {
  const stage = await new Stage().start();
  stage.rows = ["rb2605", "rb2603"].map(rowOf);
  for (const id of ["rb2605", "rb2603"]) stage.feed.watch!(id, true);
  await stage.login();
  stage.tick();
  stage.takeAsked();
  stage.rows = [rowOf("rb2605")];
  stage.tick({ TradingDay: "20260312", ActionDay: "20260311", UpdateTime: "21:00:00" });
  await stage.pass(1_000);
  await stage.pass(1_000);
  assert.deepEqual(stage.takeAsked(), ["ReqQryInstrument", "-rb2603"]);
  assert.equal(stage.feed.want("rb2603"), false);
});

test("a list that cannot be had is asked for again; a market-data side alone is not asked", async () => {
  const stage = await new Stage().start();
  stage.rows = new Error("no");
  await stage.login();
  assert.deepEqual(stage.anomalies, ["ctp-no-instruments"]);
  stage.takeAsked();
  await stage.pass(61_000);
  assert.deepEqual(stage.takeAsked(), ["ReqQryInstrument"]);
  const alone = await new Stage("url=ws://h:1/md/").start();
  await alone.login("md");
  assert.deepEqual(alone.takeAsked(), ["start"]);
});

test("its status tells of each connection; a login that is refused for good is a failed feed", async () => {
  const stage = await new Stage("url=ws://h:1/md/&td=ws://t:2/td/").start();
  const names = (): unknown => stage.feed.status().upstreams?.map(({ name, state }) => [name, state]);
  assert.deepEqual(names(), [
    ["h:1 md", "live"],
    ["t:2 td", "live"],
  ]);
  stage.status = { ...STATUS, state: "failed", cause: "login: 3" };
  const { state, detail } = stage.feed.status();
  assert.deepEqual([state, detail], ["failed", "relays 0 of 0 instruments of h:1; h:1 md: failed, login: 3"]);
});

test("it stops for good; a password that is not known is a mistake at the start", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  await stage.feed.stop();
  await stage.feed.stop();
  stage.tick();
  stage.client.onHole?.({ from: 1, to: 2, codes: ["rb2605"], cause: "x", filledBy: undefined });
  assert.deepEqual([stage.snapshots, stage.gaps, stage.clock.pending, stage.feed.status().state], [[], [], 0, "ended"]);
  const options = readCtpOptions(new URLSearchParams("url=ws://h/&password=env:OTHER"));
  const feed = makeCtpFeed(options, { clock: stage.clock, secrets: new Map() });
  await assert.rejects(feed.start({} as FeedSink), /password: it is not known what env:OTHER stands for/);
});
