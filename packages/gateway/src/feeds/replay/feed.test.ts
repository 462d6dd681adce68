import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../../../test/support/fake-clock.ts";
import { makeReplayFeed } from "./feed.ts";
import { readReplayOptions } from "./options.ts";
import { RecordingSink, Shelf, toChinaTime } from "../../../../../test/support/replay-recordings.ts";
import { MORNING, playOut, settle, startReplay, type Stage } from "../../../../../test/support/replay-stage.ts";

const shelf = new Shelf();

function play(files: string, query = ""): Promise<Stage<FakeClock>> {
  return startReplay(new FakeClock(), files, query);
}

test("at full speed all goes out, the event loop gets its turns", async () => {
  const rows = Array.from(
    { length: 5_000 },
    (_, at) => `rb2605 20251114 ${new Date(36_000_000 + at * 500).toISOString().slice(11, 23)} 4000 ${at}`,
  );
  const stage = await play(shelf.ticks(...rows), "speed=max");
  const { sink, clock } = stage;
  await playOut(stage, 0);
  assert.equal(sink.snapshots.length, 5_000);
  const perTurn = sink.advances.map(([, count], at) => count - (sink.advances[at - 1]?.[1] ?? 0));
  assert.ok(Math.max(...perTurn) <= 1024, `${Math.max(...perTurn)} rows in one turn`);
  assert.deepEqual(sink.advances.at(-1), [sink.snapshots.at(-1)!.time, 5_000]);
  assert.equal(clock.pending, 0);
});

test("a loop starts over whole weeks later: neither time nor trading day ever goes back", async () => {
  // Friday's night session belongs to Monday: the next pass must not begin on that same Monday.
  const file = shelf.ticks(
    "rb2605 20251110 09:00:00 4000 1",
    "rb2605 20251110 09:00:01 4000 2",
    "rb2605,20251117,20251114,21:00:00,0,4000,1,1000",
  );
  const stage = await play(file, "speed=max&loop=true");
  await settle(() => {
    stage.clock.advance(0);
    return stage.sink.snapshots.length >= 9;
  });
  await stage.feed.stop();
  const { snapshots } = stage.sink;
  const short = snapshots
    .slice(0, 7)
    .map(({ time, tradingDay, actionDay }) => `${toChinaTime(time)} ${tradingDay} ${actionDay}`);
  assert.deepEqual(short, [
    "11-10 09:00:00 20251110 20251110",
    "11-10 09:00:01 20251110 20251110",
    "11-14 21:00:00 20251117 20251114",
    "11-24 09:00:00 20251124 20251124",
    "11-24 09:00:01 20251124 20251124",
    "11-28 21:00:00 20251201 20251128",
    "12-08 09:00:00 20251208 20251208",
  ]);
  assert.deepEqual([stage.sink.instruments.length, stage.sink.anomalies], [1, {}]);
  assert.match(stage.feed.status().detail, /stopped/);
});

test("a loop in its own time rests a second between its passes", async () => {
  const { clock, sink, feed } = await play(shelf.ticks(...MORNING), "loop=true");
  clock.advance(2_500);
  assert.equal(sink.snapshots.length, 4);
  await settle(() => clock.pending > 0);
  clock.advance(999);
  assert.equal(sink.snapshots.length, 4);
  clock.advance(1);
  assert.deepEqual(sink.played.slice(4), ["rb2605 11-21 10:00:00 1", "rb2605 11-21 10:00:01 2"]);
  assert.match(feed.status().detail, /pass 2/);
  await feed.stop();
});

test("from and to cut a piece out", async () => {
  const file = shelf.ticks(...MORNING);
  for (const [query, volumes] of [
    ["from=10:00:01", "2 3 4"],
    ["to=10:00:03", "1 2"],
    ["from=2025-11-14T10:00:01&to=10:00:03.5".replace(".5", ""), "2"],
    ["from=2025-11-15", ""],
    ["to=2025-11-14", ""],
  ] as const) {
    const stage = await play(file, `${query}&speed=max`);
    await playOut(stage);
    assert.equal(stage.sink.snapshots.map(({ volume }) => volume).join(" "), volumes, query);
    assert.equal(stage.feed.status().detail.startsWith(volumes === "" ? "no rows to play" : "played to the end"), true);
  }
});

test("rows said twice and rows of the past are counted; unknown products are named", async () => {
  const stage = await play(
    shelf.ticks(
      MORNING[0],
      MORNING[1],
      MORNING[1],
      "rb2605 20251114 10:00:00.500 4000 1",
      "rb2605 20251114 10:00:01 4001 3",
      "qq2601 20251114 10:00:00 1 1",
    ),
    "speed=max",
  );
  await playOut(stage);
  assert.deepEqual(stage.sink.anomalies, { "duplicate-row": 1, "time-back": 1, "unknown-product": 1 });
  assert.deepEqual(
    stage.sink.snapshots.map(({ volume }) => volume),
    [1, 2, 1, 3],
  );
  assert.match(stage.feed.status().detail, /4 rows of 1 instruments; without unknown products: qq2601/);
});

test("several days of one instrument and several instruments play as one stream", async () => {
  const friday = shelf.ticks("rb2605 20251114 14:59:59 4000 1", "rb2605 20251114 15:00:00 4000 2");
  const monday = shelf.ticks("rb2605 20251117 09:00:00 4000 1", "rb2605 20251117 09:00:01 4000 2");
  const other = shelf.ticks("m2605 20251114 14:59:59.500 3000 1", "m2605 20251117 09:00:00.500 3000 1");
  const stage = await play(`${monday},${friday},${other}`, "speed=max");
  await playOut(stage);
  const order = stage.sink.played.map((row) => row.slice(0, -2));
  assert.deepEqual(order, [
    "rb2605 11-14 14:59:59",
    "m2605 11-14 14:59:59.500",
    "rb2605 11-14 15:00:00",
    "rb2605 11-17 09:00:00",
    "m2605 11-17 09:00:00.500",
    "rb2605 11-17 09:00:01",
  ]);
});

test("stop ends it for good, at any moment, and twice", async () => {
  const { feed, clock, sink } = await play(shelf.ticks(...MORNING));
  clock.advance(0);
  await Promise.all([feed.stop(), feed.stop()]);
  await feed.stop();
  clock.advance(60_000);
  assert.deepEqual([sink.snapshots.length, clock.pending, feed.status().state], [2, 0, "ended"]);
  await assert.rejects(feed.start(sink), /starts once/);

  const early = makeReplayFeed(readReplayOptions(new URLSearchParams(`file=${shelf.ticks(...MORNING)}`)), clock);
  const starting = early.start(new RecordingSink());
  await early.stop();
  await starting;
  assert.equal(clock.pending, 0);
  await makeReplayFeed(readReplayOptions(new URLSearchParams("file=x")), clock).stop();
});

test("a file that cannot be played makes start reject, and the status says so", async () => {
  const feed = makeReplayFeed(readReplayOptions(new URLSearchParams("file=/nowhere/ticks.csv")), new FakeClock());
  assert.deepEqual(
    [feed.name, feed.timeline, feed.status().state],
    ["replay?file=/nowhere/ticks.csv", "event", "idle"],
  );
  await assert.rejects(feed.start(new RecordingSink()), /^Error: \/nowhere\/ticks\.csv: ENOENT/);
  assert.equal(feed.status().state, "failed");
  assert.match(feed.status().detail, /^\/nowhere\/ticks\.csv: ENOENT/);
  assert.equal(feed.want("rb2605"), false);
});
