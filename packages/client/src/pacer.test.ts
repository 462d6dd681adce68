import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FakeTimers } from "../../../test/support/fake-service.ts";
import { laneRule, Pacer, rateRule } from "./pacer.ts";

/** Does something when a request may go. */
async function go(pacer: Pacer<string>, key: string, run: () => unknown): Promise<void> {
  await pacer.turn(key);
  run();
}

describe("Pacer", () => {
  it("lets every request go, none too early after the replies on its connection or the others, on one connection in order", async () => {
    const asks = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat({ max: 2_000 }), fc.nat({ max: 500 })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(asks, async (list) => {
        const timers = new FakeTimers();
        const pacer = new Pacer(laneRule<string>(1_000, 3_000), timers, () => timers.now);
        const gone: { readonly lane: string; readonly n: number; readonly at: number; until: number }[] = [];
        for (const [n, [lane, wait, takes]] of list.entries()) {
          void go(pacer, lane, () => {
            const one = { lane, n, at: timers.now, until: Infinity };
            gone.push(one);
            timers.after(takes, () => {
              one.until = timers.now;
              pacer.done(lane);
            });
          });
          await timers.pass(wait);
        }
        await timers.pass(200_000);
        assert.equal(gone.length, list.length);
        for (const [i, one] of gone.entries()) {
          for (const other of gone.slice(0, i)) {
            const same = one.lane === other.lane;
            assert.ok(one.at - other.until >= (same ? 1_000 : 3_000));
            if (same) assert.ok(one.n > other.n);
          }
        }
        assert.equal(timers.waiting, 0);
      }),
      { numRuns: 50 },
    );
  });

  it("lets go those who no longer want to, without counting them", async () => {
    const timers = new FakeTimers();
    const pacer = new Pacer(laneRule<string>(1_000, 3_000), timers, () => timers.now);
    const order: string[] = [];
    for (const key of ["a", "a", "b"]) void go(pacer, key, () => order.push(`${key}${timers.now}`));
    await timers.pass(500);
    pacer.drop("a");
    await timers.pass(3_000);
    assert.deepEqual(order, ["a0", "a500", "b3500"]);
  });

  it("does not let one connection starve the other", async () => {
    const timers = new FakeTimers();
    const pacer = new Pacer(laneRule<string>(1_000, 3_000), timers, () => timers.now);
    let b = Infinity;
    for (let n = 0; n < 60; n++) void go(pacer, "a", () => pacer.done("a"));
    void go(pacer, "b", () => {
      b = timers.now;
      pacer.done("b");
    });
    await timers.pass(100_000);
    assert.ok(b < 70_000, `${b}`);
    await assert.rejects(Promise.all(Array.from({ length: 1_100 }, () => pacer.turn("a"))), /more than 1000/);
  });
});

describe("rateRule", () => {
  it("keeps within every rate at once, over any window", async () => {
    const timers = new FakeTimers();
    const rule = rateRule<string>((key) => [
      [key, { count: 2, windowMs: 1_000 }],
      ["all", { count: 5, windowMs: 10_000 }],
    ]);
    const pacer = new Pacer(rule, timers, () => timers.now);
    const gone: [string, number][] = [];
    for (const key of ["x", "x", "x", "y", "y", "y", "x", "y"]) {
      void go(pacer, key, () => {
        gone.push([key, timers.now]);
        pacer.done(key);
      });
    }
    await timers.pass(30_000);
    assert.equal(gone.length, 8);
    for (const [i, [, at]] of gone.entries()) assert.ok(i < 5 || at - gone[i - 5]![1] >= 10_000);
    for (const key of ["x", "y"]) {
      const times = gone.filter(([other]) => other === key).map(([, at]) => at);
      for (const [i, at] of times.entries()) assert.ok(i < 2 || at - times[i - 2]! >= 1_000);
    }
    assert.deepEqual(
      gone.slice(0, 4).map(([, at]) => at),
      [0, 0, 0, 0],
    );
    let third = NaN;
    for (let n = 0; n < 3; n++) void go(pacer, "z", () => (third = timers.now));
    await timers.pass(60_000);
    assert.equal(third, 30_000, "the third waits for what is under way");
    pacer.done("z");
    await timers.pass(1_000);
    assert.equal(third, 91_000);
  });
});
