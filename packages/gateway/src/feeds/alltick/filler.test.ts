/** When minutes are fetched, and by which token. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { instrumentOf } from "./instruments.ts";
import { Filler } from "./filler.ts";
import { Known } from "./known.ts";
import type { UpstreamClient } from "./upstream-client.ts";
import { bar, open, settle, Seen, trade } from "../../../../../test/support/alltick-feed-stage.ts";
import { FakeClock } from "../../../../../test/support/fake-clock.ts";

const MINUTE = 60_000;

it("asks for no minutes when its timer comes a little early, and for them when they are settled", async () => {
  // The host's timers and its clock are not the same: a timer may come a millisecond before its time.
  const clock = new FakeClock();
  const early = { now: () => clock.now() - 1, after: clock.after.bind(clock), every: clock.every.bind(clock) };
  const hasty = { ...early, after: (ms: number, run: () => void) => clock.after(Math.max(0, ms - 1), run) };
  const seen = new Seen();
  const counts: (number | undefined)[] = [];
  const client = {
    kline: async ({ count }: { readonly count?: number | undefined }) => (counts.push(count), []),
  } as unknown as UpstreamClient;
  const known = new Known("BTCUSDT", instrumentOf("BTCUSDT", clock.now())!, undefined);
  const filler = new Filler({
    feed: "f",
    clock: hasty,
    sink: seen,
    memory: seen.memory,
    plan: "basic",
    width: 1,
    client: () => client,
    known: () => known,
  });
  filler.hole({ from: clock.now() - 10_000, to: clock.now(), codes: ["BTCUSDT"], cause: "connection" });
  for (let step = 0; step < 12; step++) {
    clock.advance(10_000);
    await settle();
  }
  assert.deepEqual(counts, [4]);
  filler.stop();
});

it("takes no bars at all of what trades for a failure, and asks again", async () => {
  const { feed, clock, clients, seen } = await open("token=env:A&plan=basic&codes=BTCUSDT");
  const [client] = clients;
  client!.accept("general");
  client!.options.onTrade?.(trade("BTCUSDT", 1, clock.now()));
  clock.advance(2 * MINUTE);
  await settle();
  const hole = { from: clock.now() - 1_000, to: clock.now(), codes: ["BTCUSDT"], cause: "x", filledBy: undefined };
  client!.options.onHole?.(hole);
  clock.advance(2 * MINUTE);
  await settle();
  assert.deepEqual(
    seen.gaps.map(({ filledBy }) => filledBy),
    [""],
  );
  client!.minutes = (code, count) =>
    Array.from({ length: count }, (_, at) =>
      bar(code, (Math.floor(clock.now() / MINUTE) - count + 1 + at) * MINUTE, true),
    );
  for (let round = 0; round < 3; round++) {
    clock.advance(2 * MINUTE);
    await settle();
  }
  assert.deepEqual(
    seen.gaps.map(({ filledBy }) => filledBy),
    ["", "kline"],
  );
  await feed.stop();
});

it("asks nothing over HTTP with a token that was refused, where another one is left", async () => {
  const { feed, clock, clients } = await open("token=env:A,env:B&plan=basic&codes=BTCUSDT,TSLA.US");
  for (const client of clients) client.accept("general", "stock");
  clients[0]!.enter("general", "failed");
  for (const client of clients) client.asked.length = 0;
  clock.advance(50);
  for (const client of clients) client.accept("stock");
  clients[1]!.accept("general");
  for (let round = 0; round < 6; round++) {
    clients[1]!.options.onTrade?.(trade("TSLA.US", round + 1, clock.now()));
    const hole = { from: clock.now() - 1_000, to: clock.now(), codes: ["TSLA.US"], cause: "x", filledBy: undefined };
    clients[1]!.options.onHole?.(hole);
    clock.advance(2 * MINUTE);
    await settle();
  }
  assert.ok(clients[1]!.asked.length > 6);
  assert.deepEqual(clients[0]!.asked, []);
  await feed.stop();
});

it("fills what a start finds open, as far as the question that is asked anyway reaches", async () => {
  const codes = ["BTCUSDT", "EURUSD"];
  const { feed, clock, clients, seen } = await open("token=env:A&plan=basic&codes=BTCUSDT,EURUSD", [], (now, name) =>
    [3 * 24 * 60, 20].map((minutes) => {
      const from = now - minutes * MINUTE;
      return { feed: name, from, to: from + MINUTE, codes, cause: "connection", filledBy: "" };
    }),
  );
  const [client] = clients;
  client!.minutes = (code, count, end = clock.now()) =>
    Array.from({ length: count }, (_, at) => bar(code, (Math.floor(end / MINUTE) - count + 1 + at) * MINUTE, true));
  client!.accept("general");
  const run = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      clock.advance(MINUTE);
      await settle();
    }
  };
  await run();
  const asked = client!.asked.filter((call) => call.startsWith("kline"));
  assert.deepEqual(
    seen.gaps.map(({ from, filledBy }) => [from, filledBy]),
    [[seen.left[1]!.from, "kline"]],
  );
  assert.ok(asked.length <= 6, asked.join());
  await feed.stop();
});
