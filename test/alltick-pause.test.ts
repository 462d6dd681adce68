/** A code that nobody watched for a while, in the hub: its day is whole again, and nothing that was missed becomes a trade. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { listen } from "./support/core-stage.ts";
import { Hub } from "../packages/gateway/src/core/hub.ts";
import { Market } from "../packages/gateway/src/core/market.ts";
import { FakeClock } from "./support/fake-clock.ts";
import { makeAllTickFeed } from "../packages/gateway/src/feeds/alltick/feed.ts";
import { readAllTickOptions } from "../packages/gateway/src/feeds/alltick/options.ts";
import { bar, FakeClient, settle, trade } from "./support/alltick-feed-stage.ts";

const day = (volume: number) => (code: string) => [
  { ...bar(code, Date.UTC(2026, 2, 11), false, volume), period: "1d" as const },
];

test("after a pause the first snapshots tell the upstream's day, and trades only what was pushed", async () => {
  const clock = new FakeClock();
  const hub = new Hub();
  const market = new Market(hub);
  let client: FakeClient | undefined;
  const feed = makeAllTickFeed(readAllTickOptions(new URLSearchParams("token=env:A&plan=basic")), {
    clock,
    secrets: new Map([["env:A", "secret"]]),
    makeClient: (options) => (client = new FakeClient(options)),
  });
  hub.onWatch((id, watched) => feed.watch?.(id, watched));
  await feed.start(market.sink(feed.name));
  assert.ok(feed.want("BTCUSDT"));
  const channel = hub.channel("BTCUSDT");
  const trades = listen(channel, "trade");
  const snapshots = listen(channel, "snapshot");
  const push = async (seq: number, time = clock.now()): Promise<void> => {
    client!.options.onTrade?.(trade("BTCUSDT", seq, time));
    clock.advance(2_000);
    await settle();
  };
  feed.watch?.("BTCUSDT", true);
  clock.advance(100);
  client!.days = day(50);
  client!.accept("general");
  clock.advance(1_000);
  await settle();
  // The answer counts once it is sure that no trade came with it.
  clock.advance(100);
  await push(1);
  feed.watch?.("BTCUSDT", false);
  clock.advance(600_000);
  await settle();
  assert.deepEqual(client!.trades, []);
  client!.days = day(5_000);
  feed.watch?.("BTCUSDT", true);
  clock.advance(100);
  client!.accept("general");
  // The last trade is told to whoever subscribes, again and again.
  const last = clock.now();
  for (let round = 0; round < 3; round++) await push(900, last);
  await push(901);
  assert.deepEqual(
    trades.map(({ seq, volume }) => [seq, volume]),
    [1, 900, 901].map((seq) => [seq, 1]),
  );
  assert.deepEqual([snapshots[0]?.volume, snapshots.at(-1)?.volume], [51, 5_001]);
  assert.deepEqual(Object.fromEntries(market.gaps), { unwatched: { open: 1, filled: 0 } });
  await feed.stop();
});
