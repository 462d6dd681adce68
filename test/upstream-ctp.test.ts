/** A second tickwire that is fed only by a first one, through each dialect of CTP JSON: it serves the same ticks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { futureOf } from "@tickwire/protocol/catalog";
import type { Snapshot } from "@tickwire/protocol/model";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { ChaosProxy } from "./support/chaos-proxy.ts";
import { ClassicSibling } from "./support/classic-sibling.ts";
import { TestClient, type Json } from "./support/client.ts";
import { HandFeed, openGateway, type TestGateway } from "./support/gateway.ts";
import { BLANK } from "./support/samples.ts";

const IDS = ["rb2605", "TA605", "m2605"] as const;
/** A Wednesday morning in the trading hours of every Chinese future. */
const TIME = Date.UTC(2026, 2, 11, 2);
const INSTRUMENTS = IDS.map((id) => futureOf(id, TIME)!);
const TICKS = 20;

/** A gateway whose market the test makes. */
async function openSource(): Promise<{ readonly source: TestGateway; readonly feed: HandFeed }> {
  const feed = new HandFeed((sink) => {
    for (const instrument of INSTRUMENTS) sink.instrument(instrument);
  });
  return { source: await openGateway({}, [feed]), feed };
}

/** A gateway that has nothing but what `spec` brings. */
function openRelay(spec: string): Promise<TestGateway> {
  return openGateway({ TICKWIRE_FEED: `ctp?${spec}&user=demo&password=env:UP&gap=0`, UP: "demo" });
}

/** A client of CTP JSON that watches all instruments. */
async function watchCtp({ ws }: TestGateway): Promise<TestClient> {
  const client = await TestClient.open(`${ws}/`);
  client.send({ MsgType: "ReqUserLogin", RequestID: 1, ReqUserLogin: { UserID: "demo", Password: "demo" } });
  assert.equal(((await client.next())["RspInfo"] as Json)["ErrorID"], 0);
  client.send({ MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: IDS } });
  for (const _ of IDS) assert.equal((await client.next())["MsgType"], "OnRspSubMarketData");
  return client;
}

/** A client of AllTick that watches all trades. */
async function watchAllTick({ ws }: TestGateway): Promise<TestClient> {
  const client = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
  const data = { symbol_list: IDS.map((code) => ({ code })) };
  client.send({ cmd_id: 22004, seq_id: 1, trace: "t", data });
  assert.equal((await client.next())["ret"], 200);
  return client;
}

function snapshot(id: string, n: number): Snapshot {
  const { priceTick, multiplier } = INSTRUMENTS.find((instrument) => instrument.id === id)!;
  const last = 4_000 + priceTick * (n % 7);
  return {
    ...BLANK,
    id,
    time: TIME + n * 500,
    tradingDay: "20260311",
    actionDay: "20260311",
    last,
    open: 4_000,
    high: 4_020,
    low: 4_000,
    volume: n * 10,
    turnover: n * 10 * 4_000 * multiplier,
    openInterest: 1_000 + n,
    average: 4_000,
    preSettlement: 3_990,
    upperLimit: 4_200,
    lowerLimit: 3_800,
    preDelta: 0,
    currDelta: 0,
    bids: { prices: [last - priceTick], volumes: [n] },
    asks: { prices: [last], volumes: [n + 1] },
  };
}

const ticksOf = (client: TestClient, id: string): Json[] =>
  client.frames.map((frame) => frame["DepthMarketData"] as Json).filter((tick) => tick?.["InstrumentID"] === id);

/** Trades as [code, time, price, volume, turnover, direction]: the numbers of two gateways are their own. */
const tradesOf = (client: TestClient): unknown[] =>
  client.frames
    .filter((frame) => frame["cmd_id"] === 22998)
    .map((frame) => frame["data"] as Json)
    .map(({ code, tick_time, price, volume, turnover, trade_direction }) =>
      [code, tick_time, price, volume, turnover, trade_direction].join(" "),
    )
    .toSorted();

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 400) assert.fail(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How many connections a gateway serves. */
async function connectionsOf({ http }: TestGateway): Promise<number> {
  const health = (await (await fetch(`${http}/healthz`)).json()) as { readonly connections: number };
  return health.connections;
}

async function metric({ http }: TestGateway, start: string): Promise<readonly string[]> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return text.split("\n").filter((line) => line.startsWith(start));
}

const SPECS: readonly (readonly [string, (ws: string) => string, number])[] = [
  ["seed", (ws) => `url=${ws}&dialect=seed`, 1],
  ["legacy", (ws) => `url=${ws}&dialect=legacy`, 1],
  ["classic, on two sockets", (ws) => `url=${ws}/md/&td=${ws}/td/&dialect=classic`, 2],
  ["auto", (ws) => `url=${ws}`, 1],
  ["auto, on two sockets", (ws) => `url=${ws}/md/&td=${ws}/td/`, 2],
  ["auto, the market-data side alone", (ws) => `url=${ws}/md/`, 1],
];

