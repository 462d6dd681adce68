/** A reader that stops reading: conflated where that is allowed, closed where it is not, counted always, and alone in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HandFeed, openGateway } from "./support/gateway.ts";
import { TestClient, type Json } from "./support/client.ts";
import { BTCUSDT } from "./support/samples.ts";

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

interface Stage extends AsyncDisposable {
  readonly feed: HandFeed;
  readonly http: string;
  subscribe(cmd: number): Promise<TestClient>;
}

async function open(): Promise<Stage> {
  const feed = new HandFeed((sink) => void sink.instrument(BTCUSDT));
  const gateway = await openGateway(LIMITS, [feed]);
  const subscribe = async (cmd: number): Promise<TestClient> => {
    const client = await TestClient.open(`${gateway.ws}/quote-b-ws-api?token=demo`);
    client.send({ cmd_id: cmd, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "BTCUSDT" }] } });
    assert.equal((await client.next())["ret"], 200);
    return client;
  };
  return { feed, http: gateway.http, subscribe, [Symbol.asyncDispose]: () => gateway.gateway.close() };
}

const seqOf = (frame: Json): number => Number((frame["data"] as Json)["seq"]);

async function outcome(http: string, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(new RegExp(`^tickwire_messages_total\\{outcome="${name}"\\} (\\d+)$`, "m").exec(text)?.[1]);
}

test("books to a reader that paused are conflated; it ends with the newest, and every loss is counted", async () => {
  await using stage = await open();
  const { feed, http, subscribe } = stage;
  const [slow, quick] = await Promise.all([subscribe(22002), subscribe(22002)]);
  slow.ws.pause();
  const total = 60_000;
  for (let seq = 1; seq <= total; seq++) {
    feed.sink.book(book(seq) as never);
    if (seq % 500 === 0) await nextTurn();
  }
  await quick.next((frame) => seqOf(frame) === total);
  assert.ok(quick.frames.length <= total + 1);
  slow.ws.resume();
  await slow.next((frame) => seqOf(frame) === total);
  const seqs = slow.frames.slice(1).map(seqOf);
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
    "order holds",
  );
  assert.ok(seqs.length < total, "some were conflated");
  const counts = await Promise.all(["published", "sent", "conflated", "dropped"].map((name) => outcome(http, name)));
  const [published, sent, conflated, dropped] = counts as [number, number, number, number];
  assert.equal(published, 2 * total + 2);
  assert.equal(published, sent + conflated + dropped);
  assert.equal(dropped, 0);
  assert.equal(conflated, published - slow.frames.length - quick.frames.length);
});

test("trades are never conflated: a reader too far behind is closed, and the others do not notice", async () => {
  await using stage = await open();
  const { feed, http, subscribe } = stage;
  const [slow, quick] = await Promise.all([subscribe(22004), subscribe(22004)]);
  slow.ws.pause();
  let seq = 0;
  while (seq < 200_000 && (await outcome(http, "dropped")) === 0) {
    for (let i = 0; i < 2_000; i++) feed.sink.trade(trade(++seq) as never);
    await nextTurn();
    await quick.next((frame) => seqOf(frame) === seq);
  }
  assert.ok((await outcome(http, "dropped")) > 0, "the cap was reached");
  assert.deepEqual(
    quick.frames.slice(1).map(seqOf),
    Array.from({ length: seq }, (_, at) => at + 1),
  );
  slow.ws.resume();
  await slow.closed;
  const seqs = slow.frames.slice(1).map(seqOf);
  assert.deepEqual(
    seqs,
    Array.from({ length: seqs.length }, (_, at) => at + 1),
    "what it got has no hole",
  );
  const [published, sent, conflated, dropped] = await Promise.all(
    ["published", "sent", "conflated", "dropped"].map((name) => outcome(http, name)),
  );
  assert.equal(published, sent! + conflated! + dropped!);
  assert.equal(conflated, 0);
  quick.send({ cmd_id: 22000, seq_id: 2, trace: "alive", data: {} });
  assert.equal((await quick.next())["cmd_id"], 22001);
});
