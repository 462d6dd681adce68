/** A reader that stops reading: conflated where that is allowed, closed where it is not, counted always, and alone in it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Instrument } from "@tickwire/protocol/model";
import { HandFeed, openGateway } from "./support/gateway.ts";
import { TestClient, type Json } from "./support/client.ts";

const BTC: Instrument = {
  id: "BTCUSDT",
  kind: "crypto",
  market: "GLOBAL",
  exchange: "CRYPTO",
  product: "BTCUSDT",
  name: "Bitcoin",
  priceTick: 0.01,
  priceDecimals: 2,
  volumeDecimals: 5,
  multiplier: 1,
  levels: 5,
  currency: "USDT",
  hours: { zone: "UTC", holidays: "NONE", day: [["00:00", "24:00"]], dayStart: "00:00" },
};
const START = Date.UTC(2025, 11, 3);
const SIDE = { prices: [100, 99, 98, 97, 96], volumes: [1, 1, 1, 1, 1] };
const LIMITS = { TICKWIRE_LIMITS_HIGH_WATER_BYTES: "65536", TICKWIRE_LIMITS_HARD_CAP_BYTES: "1000000" };

const book = (seq: number): object => ({ id: "BTCUSDT", seq, time: START + seq, bids: SIDE, asks: SIDE });
const trade = (seq: number): object => ({
  id: "BTCUSDT",
  seq,
  time: START + seq,
  price: 100,
  volume: 1,
  turnover: 100,
  direction: 1,
});

async function open(): Promise<{
  feed: HandFeed;
  gateway: Awaited<ReturnType<typeof openGateway>>;
  subscribe(cmd: number): Promise<TestClient>;
}> {
  const feed = new HandFeed((sink) => void sink.instrument(BTC));
  const gateway = await openGateway(LIMITS, [feed]);
  const subscribe = async (cmd: number): Promise<TestClient> => {
    const client = await TestClient.open(`${gateway.ws}/quote-b-ws-api?token=demo`);
    client.send({ cmd_id: cmd, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "BTCUSDT" }] } });
    assert.equal((await client.next())["ret"], 200);
    return client;
  };
  return { feed, gateway, subscribe };
}

const socketOf = (client: TestClient): Socket => (client.ws as unknown as { _socket: Socket })._socket;
const seqOf = (frame: Json): number => Number((frame["data"] as Json)["seq"]);

async function outcome(http: string, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(new RegExp(`^tickwire_messages_total\\{outcome="${name}"\\} (\\d+)$`, "m").exec(text)?.[1]);
}

test("books to a reader that paused are conflated; it ends with the newest, and every loss is counted", async () => {
  const { feed, gateway, subscribe } = await open();
  await using _closing = gateway;
  const [slow, quick] = await Promise.all([subscribe(22002), subscribe(22002)]);
  socketOf(slow).pause();
  const total = 60_000;
  for (let seq = 1; seq <= total; seq++) {
    feed.sink.book(book(seq) as never);
    if (seq % 500 === 0) await nextTurn();
  }
  await quick.next((frame) => seqOf(frame) === total);
  assert.ok(quick.frames.length <= total + 1);
  socketOf(slow).resume();
  await slow.next((frame) => seqOf(frame) === total);
  const seqs = slow.frames.slice(1).map(seqOf);
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
    "order holds",
  );
  assert.ok(seqs.length < total, "some were conflated");
  const counts = await Promise.all(
    ["published", "sent", "conflated", "dropped"].map((name) => outcome(gateway.http, name)),
  );
  const [published, sent, conflated, dropped] = counts as [number, number, number, number];
  assert.equal(published, 2 * total + 2);
  assert.equal(published, sent + conflated + dropped);
  assert.equal(dropped, 0);
  assert.equal(conflated, published - slow.frames.length - quick.frames.length);
});

test("trades are never conflated: a reader too far behind is closed, and the others do not notice", async () => {
  const { feed, gateway, subscribe } = await open();
  await using _closing = gateway;
  const [slow, quick] = await Promise.all([subscribe(22004), subscribe(22004)]);
  socketOf(slow).pause();
  const slowSide = new Promise<void>((resolve) => slow.ws.once("close", () => resolve()));
  let seq = 0;
  while (seq < 200_000 && (await outcome(gateway.http, "dropped")) === 0) {
    for (let i = 0; i < 2_000; i++) feed.sink.trade(trade(++seq) as never);
    await nextTurn();
    await quick.next((frame) => seqOf(frame) === seq);
  }
  assert.ok((await outcome(gateway.http, "dropped")) > 0, "the cap was reached");
  assert.deepEqual(
    quick.frames.slice(1).map(seqOf),
    Array.from({ length: seq }, (_, at) => at + 1),
  );
  socketOf(slow).resume();
  await slowSide;
  const seqs = slow.frames.slice(1).map(seqOf);
  assert.deepEqual(
    seqs,
    Array.from({ length: seqs.length }, (_, at) => at + 1),
    "what it got has no hole",
  );
  const [published, sent, conflated, dropped] = await Promise.all(
    ["published", "sent", "conflated", "dropped"].map((name) => outcome(gateway.http, name)),
  );
  assert.equal(published, sent! + conflated! + dropped!);
  assert.equal(conflated, 0);
  await once(quick.ws, "close", { signal: AbortSignal.timeout(1) }).catch(() => {});
  assert.equal(quick.ws.readyState, quick.ws.OPEN);
});
