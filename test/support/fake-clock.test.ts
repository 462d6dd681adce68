import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "./fake-clock.ts";

function recorded(clock: FakeClock): { calls: string[]; note: (name: string) => () => void } {
  const calls: string[] = [];
  return { calls, note: (name) => () => calls.push(`${name}@${clock.now()}`) };
}

test("advance runs timers at their moments, in order, new ones included", () => {
  const clock = new FakeClock(1_000);
  const { calls, note } = recorded(clock);
  clock.every(30, note("every"));
  clock.after(60, note("after"));
  clock.after(50, () => clock.after(5, note("later")));
  clock.advance(100);
  assert.deepEqual(calls, ["every@1030", "later@1055", "every@1060", "after@1060", "every@1090"]);
  assert.equal(clock.now(), 1_100);
  assert.equal(clock.pending, 1);
});

test("stall gives a late timer one call, not a burst", () => {
  const clock = new FakeClock(0);
  const { calls, note } = recorded(clock);
  clock.every(10, note("every"));
  clock.after(25, note("after"));
  clock.stall(1_000);
  assert.deepEqual(calls, ["every@1000", "after@1000"]);
  clock.advance(10);
  assert.deepEqual(calls.slice(2), ["every@1010"]);
});

test("a cancelled timer never runs, also when a timer of the same moment cancels it", () => {
  const clock = new FakeClock(0);
  const { calls, note } = recorded(clock);
  const cancel = clock.every(10, note("every"));
  clock.advance(10);
  cancel();
  cancel();
  clock.advance(100);
  const cancels: (() => void)[] = [];
  clock.after(5, () => cancels.forEach((stop) => stop()));
  cancels.push(clock.after(5, note("never")));
  clock.stall(50);
  assert.deepEqual(calls, ["every@10"]);
  assert.equal(clock.pending, 0);
});
