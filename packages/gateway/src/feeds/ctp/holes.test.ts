/** What a CTP feed tells of what it missed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FeedMemory } from "../../ports/feed.ts";
import type { Tail } from "../../ports/history.ts";
import { Stage } from "../../../../../test/support/ctp-feed-stage.ts";
import { LINGER_MS } from "./wants.ts";

test("a hole of the client is a gap of the feed; its cause is short, and mute where this side broke it off", async () => {
  const stage = await new Stage().start();
  const hole = { from: 1, to: 2, codes: ["rb2605"], filledBy: undefined };
  stage.client.onHole?.({ ...hole, cause: "1006 connection lost" });
  stage.client.onHole?.({ ...hole, cause: "1006 mute" });
  const gap = { feed: stage.feed.name, from: 1, to: 2, codes: ["rb2605"], filledBy: "" };
  assert.deepEqual(stage.gaps, [
    { ...gap, cause: "connection" },
    { ...gap, cause: "mute" },
  ]);
});

test("what is missing is told while it is, too", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  stage.feed.watch!("rb2605", true);
  await stage.login();
  stage.tick({ InstrumentID: "rb2605", Volume: 100 });
  assert.deepEqual(stage.feed.lasting!(), []);
  stage.status = { ...stage.status, state: "failed" };
  await stage.pass(60_000);
  const [gap, ...others] = stage.feed.lasting!();
  const { from, to, codes, cause, filledBy } = gap!;
  assert.deepEqual(
    [from, codes, cause, filledBy, others.length],
    [stage.snapshots[0]!.time, ["rb2605"], "connection", "", 0],
  );
  assert.ok(to - from >= 60_000);
  await stage.feed.stop();
  assert.deepEqual(stage.feed.lasting!(), []);
});

test("an instrument that was let go and is watched again has a gap from its last tick to the first new one, told before it", async () => {
  const stage = await new Stage().start();
  const ids = ["rb2605", "au2606"];
  for (const id of ids) {
    stage.feed.want(id);
    stage.feed.watch!(id, true);
  }
  await stage.login();
  for (const InstrumentID of ids) stage.tick({ InstrumentID, Volume: 100 });
  const last = stage.snapshots[0]!.time;
  for (const id of ids) stage.feed.watch!(id, false);
  await stage.pass(LINGER_MS + 1_000);
  const stray = last + 31_000;
  stage.tick({ Volume: 150 });
  assert.deepEqual(
    [stage.gaps.length, stage.gaps[0]?.from, stage.gaps[0]?.to],
    [1, last, stray],
    "unasked, and all the same",
  );
  await stage.pass(600_000);
  for (const id of ids) stage.feed.watch!(id, true);
  await stage.pass(50);
  stage.tick({ Volume: 90_000 });
  const { time } = stage.snapshots.at(-1)!;
  const gap = { feed: stage.feed.name, from: stray, to: time, codes: ["rb2605"], cause: "unwatched", filledBy: "" };
  assert.deepEqual(stage.gaps.slice(1), [gap]);
  assert.equal(stage.order.slice(-2).join(), "gap,snapshot");
  // Nothing was traded meanwhile: the upstream's newest tick is the one that is known.
  stage.tick({ InstrumentID: "au2606", Volume: 100, UpdateTime: "10:00:00" });
  await stage.pass(1_000);
  stage.tick({ Volume: 90_001 });
  assert.equal(stage.gaps.length, 2);
});

test("what is stored and what comes first after a start have a gap between them", async () => {
  const stage = new Stage();
  const end = stage.clock.now() - 3_600_000;
  const tail = { minutes: [{ time: end - 60_000 }], newest: { seq: 1, time: end - 5_000 } } as unknown as Tail;
  const memory = { tail: (id: string) => (id === "rb2605" ? tail : undefined) } as unknown as FeedMemory;
  stage.feed.resume!(memory);
  await stage.start();
  for (const id of ["rb2605", "au2606"]) {
    stage.feed.want(id);
    stage.tick({ InstrumentID: id });
    await stage.pass(1_000);
    stage.tick({ InstrumentID: id, Volume: 2 });
  }
  const told = stage.gaps.map(({ from, to, codes, cause }) => [from, to, codes, cause]);
  assert.deepEqual(told, [[end, stage.snapshots[0]!.time, ["rb2605"], "start"]]);
});

test("a hole of a delayed upstream ends in the upstream's time", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  const delay = 900_000;
  await stage.login();
  const late = (): Record<string, unknown> => {
    const china = stage.clock.now() - delay + 8 * 3_600_000;
    return { UpdateTime: new Date(china).toISOString().slice(11, 19) };
  };
  stage.clock.advance(delay);
  for (let second = 0; second < 10; second++) {
    stage.tick({ ...late(), Volume: second });
    await stage.pass(1_000);
  }
  const from = stage.snapshots.at(-1)!.time;
  const to = stage.clock.now() + 5_000;
  stage.client.onHole?.({ from, to, codes: ["rb2605"], cause: "1006", filledBy: undefined });
  const [gap] = stage.gaps;
  assert.ok(Math.abs(gap!.to - (to - delay)) <= 1_300, `${gap!.to - to + delay}`);
});

test("a hole that is open when the feed stops is told", async () => {
  const stage = await new Stage().start();
  stage.onClose = () =>
    stage.client.onHole?.({ from: 1, to: 2, codes: ["rb2605"], cause: "1006", filledBy: undefined });
  await stage.feed.stop();
  assert.deepEqual(
    stage.gaps.map(({ cause, to }) => [cause, to]),
    [["connection", 2]],
  );
});

test("one instrument that is mute while others tick is subscribed to anew, and its silence is a gap", async () => {
  const stage = await new Stage().start();
  for (const id of ["rb2605", "au2606"]) {
    stage.feed.want(id);
    stage.feed.watch!(id, true);
  }
  await stage.login();
  for (let second = 0; second < 240; second++) {
    stage.tick({ Volume: second });
    if (second < 120) stage.tick({ InstrumentID: "au2606", Volume: second });
    await stage.pass(1_000);
  }
  const asked = stage.takeAsked();
  assert.ok(asked.includes("-au2606") && asked.lastIndexOf("+au2606") > asked.indexOf("-au2606"), asked.join(" "));
  stage.tick({ InstrumentID: "au2606", Volume: 999 });
  const [gap] = stage.gaps;
  assert.deepEqual([stage.gaps.length, gap?.codes, gap?.cause], [1, ["au2606"], "mute"]);
  assert.ok(Math.abs(gap!.to - gap!.from - 121_000) < 3_000, `${gap!.to - gap!.from}`);
});