for (const [name, specOf, sockets] of SPECS) {
  test(`a relay by ${name} serves the same ticks and trades as its source, to all clients over ${sockets} sockets`, async () => {
    const { source, feed } = await openSource();
    await using _ = source;
    await using relay = await openRelay(specOf(source.ws));
    const told = await watchCtp(source);
    const trades = await watchAllTick(source);
    const [first, second] = [await watchCtp(relay), await watchCtp(relay)];
    const relayed = await watchAllTick(relay);
    const tell = (n: number): void => {
      for (const id of IDS) feed.sink.snapshot(snapshot(id, n));
    };
    // The first tick is the state that a subscription begins with, whenever it is answered.
    tell(1);
    await until("the first tick of each", () => IDS.every((id) => ticksOf(first, id).length > 0));
    for (let n = 2; n <= TICKS; n++) tell(n);
    await until("the last tick of each", () =>
      [first, second].every((client) => IDS.every((id) => ticksOf(client, id).at(-1)?.["Volume"] === TICKS * 10)),
    );
    for (const id of IDS) {
      assert.deepEqual(ticksOf(first, id), ticksOf(told, id));
      assert.deepEqual(ticksOf(second, id), ticksOf(told, id));
    }
    await until("the last trade", () => tradesOf(relayed).length === tradesOf(trades).length);
    assert.deepEqual(tradesOf(relayed), tradesOf(trades));
    assert.equal(await connectionsOf(source), sockets + 2);
    assert.deepEqual(await metric(relay, "tickwire_anomalies_total"), []);
    await Promise.all([told, trades, first, second, relayed].map((client) => client.close()));
  });
}

test("the instruments of the upstream are those of the relay, with their terms", async () => {
  const { source } = await openSource();
  await using _ = source;
  await using relay = await openRelay(`url=${source.ws}`);
  await until("the list", () => relay.gateway.market.size === IDS.length);
  for (const instrument of INSTRUMENTS) assert.deepEqual(relay.gateway.market.instrument(instrument.id), instrument);
});

test("a sibling gateway as strict as the real ones has nothing to complain about", async () => {
  const clock = makeSystemClock();
  const sibling = await ClassicSibling.open(INSTRUMENTS, clock, 1);
  const url = `ws://127.0.0.1:${sibling.port}`;
  const spec = `ctp?url=${url}/md/&td=${url}/td/&user=demo&password=env:UP&codes=rb2605`;
  const relay = await openGateway({ TICKWIRE_FEED: spec, UP: "secret" });
  const client = await watchCtp(relay);
  await until("ticks of each", () => IDS.every((id) => ticksOf(client, id).length > 1));
  await until("the list", () => relay.gateway.market.size === IDS.length);
  assert.deepEqual(sibling.complaints, []);
  await client.close();
  await relay.gateway.close();
  await sibling.close();
});

test("after a break every instrument ticks again, on one connection, and what was missed is a gap", async () => {
  const { source, feed } = await openSource();
  await using _ = source;
  const proxy = await ChaosProxy.open(Number(new URL(source.ws).port), makeSystemClock());
  await using ends = new AsyncDisposableStack();
  ends.defer(() => proxy.close());
  await using relay = await openRelay(`url=ws://${proxy.host}`);
  const client = await watchCtp(relay);
  const tell = (n: number): void => {
    for (const id of IDS) feed.sink.snapshot(snapshot(id, n));
  };
  const haveAll = (n: number): boolean => IDS.every((id) => ticksOf(client, id).at(-1)?.["Volume"] === n * 10);
  tell(1);
  await until("the first ticks", () => haveAll(1));
  for (const n of [2, 3]) {
    proxy.disappear();
    proxy.cut();
    await until("the break", () => proxy.open.length === 0);
    tell(n);
    proxy.pass();
    await until("the ticks that were missed", () => haveAll(n));
  }
  for (const id of IDS) {
    const volumes = ticksOf(client, id).map((tick) => tick["Volume"]);
    assert.deepEqual(volumes, [10, 20, 30]);
  }
  const gaps = await metric(relay, "tickwire_gaps_total");
  assert.deepEqual(
    gaps
      .filter((line) => line.includes('cause="connection"') && !line.endsWith(" 0"))
      .map((line) => line.split(" ").at(-1)),
    ["2"],
  );
  assert.equal(proxy.mostAccepted.get("/"), 1);
  await client.close();
});
