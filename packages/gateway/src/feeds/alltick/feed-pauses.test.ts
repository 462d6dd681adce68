/** What flows, pauses and flows again: the gap that is told, and what fills it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "@tickwire/client";
import type { Kline } from "@tickwire/protocol/model";
import { bar, open, settle, trade, watch, type Stage } from "../../../../../test/support/alltick-feed-stage.ts";

const MINUTE = 60_000;

/** Long enough for a code that nobody watches to be let go. */
const LET_GO = 35_000;

/** The newest `count` minutes, the last of them forming, as a service tells them that goes back to `since`. */
function minutesOf({ clock }: Stage, since = -Infinity) {
  return (code: string, count: number): Kline[] => {
    const now = Math.floor(clock.now() / MINUTE) * MINUTE;
    const bars = Array.from({ length: count }, (_, at) => bar(code, now - (count - 1 - at) * MINUTE, at < count - 1));
    return bars.filter(({ time }) => time >= since);
  };
}

/** Lets time pass in steps, as fetching does. */
async function pass({ clock }: Stage, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    clock.advance(Math.min(left, 10_000));
    await settle();
  }
}

async function flowing(spec = "token=env:A&plan=basic"): Promise<Stage> {
  const stage = await open(spec);
  watch(stage, "BTCUSDT");
  stage.clients[0]!.minutes = minutesOf(stage);
  stage.clients[0]!.accept("general");
  await pass(stage, 100_000);
  return stage;
}

describe("alltick feed: a code that nobody watches for a while", () => {
  it("has a gap from its last event to when it flows again, filled by bars, and its day so far is asked for", async () => {
    const stage = await flowing();
    const { feed, clock, seen, clients } = stage;
    const last = clock.now();
    clients[0]!.options.onTrade?.(trade("BTCUSDT", 1, last));
    await pass(stage, 5_000);
    feed.watch?.("BTCUSDT", false);
    await pass(stage, LET_GO + 600_000);
    assert.deepEqual(clients[0]!.trades, []);
    assert.deepEqual(seen.gaps, []);
    clients[0]!.asked.length = seen.kept.length = seen.events.length = 0;
    clients[0]!.days = (code) => [{ ...bar(code, Date.UTC(2026, 2, 11), false, 1_000), period: "1d" }];
    watch(stage, "BTCUSDT");
    const back = clock.now();
    clients[0]!.accept("general");
    const gap = { feed: feed.name, from: last, to: back, codes: ["BTCUSDT"], cause: "unwatched", filledBy: "" };
    assert.deepEqual(seen.gaps, [gap]);
    clients[0]!.options.onTrade?.(trade("BTCUSDT", 900, clock.now()));
    assert.deepEqual(seen.events, ["trade BTCUSDT 100 1"], "what was missed is no trade");
    await pass(stage, 90_000);
    assert.deepEqual(
      clients[0]!.asked.filter((call) => call.startsWith("batch")),
      ["batch BTCUSDT"],
    );
    assert.equal(seen.references.at(-1)![1].today?.volume, 1_000);
    const kept = seen.kept.filter(({ period }) => period === "1m").map(({ time }) => time);
    assert.equal(Math.min(...kept), Math.floor(last / MINUTE) * MINUTE);
    assert.equal(Math.max(...kept), Math.floor(back / MINUTE) * MINUTE);
    assert.deepEqual(seen.gaps.at(-1), { ...gap, filledBy: "kline" });
    await feed.stop();
  });

  it("has one as well where it never ticked while it flowed, and each time anew", async () => {
    const stage = await flowing();
    const from = stage.clock.now() - 100_000;
    for (let round = 0; round < 2; round++) {
      stage.feed.watch?.("BTCUSDT", false);
      await pass(stage, LET_GO);
      watch(stage, "BTCUSDT");
      stage.clients[0]!.accept("general");
    }
    const told = stage.seen.gaps.filter(({ filledBy }) => filledBy === "");
    assert.deepEqual(
      told.map(({ cause }) => cause),
      ["unwatched", "unwatched"],
    );
    assert.equal(told[0]!.from, from);
    assert.equal(told[1]!.from, told[0]!.to);
    await stage.feed.stop();
  });

  it("has none while it is kept for those who come back, nor where others still watch it", async () => {
    const stage = await flowing("token=env:A&plan=basic&codes=BTCUSDT");
    stage.feed.watch?.("BTCUSDT", false);
    await pass(stage, LET_GO);
    watch(stage, "BTCUSDT", "ETHUSDT");
    stage.clients[0]!.accept("general");
    stage.feed.watch?.("ETHUSDT", false);
    await pass(stage, 20_000);
    watch(stage, "ETHUSDT");
    stage.clients[0]!.accept("general");
    assert.deepEqual(stage.seen.gaps, []);
    await stage.feed.stop();
  });
});

