/** An upstream tells its last trade again to whoever subscribes: after a restart, too, it is stored and told once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trade } from "@tickwire/protocol/model";
import { loadConfig } from "../packages/gateway/src/config.ts";
import { Hub } from "../packages/gateway/src/core/hub.ts";
import { listen } from "./support/core-stage.ts";
import { Market } from "../packages/gateway/src/core/market.ts";
import { FakeClock } from "./support/fake-clock.ts";
import { makeLogger } from "../packages/gateway/src/log.ts";
import { joinPast, openHistory } from "../packages/gateway/src/past.ts";
import type { Feed } from "../packages/gateway/src/ports/feed.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { BTCUSDT } from "./support/samples.ts";

const START = Date.UTC(2026, 2, 10, 2);
const MINUTE = 60_000;

const trade = (seq: number): Trade => ({
  id: "BTCUSDT",
  seq,
  time: START + seq * 1_000,
  price: 100,
  volume: 1,
  turnover: 100,
  direction: 1,
});

const numbers = (list: readonly Trade[]): number[] => list.map(({ seq }) => seq);

/** What a gateway told live, counted as strange, and has stored, after a feed sent these trades and `later` has passed. */
async function run(
  folder: string,
  clock: FakeClock,
  seqs: readonly number[],
  later: number,
  timeline: Feed["timeline"],
) {
  const { config } = await loadConfig({ port: "0" }, { TICKWIRE_DATA: folder });
  const hub = new Hub();
  const market = new Market(hub);
  const history = await openHistory(config, clock);
  const log = makeLogger("silent", { pretty: false, colour: false });
  const feed: Feed = {
    name: "numbered",
    timeline,
    start: async () => undefined,
    stop: async () => undefined,
    status: () => ({ state: "running", detail: "", time: 0 }),
    want: () => false,
  };
  const past = await joinPast({ config, history, hub, market, feeds: [feed], log });
  const told = listen(hub.channel("BTCUSDT"), "trade");
  const sink = market.sink(feed.name);
  past.admit(feed, sink);
  sink.instrument(BTCUSDT);
  for (const seq of seqs) sink.trade(trade(seq));
  clock.advance(later);
  sink.advance(clock.now());
  await history.flush();
  const { trades } = await history.readTrades("BTCUSDT", 0, Infinity, undefined, 100);
  await history.close();
  return { told: numbers(told), stored: numbers(trades), strange: Object.fromEntries(market.anomalies) };
}

for (const [what, later] of [
  ["that no bar covers", 5_000],
  ["that a bar covers", 10 * MINUTE],
] as const) {
  test(`a last trade ${what} comes again after a restart`, async () => {
    const folder = makeDataFolder();
    const clock = new FakeClock(START);
    assert.deepEqual((await run(folder, clock, [1, 2, 3], later, "wall")).stored, [1, 2, 3]);
    assert.deepEqual(await run(folder, clock, [3, 4], 0, "wall"), {
      told: [4],
      stored: [1, 2, 3, 4],
      strange: { "trade-duplicate": 1 },
    });
  });
}

test("a replay that is played again tells its trades again", async () => {
  const folder = makeDataFolder();
  const clock = new FakeClock(START);
  await run(folder, clock, [1, 2, 3], MINUTE, "wall");
  const { told, strange } = await run(folder, clock, [1, 2, 3], MINUTE, "event");
  assert.deepEqual([told, strange], [[1, 2, 3], {}]);
});
