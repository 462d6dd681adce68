/** Recordings through the market: every row accounted for, every trade of the day, nothing strange on a wire. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import type { Snapshot } from "@tickwire/protocol/model";
import { ROOT } from "./support/process.ts";
import { countLeftOut, readCsv, replay, type Replayed } from "./support/replayed.ts";

const FIXTURES = `${ROOT}test/fixtures/replay/`;
const DATA = `${ROOT}../shared/data/`;

const RECORDED: readonly (readonly [name: string, files: readonly string[]])[] = [
  [
    "ru1901 of SHFE, two days with their nights",
    ["ru1901/20181008.tick-ctp.csv.gz", "ru1901/20181009.tick-ctp.csv.gz"],
  ],
  [
    "IF2101 of CFFEX, two days",
    ["IF2101/CFFEX.IF.HOT_tick_20210104.csv.gz", "IF2101/CFFEX.IF.HOT_tick_20210105.csv.gz"],
  ],
  ["AP010 of CZCE", ["AP010/20200806.tick-ctp.csv.gz"]],
  ["220 instruments of SimNow", ["simnow-dce/all_instruments.csv.gz"]],
];

/** China time of an event, `MM-DD HH:MM:SS.mmm`. */
function toChinaTime(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(5, 23).replace("T", " ");
}

/** Volume by instrument and trading day, the day that was joined midway from its first row: from the file alone. */
function readDayVolumes(files: readonly string[]): Map<string, number> {
  const days = new Map<string, number>();
  const joined = new Map<string, { readonly day: string; readonly volume: number }>();
  for (const row of files.flatMap(readCsv)) {
    const id = row["InstrumentID"] ?? row["code"]!;
    const day = row["TradingDay"] ?? row["trading_date"]!;
    const volume = Number(row["Volume"] ?? row["total_volume"]);
    const first = joined.get(id) ?? { day, volume };
    joined.set(id, first);
    days.set(`${id} ${day}`, volume - (first.day === day ? first.volume : 0));
  }
  return days;
}

/** Volume by instrument and trading day, as the derived trades add up. */
function addTrades({ trades, snapshots }: Replayed): Map<string, number> {
  const dayAt = new Map(snapshots.map(({ id, time, tradingDay }) => [`${id} ${time}`, tradingDay]));
  const days = new Map(snapshots.map(({ id, tradingDay }) => [`${id} ${tradingDay}`, 0]));
  for (const { id, time, volume } of trades) {
    const key = `${id} ${dayAt.get(`${id} ${time}`)}`;
    days.set(key, days.get(key)! + volume);
  }
  return days;
}

function assertInOrder(events: readonly { readonly id: string; readonly time: number }[]): void {
  const newest = new Map<string, number>();
  for (const { id, time } of events) {
    assert.ok(time >= (newest.get(id) ?? 0), `${id} went back to ${toChinaTime(time)}`);
    newest.set(id, time);
  }
}

/** No frame holds what is no number, no empty value, and no mark for "none". */
function assertClean(texts: readonly string[]): void {
  for (const text of texts) assert.doesNotMatch(text, /NaN|Infinity|null|undefined|e\+|1\.79769/);
}

for (const [name, paths] of RECORDED) {
  const files = paths.map((path) => DATA + path);
  const skip = files.every((file) => existsSync(file)) ? false : `no recording at ${files[0]}`;
  test(
    `${name}: every row is published or counted, trades add up to the day, time runs forward`,
    { skip },
    async () => {
      const played = await replay(files);
      assert.equal(played.status.state, "ended");
      const rows = files.reduce((sum, file) => sum + readCsv(file).length, 0);
      assert.equal(played.snapshots.length + countLeftOut(played), rows);
      assert.deepEqual(addTrades(played), readDayVolumes(files));
      for (const events of [played.trades, played.books, played.snapshots]) assertInOrder(events);
      assertClean(played.texts);
      assert.ok(played.texts.length > 2 * rows);
    },
  );
}

const AP010 = `${DATA}AP010/20200806.tick-ctp.csv.gz`;
test(
  "CZCE's turnover comes out as money, its average as a price",
  { skip: !existsSync(AP010) && "no recording" },
  async () => {
    const { snapshots, anomalies } = await replay([AP010]);
    const last = snapshots.at(-1)!;
    assert.deepEqual([last.turnover, last.average, last.volume], [12_285_039_330, 7081, 173_493]);
    assert.equal(toChinaTime(snapshots[0]!.time), "08-05 19:29:42.000");
    assert.deepEqual(
      [snapshots[0]!.tradingDay, snapshots[0]!.high, snapshots[0]!.bids.prices.length],
      ["20200806", NaN, 0],
    );
    assert.deepEqual(anomalies, { "duplicate-row": 1, "turnover-back": 1 });
  },
);

