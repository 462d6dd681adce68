import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findHttpPlan, type HttpCall } from "@tickwire/protocol/alltick";
import fc from "fast-check";
import { HttpPacer } from "./alltick-http-pacer.ts";

const START = Date.UTC(2026, 7, 6, 2);
const MINUTE = 60_000;

/** The `ret` of each request, 200 where it was allowed. */
function play(
  pacer: HttpPacer,
  planName: string,
  requests: readonly { readonly at: number; readonly call?: HttpCall | "suspension"; readonly path?: string }[],
): number[] {
  const plan = findHttpPlan(planName);
  return requests.map(
    ({ at, call = "kline", path = call }) => pacer.refusal(planName, path, call, plan, at)?.ret ?? 200,
  );
}

const every = (count: number, ms: number, more: { call?: HttpCall; path?: string } = {}) =>
  Array.from({ length: count }, (_, at) => ({ at: START + at * ms, ...more }));

const allowed = (rets: readonly number[]): number => rets.filter((ret) => ret === 200).length;

describe("vendor pacing", () => {
  test("calls a second, batch-kline apart, suspension lists once a minute", () => {
    for (const [plan, each, batchMs] of [
      ["basic", 1, 3_000],
      ["premium", 10, 2_000],
      ["professional", 20, 1_000],
      ["all-us", 20, 1_000],
    ] as const) {
      const pacer = new HttpPacer(true, "UTC");
      assert.equal(allowed(play(pacer, plan, every(40, 1))), each, plan);
      const at = START + batchMs;
      const batch = [START, at - 1, at].map((time) => ({ at: time, call: "batch-kline" as const }));
      assert.deepEqual(play(pacer, plan, batch), [200, 429, 200], plan);
      const lists = [START, START + MINUTE - 1, START + MINUTE].map((time) => ({
        at: time,
        call: "suspension" as const,
      }));
      assert.deepEqual(play(pacer, plan, lists), [200, 429, 200], plan);
    }
  });

  test("all calls together are counted by the minute; refused ones do not count", () => {
    const pacer = new HttpPacer(true, "UTC");
    const spread = Array.from({ length: 12 }, (_, at) => ({ at: START + at, path: `path ${at}` }));
    assert.deepEqual(play(pacer, "free", spread), [...Array.from({ length: 10 }, () => 200), 429, 429]);
    assert.deepEqual(play(pacer, "free", [{ at: START + MINUTE - 1, path: "a" }]), [429]);
    assert.deepEqual(play(pacer, "free", [{ at: START + MINUTE, path: "a" }]), [200]);
  });

  test("the day's requests are spent with 605 until midnight of the zone", () => {
    const pacer = new HttpPacer(true, "Asia/Shanghai");
    // 10:00 in Shanghai, one request every 10 seconds: 1000 of them take 2 h 47 min.
    assert.equal(allowed(play(pacer, "free", every(1_000, 10_000))), 1_000);
    const midnight = Date.UTC(2026, 7, 6, 16);
    assert.deepEqual(play(pacer, "free", [{ at: midnight - 1 }, { at: midnight - 1, path: "other" }]), [605, 605]);
    assert.deepEqual(play(pacer, "free", [{ at: midnight }]), [200]);
  });

  test("tokens do not touch each other; a clock that was set back does not lock anybody out", () => {
    const pacer = new HttpPacer(true, "UTC");
    assert.deepEqual(play(pacer, "free", [{ at: START }]), [200]);
    assert.deepEqual(play(pacer, "basic", [{ at: START }]), [200]);
    assert.deepEqual(play(pacer, "free", [{ at: START - MINUTE }]), [200]);
  });

  test("in any window that begins with an allowed request there are no more than the plan's", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, (steps) => {
        let at = START;
        const requests = steps.map((step) => ({ at: (at += step) }));
        const rets = play(new HttpPacer(true, "UTC"), "premium", requests);
        const times = requests.filter((_, index) => rets[index] === 200).map((request) => request.at);
        let from = -Infinity;
        let count = 0;
        for (const time of times) {
          if (time - from >= 1_000) [from, count] = [time, 0];
          assert.ok(++count <= 10);
        }
        // What is refused is refused for a reason: ten were allowed within the second before it.
        for (const [index, request] of requests.entries()) {
          if (rets[index] === 200) continue;
          assert.ok(times.filter((time) => time <= request.at && time > request.at - 1_000).length >= 10);
        }
      }),
    );
  });
});

test("generous pacing: a burst of 500, then 100 a second, over all calls; plans do not matter", () => {
  const pacer = new HttpPacer(false, "UTC");
  assert.equal(allowed(play(pacer, "free", every(1_000, 0))), 500);
  assert.equal(
    allowed(
      play(
        pacer,
        "free",
        every(300, 10).map(({ at }) => ({ at: at + 10 })),
      ),
    ),
    300,
  );
  assert.equal(allowed(play(pacer, "free", [{ at: START }, { at: START }])), 0);
});
