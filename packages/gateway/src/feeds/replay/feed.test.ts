import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../fake-clock.ts";
import type { Feed } from "../../ports.ts";
import { makeReplayFeed } from "./feed.ts";
import { readReplayOptions } from "./options.ts";
import { RecordingSink, Shelf, toChinaTime } from "./samples.ts";

const shelf = new Shelf();
/** Turns of the event loop after which reading a small file must be through. */
const MAX_TURNS = 2_000;

interface Stage {
  readonly feed: Feed;
  readonly clock: FakeClock;
  readonly sink: RecordingSink;
}

async function play(files: string, query = ""): Promise<Stage> {
  const clock = new FakeClock();
  const sink = new RecordingSink();
  const feed = makeReplayFeed(readReplayOptions(new URLSearchParams(`file=${files}&${query}`)), clock);
  await feed.start(sink);
  return { feed, clock, sink };
}

/** Lets real reading go on until `done`. */
async function settle(done: () => boolean): Promise<void> {
  for (let turn = 0; !done(); turn++) {
    assert.ok(turn < MAX_TURNS, "never settled");
    await new Promise(setImmediate);
  }
}

const ended = ({ feed }: Stage) => feed.status().state !== "running";

/** Lets time pass in steps, with turns for reading in between, until the replay has ended. */
async function playOut(stage: Stage, ms = 60_000): Promise<void> {
  await settle(() => {
    stage.clock.advance(ms);
    return ended(stage);
  });
}

const MORNING = [
  "rb2605 20251114 10:00:00 4000 1",
  "rb2605 20251114 10:00:01 4001 2",
  "rb2605 20251114 10:00:03 4002 3",
  "rb2605 20251114 10:00:03.500 4003 4",
];

test("rows are played in their own time", async () => {
  const stage = await play(shelf.ticks(...MORNING));
  const { clock, sink, feed } = stage;
  assert.equal(feed.status().state, "running");
  assert.deepEqual(
    [sink.instruments.length, sink.snapshots.length],
    [1, 0],
    "announced by start, nothing played in it",
  );
  clock.advance(0);
  assert.equal(sink.snapshots.length, 2, "the login snapshot, and the first change, at which time begins to run");
  clock.advance(1999);
  assert.equal(sink.snapshots.length, 2);
  clock.advance(1);
  assert.equal(sink.snapshots.length, 3);
  assert.equal(toChinaTime(feed.status().time), "11-14 10:00:03");
  clock.advance(499);
  assert.equal(sink.snapshots.length, 3);
  clock.advance(1);
  assert.deepEqual(sink.played, [
    "rb2605 11-14 10:00:00 1",
    "rb2605 11-14 10:00:01 2",
    "rb2605 11-14 10:00:03 3",
    "rb2605 11-14 10:00:03.500 4",
  ]);
  await playOut(stage);
  assert.deepEqual([feed.status().state, clock.pending, sink.anomalies], ["ended", 0, {}]);
});

test("speed is a factor, and event time runs on between the rows", async () => {
  const { clock, sink } = await play(
    shelf.ticks(MORNING[0]!, MORNING[1]!, "rb2605 20251114 10:01:01 4002 3"),
    "speed=20",
  );
  clock.advance(2999);
  assert.equal(sink.snapshots.length, 2);
  const times = sink.advances.map(([time]) => time);
  assert.ok(times.length >= 12, "told at least four times a second");
  assert.ok(times.every((time, at) => at === 0 || time >= times[at - 1]!));
  assert.equal(toChinaTime(times.at(-1)!), "11-14 10:00:56");
  clock.advance(1);
  assert.equal(sink.snapshots.length, 3);
});

test("rows due at the same time go out in one turn, in the file's order", async () => {
  const rows = [1, 2, 3, 4].map((volume) => `AP605 20251114 10:00:0${volume > 1 ? 1 : 0} 7000 ${volume}`);
  const { clock, sink } = await play(shelf.ticks(...rows));
  clock.advance(0);
  assert.deepEqual(
    sink.played.map((row) => row.split(" ").at(-1)),
    ["1", "2", "3", "4"],
  );
  assert.equal(sink.advances.filter(([, count]) => count < 4).length, 0, "not before all four");
});

test("a login snapshot of the evening before keeps nobody waiting", async () => {
  const { clock, sink } = await play(
    shelf.ticks(
      "AP605,20251114,20251113,19:29:42,0,7000,0,0",
      "AP605 20251114 08:59:00 7000 5",
      "AP605 20251114 09:00:00 7000 6",
    ),
  );
  clock.advance(0);
  assert.deepEqual(sink.played, ["AP605 11-13 19:29:42 0", "AP605 11-14 08:59:00 5"]);
  clock.advance(59_999);
  assert.equal(sink.snapshots.length, 2);
  clock.advance(1);
  assert.equal(sink.snapshots.length, 3);
});

test("closed hours are played in their own time, or as short as asked for", async () => {
  const file = shelf.ticks(
    "rb2605 20251114 11:29:59 4000 1",
    "rb2605 20251114 11:30:00 4000 2",
    "rb2605 20251114 13:30:00 4000 3",
    "rb2605 20251114 13:30:30 4000 4",
  );
  const whole = await play(file);
  whole.clock.advance(7_199_999);
  assert.equal(whole.sink.snapshots.length, 2);
  whole.clock.advance(1);
  assert.equal(whole.sink.snapshots.length, 3);
  for (const [query, seconds, pause] of [
    ["skipGaps=true", 5, 30],
    ["skipGaps=0", 0, 30],
    ["skipGaps=0.5&speed=2", 0.5, 15],
  ] as const) {
    const { clock, sink } = await play(file, query);
    if (seconds > 0) clock.advance(seconds * 1000 - 1);
    assert.equal(sink.snapshots.length, seconds > 0 ? 2 : 0, query);
    clock.advance(seconds > 0 ? 1 : 0);
    assert.equal(sink.snapshots.length, 3, query);
    clock.advance(pause * 1000 - 1);
    assert.equal(sink.snapshots.length, 3, "short pauses keep their length");
    clock.advance(1);
    assert.equal(sink.snapshots.length, 4, query);
  }
});

test("a process that hung plays on from where it was", async () => {
  const { clock, sink } = await play(
    shelf.ticks(...MORNING, "rb2605 20251114 10:00:13 4000 5", "rb2605 20251114 10:00:14 4000 6"),
  );
  clock.advance(0);
  clock.stall(3_600_000);
  clock.advance(1_000);
  assert.equal(sink.snapshots.length, 2, "an hour of sleep is not made up for in a burst");
  clock.advance(1_000);
  assert.equal(sink.snapshots.length, 3);
});

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
      MORNING[0]!,
      MORNING[1]!,
      MORNING[1]!,
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