test("strange rows of a day and its night", async () => {
  const { snapshots, trades, books, anomalies, status, texts } = await replay([`${FIXTURES}strange.csv`]);
  assert.deepEqual(anomalies, {
    "malformed-row": 2,
    "unknown-product": 1,
    "time-jump": 1,
    "duplicate-row": 1,
    "time-back": 1,
    "snapshot-time-back": 1,
  });
  assert.match(status.detail, /unknown products: zz2605/);
  const rows = snapshots.map(
    ({ time, tradingDay, last, volume }) => `${toChinaTime(time)} ${tradingDay} ${last} ${volume}`,
  );
  assert.deepEqual(rows, [
    "11-14 14:59:58.000 20251114 3100 1000",
    "11-14 14:59:59.500 20251114 3100 1010",
    "11-14 15:00:00.000 20251114 3101 1015",
    "11-14 21:00:00.500 20251117 3110 7",
    "11-14 21:00:01.000 20251117 3110 9",
  ]);
  const derived = trades.map(({ price, volume, turnover, direction }) => [price, volume, turnover, direction]);
  assert.deepEqual(derived, [
    [3100, 10, 310_000, 1],
    [3101, 5, 155_050, 1],
    [3110, 7, 217_700, 1],
    [3110, 2, 62_200, 1],
  ]);
  const levels = books.map(({ bids, asks }) => `${bids.prices.join(" ")} | ${asks.prices.join(" ")}`);
  assert.deepEqual(levels, ["3099 | 3100", "3099 3098 | 3100", "3101 3100 | ", "3109 | 3110"]);
  assert.deepEqual(
    snapshots.map(({ average }) => average.toFixed(2)),
    ["3080.00", "3080.20", "3080.30", "3110.00", "3110.00"],
  );
  assertClean(texts);
});

test("night sessions of DCE and CZCE get their real time and trading day", async () => {
  const { snapshots, trades, anomalies, texts } = await replay([`${FIXTURES}night-dates.csv`]);
  const rows = snapshots.map(
    ({ id, time, actionDay, tradingDay, volume }: Snapshot) =>
      `${id} ${toChinaTime(time)} ${actionDay} ${tradingDay} ${volume}`,
  );
  assert.deepEqual(rows, [
    "TA605 11-14 19:29:42.000 20251114 20251117 0",
    "TA605 11-14 20:59:00.000 20251114 20251117 5",
    "m2605 11-14 20:59:00.500 20251114 20251117 10",
    "TA605 11-14 22:59:59.000 20251114 20251117 8",
    "m2605 11-14 22:59:59.500 20251114 20251117 12",
    "TA605 11-17 09:00:00.000 20251117 20251117 9",
    "m2605 11-17 09:00:00.500 20251117 20251117 15",
  ]);
  // CZCE's turnover lacks the multiplier of 5 and falls once: there price x volume x multiplier stands in.
  const money = trades.filter(({ id }) => id === "TA605").map(({ volume, turnover }) => [volume, turnover]);
  assert.deepEqual(money, [
    [5, 117_550],
    [3, 70_550],
    [1, 23_520],
  ]);
  assert.deepEqual(anomalies, { "turnover-back": 1 });
  assertClean(texts);
});

test("the columns of other recorders: packed times, cumulative totals, binary noise", async () => {
  const { snapshots, trades, anomalies, texts } = await replay([`${FIXTURES}packed-times.csv`]);
  assert.deepEqual(anomalies, {});
  assert.deepEqual(
    snapshots.map(({ time }) => toChinaTime(time)),
    ["11-14 09:29:00.400", "11-14 09:30:00.000", "11-14 15:30:48.900"],
  );
  assert.deepEqual(
    snapshots.map(({ settlement }) => settlement),
    [NaN, NaN, 4599.6],
  );
  assert.deepEqual([...new Set(snapshots.map(({ upperLimit }) => upperLimit))], [5060.4]);
  assert.deepEqual(
    trades.map(({ volume, turnover }) => [volume, turnover]),
    [[2, 2_760_120]],
  );
  assert.deepEqual([snapshots[0]!.bids.prices, snapshots[0]!.asks.prices, snapshots[0]!.average], [[4599.8], [], NaN]);
  assertClean(texts);
});