describe("alltick feed: a code that the upstream no longer gives", () => {
  it("has a gap when it gives it again", async () => {
    const stage = await flowing("token=env:A&plan=basic&codes=BTCUSDT,ETHUSDT");
    const [client] = stage.clients;
    const last = stage.clock.now();
    for (const code of ["BTCUSDT", "ETHUSDT"]) client!.options.onTrade?.(trade(code, 1, last));
    const answer = (bad: string): void => {
      for (let round = 0; round < 8; round++) {
        if (client!.trades.includes(bad)) client!.refuse("general", 604);
        else client!.accept("general");
        stage.clock.advance(50);
      }
    };
    answer("ETHUSDT");
    assert.deepEqual(client!.trades, ["BTCUSDT"]);
    await pass(stage, 3_700_000);
    answer("");
    const told = stage.seen.gaps.filter(({ filledBy, codes }) => filledBy === "" && codes[0] === "ETHUSDT");
    assert.deepEqual(
      told.map(({ cause, from }) => [cause, from]),
      [["refused", last]],
    );
    assert.ok(told[0]!.to > last + 3_600_000);
    await stage.feed.stop();
  });

  it("is counted, and does not count as flowing, where nothing tells what to do about it", async () => {
    const stage = await open("token=env:A&plan=basic&codes=BTCUSDT");
    stage.clients[0]!.refuse("general", 400);
    await pass(stage, 5_000);
    assert.deepEqual(stage.seen.anomalies, ["alltick-list-refused"]);
    assert.equal(stage.clients[0]!.asked.length, 0);
    stage.clients[0]!.enter("general", "connecting");
    stage.clients[0]!.accept("general");
    await pass(stage, 5_000);
    assert.ok(stage.clients[0]!.asked.includes("batch BTCUSDT"), "another connection may take it");
    await stage.feed.stop();
  });
});

describe("alltick feed: a code whose token failed for good", () => {
  it("has a gap until it flows by another token", async () => {
    const stage = await open("token=env:A,env:B&plan=basic&codes=BTCUSDT");
    const [a, b] = stage.clients;
    a!.accept("general");
    const last = stage.clock.now();
    a!.options.onTrade?.(trade("BTCUSDT", 1, last));
    await pass(stage, 10_000);
    a!.states.general = "failed";
    a!.options.onEndpointStatus?.("general", a!.statusOf("general")!);
    await pass(stage, 10_000);
    b!.accept("general");
    assert.deepEqual(
      stage.seen.gaps.map(({ cause, from, to }) => [cause, from, to]),
      [["connection", last, last + 20_000]],
    );
    await stage.feed.stop();
  });
});

describe("alltick feed: what is fetched", () => {
  it("closes a hole that was told again with a later end only when it reaches that", async () => {
    const stage = await flowing();
    const [client] = stage.clients;
    const from = stage.clock.now();
    const hole = { from, codes: ["BTCUSDT"], cause: "1006", filledBy: undefined };
    client!.options.onHole?.({ ...hole, to: from + 1_000 });
    await pass(stage, 10_000);
    client!.options.onHole?.({ ...hole, to: from + 60_000 });
    await pass(stage, 150_000);
    assert.deepEqual(
      stage.seen.gaps.map(({ to, filledBy }) => [to - from, filledBy]),
      [
        [1_000, ""],
        [60_000, ""],
        [60_000, "kline"],
      ],
    );
    await stage.feed.stop();
  });

  it("has no hole that ends before it begins, though the upstream's clock is ahead", async () => {
    const stage = await flowing();
    const to = stage.clock.now();
    stage.clients[0]!.options.onHole?.({ from: to + 5, to, codes: ["BTCUSDT"], cause: "1006", filledBy: undefined });
    assert.deepEqual(
      stage.seen.gaps.map(({ from, to: end }) => [from, end]),
      [[to, to]],
    );
    await stage.feed.stop();
  });

  it("leaves a hole open whose beginning the service does not go back to, though it tells of its end", async () => {
    const stage = await flowing();
    const to = stage.clock.now();
    stage.clients[0]!.minutes = minutesOf(stage, to - 10 * MINUTE);
    const from = to - 1_000 * MINUTE;
    stage.clients[0]!.options.onHole?.({ from, to, codes: ["BTCUSDT"], cause: "1006", filledBy: undefined });
    await pass(stage, 200_000);
    assert.deepEqual(
      stage.seen.gaps.map(({ filledBy }) => filledBy),
      [""],
    );
    assert.ok(stage.seen.kept.length > 5, "what it tells is kept all the same");
    await stage.feed.stop();
  });

  it("is asked for again while the service cannot answer, and no more where it never will", async () => {
    const stage = await open("token=env:A&plan=basic&codes=BTCUSDT");
    const [client] = stage.clients;
    let error: ClientError | undefined = new ClientError("refused", "429", 429, true);
    client!.minutes = client!.days = () => {
      if (error !== undefined) throw error;
      return [bar("BTCUSDT", Math.floor(stage.clock.now() / MINUTE) * MINUTE - 600_000, true)];
    };
    client!.accept("general");
    await pass(stage, 60_000);
    assert.deepEqual([stage.seen.references.length, stage.seen.kept.length], [0, 0]);
    error = undefined;
    await pass(stage, 60_000);
    assert.deepEqual([stage.seen.references.length, stage.seen.kept.length > 0], [1, true]);
    error = new ClientError("refused", "402", 402, false);
    const to = stage.clock.now();
    client!.asked.length = 0;
    client!.options.onHole?.({ from: to - 1, to, codes: ["BTCUSDT"], cause: "1006", filledBy: undefined });
    await pass(stage, 600_000);
    assert.deepEqual(client!.asked.map((call) => call.split(" ")[0]).toSorted(), ["batch", "kline"]);
    await stage.feed.stop();
  });
});

describe("alltick feed: two names of one instrument", () => {
  it("take one place, and either is understood in what comes", async () => {
    const stage = await open("token=env:A&codes=XAUUSD,GOLD");
    assert.deepEqual(stage.clients[0]!.trades, ["XAUUSD"]);
    for (const [at, name] of ["GOLD", "XAUUSD"].entries()) {
      stage.clients[0]!.options.onTrade?.(trade(name, at + 1, stage.clock.now(), 4_101));
    }
    assert.deepEqual(stage.seen.events, ["trade GOLD 4101 1", "trade GOLD 4101 1"]);
    assert.deepEqual(stage.seen.anomalies, []);
    await stage.feed.stop();
  });
});
