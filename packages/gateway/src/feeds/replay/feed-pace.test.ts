import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../../../test/support/fake-clock.ts";
import { Shelf, toChinaTime } from "../../../../../test/support/replay-recordings.ts";
import { MORNING, playOut, startReplay, type Stage } from "../../../../../test/support/replay-stage.ts";

const shelf = new Shelf();

function play(files: string, query = ""): Promise<Stage<FakeClock>> {
  return startReplay(new FakeClock(), files, query);
}

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
    shelf.ticks(MORNING[0], MORNING[1], "rb2605 20251114 10:01:01 4002 3"),
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
