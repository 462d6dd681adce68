import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TradeGuard } from "./trade-guard.ts";

test("of trades that come twice and out of order each is taken once, and none is taken for lost among the newest hundred", () => {
  const line = fc.integer({ min: 1, max: 200 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      delays: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: count, maxLength: count }),
      copies: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: count, maxLength: count }),
    }),
  );
  fc.assert(
    fc.property(line, ({ count, delays, copies }) => {
      const arrivals: [at: number, seq: number][] = [];
      for (let seq = 1; seq <= count; seq++) {
        arrivals.push([seq + delays[seq - 1]!, seq]);
        if (copies[seq - 1]! > 0) arrivals.push([seq + delays[seq - 1]! + copies[seq - 1]!, seq]);
      }
      arrivals.sort(([a], [b]) => a - b);
      const guard = new TradeGuard();
      const taken: number[] = [];
      let newest = 0;
      for (const [, seq] of arrivals) {
        const order = guard.judge(seq, seq * 100);
        if (taken.includes(seq)) assert.equal(order, "duplicate");
        else {
          assert.equal(order, seq > newest ? "next" : "late");
          taken.push(seq);
        }
        newest = Math.max(newest, seq);
      }
      assert.equal(taken.length, count);
    }),
  );
});

test("what is older than everything that is remembered is not guessed at", () => {
  const guard = new TradeGuard();
  for (let seq = 2; seq <= 400; seq++) assert.equal(guard.judge(seq, seq), "next");
  assert.equal(guard.judge(1, 1), "too-late");
  assert.equal(guard.judge(400, 400), "duplicate");
});

test("numbers that begin anew, after a restart of who gives them or with its clock, are followed", () => {
  const guard = new TradeGuard();
  guard.judge(1_000, 5_000_000);
  assert.equal(guard.judge(1, 5_000_001), "renumbered");
  assert.equal(guard.judge(2, 5_000_002), "next");
  assert.equal(guard.judge(1, 5_000_001), "duplicate");
  guard.judge(500, 5_001_000);
  assert.equal(guard.judge(3, 1_000_000), "renumbered");
  assert.equal(guard.judge(4, 1_000_001), "next");
});
