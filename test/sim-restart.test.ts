/** The simulator goes on where the store ends: a gateway's parts are started twice on one data directory, on a clock of the test's own. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Kline, type Period, type Snapshot } from "@tickwire/protocol/model";
import { loadConfig } from "../packages/gateway/src/config.ts";
import { Hub } from "../packages/gateway/src/core/hub.ts";
import { listen } from "./support/core-stage.ts";
import { Market } from "../packages/gateway/src/core/market.ts";
import { FakeClock } from "./support/fake-clock.ts";
import { makeSimFeed } from "../packages/gateway/src/feeds/sim/feed.ts";
import { SIM_DEFAULTS } from "../packages/gateway/src/feeds/sim/options.ts";
import { makeLogger } from "../packages/gateway/src/log.ts";
import { joinPast, openHistory } from "../packages/gateway/src/past.ts";
import { makeDataFolder } from "./support/data-folder.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Tuesday 2026-03-10, 10:00 in China. */
const MORNING = Date.UTC(2026, 2, 10, 2);
const IDS = ["BTCUSDT", "rb2605", "600519.SH", "HSI.HK", "EURUSD"] as const;
type Id = (typeof IDS)[number];

/** What one run of a gateway showed of an instrument. */
interface Seen {
  readonly snapshots: readonly Snapshot[];
  readonly first: number;
  readonly last: number;
  bars(period: Period): Promise<readonly Kline[]>;
}

/** Runs from the clock's time for so long, looks, and closes. */
async function run(folder: string, clock: FakeClock, ms: number, look: (seen: Map<Id, Seen>) => Promise<void>) {
  const { config } = await loadConfig({ port: "0" }, { TICKWIRE_DATA: folder });
  const hub = new Hub();
  const market = new Market(hub);
  const feed = makeSimFeed({ ...SIM_DEFAULTS, rate: 2, instruments: IDS }, clock);
  const history = await openHistory(config, clock);
  const log = makeLogger("silent", { pretty: false, colour: false });
  const past = await joinPast({ config, history, hub, market, feeds: [feed], log });
  const heard = new Map(
    IDS.map((id) => [id, { snapshots: listen(hub.channel(id), "snapshot"), trades: listen(hub.channel(id), "trade") }]),
  );
  const seenOf = (): [Id, Seen][] =>
    Array.from(heard, ([id, { snapshots, trades }]) => {
      const [first, last] = [snapshots.find((each) => each.last > 0)!.last, trades.at(-1)!.price];
      return [id, { snapshots, first, last, bars: (period) => past.bars.bars(id, period, Infinity, 500) }];
    });
  const sink = market.sink();
  past.admit(feed, sink);
  try {
    await feed.start(sink);
    clock.advance(ms);
    // Snapshots that wait for their turn go out.
    sink.advance(clock.now() + SECOND);
    await history.flush();
    await look(new Map(seenOf()));
  } finally {
    await feed.stop();
    await history.close();
  }
}

/** Largest step from one price to the next that is ordinary: ten times the usual of a run. */
function ordinary({ snapshots }: Seen): number {
  const prices = snapshots.map(({ last }) => last).filter((last) => last > 0);
  const steps = prices.slice(1).map((price, at) => Math.abs(price / prices[at]! - 1));
  return 10 * Math.max(1e-5, Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0) / steps.length));
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.abs(b);

/** The ticker and the bar of the day say the same. */
async function agree(id: string, { snapshots, bars }: Seen): Promise<void> {
  const { open, high, low, volume } = snapshots.at(-1)!;
  const day = (await bars("1d")).at(-1)!;
  assert.deepEqual([day.open, day.high, day.low], [open, high, low], id);
  assert.ok(near(day.volume, volume), `${id}: volume ${day.volume}, ${volume}`);
}

describe("the simulator on a data directory that it was on before", () => {
  it("goes on within the trading day: price, day and past as they were", async () => {
    const folder = makeDataFolder();
    const clock = new FakeClock(MORNING + 17 * SECOND);
    const before = new Map<Id, Seen & { readonly charts: readonly (readonly Kline[])[] }>();
    const charts = (seen: Seen) => Promise.all((["1m", "4h", "1d", "1M"] as const).map((period) => seen.bars(period)));
    await run(folder, clock, 5 * MINUTE, async (seen) => {
      for (const [id, each] of seen) {
        await agree(id, each);
        before.set(id, { ...each, charts: await charts(each) });
      }
    });
    for (const pause of [20 * SECOND, 40 * MINUTE]) {
      clock.advance(pause);
      await run(folder, clock, 2 * MINUTE, async (seen) => {
        for (const [id, each] of seen) {
          const known = before.get(id)!;
          const jump = Math.abs(each.first / known.last - 1);
          assert.ok(jump <= ordinary(known), `${id}: ${known.last} went on at ${each.first}`);
          const [old, now] = [known.snapshots.at(-1)!, each.snapshots.find(({ last }) => last > 0)!];
          assert.equal(now.open, old.open, id);
          assert.ok(now.high >= old.high && now.low <= old.low, id);
          assert.ok(now.volume >= old.volume * (1 - 1e-12), `${id}: ${old.volume} became ${now.volume}`);
          assert.ok(now.turnover >= old.turnover * (1 - 1e-12), `${id}: ${old.turnover} became ${now.turnover}`);
          assert.deepEqual([now.preClose, now.preSettlement], [old.preClose, old.preSettlement], id);
          await agree(id, each);
          const fresh = await charts(each);
          for (const [at, chart] of known.charts.entries()) {
            // The last bar goes on, and a page that is full lets its oldest go.
            const times = new Set(chart.slice(0, -1).map(({ time }) => time));
            const same = fresh[at]!.filter(({ time }) => times.has(time));
            assert.ok(same.length > 0 || chart.length < 2, id);
            assert.deepEqual(same, chart.slice(0, -1).slice(-same.length), id);
          }
          before.set(id, { ...each, charts: fresh });
        }
      });
    }
  });

  it("begins the next trading day from what is stored of the one before", async () => {
    const folder = makeDataFolder();
    const clock = new FakeClock(MORNING);
    const before = new Map<
      Id,
      { readonly last: number; readonly average: number; readonly minutes: readonly Kline[] }
    >();
    await run(folder, clock, 3 * MINUTE, async (seen) => {
      for (const [id, { last, snapshots, bars }] of seen) {
        before.set(id, { last, average: snapshots.at(-1)!.average, minutes: await bars("1m") });
      }
    });
    clock.advance(26 * HOUR);
    const begun = Math.floor(clock.now() / MINUTE) * MINUTE;
    await run(folder, clock, MINUTE, async (seen) => {
      for (const [id, { first, snapshots, bars }] of seen) {
        const known = before.get(id)!;
        assert.ok(Math.abs(first / known.last - 1) < 0.005, `${id}: ${known.last} went on at ${first}`);
        const { preClose, volume, preSettlement } = snapshots.at(-1)!;
        assert.equal(preClose, known.last, id);
        if (id === "rb2605") assert.equal(preSettlement, Math.round(known.average));
        const minutes = await bars("1m");
        const oldest = known.minutes.findIndex(({ time }) => time === minutes[0]!.time);
        const same = known.minutes.slice(oldest, -1);
        assert.deepEqual(minutes.slice(0, same.length), same, id);
        const traded = minutes.filter(({ time }) => time >= begun).reduce((sum, bar) => sum + bar.volume, 0);
        assert.ok(near(traded, volume), `${id}: volume ${traded}, ${volume}`);
      }
    });
  });
});
