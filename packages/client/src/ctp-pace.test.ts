import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FakeTimers, settle } from "../../../test/support/fake-service.ts";
import { ClientError } from "./connection.ts";
import { refusal } from "./ctp-errors.ts";
import { FRONT_SLACK_MS, QueryPace } from "./ctp-pace.ts";

/**
 * A front that counts as CTP's do: one query at a time (-2), one within `gapMs` (-3); an answer takes `takesMs`. Every other
 * question is on its way for `jitterMs`.
 */
class Front {
  readonly timers = new FakeTimers();
  readonly asked: number[] = [];
  readonly #gapMs: number;
  readonly #takesMs: number;
  readonly #jitterMs: number;
  #questions = 0;
  #busy = false;
  #at = -Infinity;

  constructor(gapMs: number, takesMs: number, jitterMs = 0) {
    this.#jitterMs = jitterMs;
    this.#gapMs = gapMs;
    this.#takesMs = takesMs;
  }

  ask = async (): Promise<string> => {
    const wayMs = this.#questions++ % 2 === 0 ? this.#jitterMs : 0;
    if (wayMs > 0) await new Promise<void>((done) => this.timers.after(wayMs, done));
    if (this.#busy) throw refusal({ ErrorID: -2, ErrorMsg: "" });
    if (this.timers.now - this.#at < this.#gapMs) throw refusal({ ErrorID: -3, ErrorMsg: "" });
    this.#busy = true;
    this.#at = this.timers.now;
    this.asked.push(this.timers.now);
    await new Promise<void>((done) => this.timers.after(this.#takesMs, done));
    this.#busy = false;
    return "answer";
  };
}

describe("QueryPace", () => {
  it("with a gap: one query at a time, none too early, all answered", async () => {
    const queries = fc.array(fc.nat({ max: 3000 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 0, max: 3000 }),
        queries,
        async (gap, takes, at) => {
          const front = new Front(gap, takes, FRONT_SLACK_MS);
          let refused = 0;
          const pace = new QueryPace(front.timers, gap, () => refused++);
          const answers = Promise.all(
            at.map(async (ms) => {
              await new Promise<void>((done) => front.timers.after(ms, done));
              return pace.run(front.ask);
            }),
          );
          await front.timers.pass(60_000);
          assert.equal((await answers).length, at.length);
          assert.equal(refused, 0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("without one: all at once, until the front complains; then one a second", async () => {
    const front = new Front(1000, 10);
    let refused = 0;
    const pace = new QueryPace(front.timers, 0, () => refused++);
    const answers = Promise.all([pace.run(front.ask), pace.run(front.ask), pace.run(front.ask)]);
    await front.timers.pass(5_000);
    assert.deepEqual(await answers, ["answer", "answer", "answer"]);
    assert.deepEqual([front.asked, refused], [[0, 1000 + FRONT_SLACK_MS, 2000 + 2 * FRONT_SLACK_MS], 2]);
  });

  it("passes other refusals on, and those that do not end", async () => {
    const timers = new FakeTimers();
    const pace = new QueryPace(timers, 0, () => undefined);
    const other = refusal({ ErrorID: 16, ErrorMsg: "" });
    await assert.rejects(
      pace.run(() => Promise.reject(other)),
      other,
    );
    let asked = 0;
    const never = assert.rejects(
      pace.run(() => (asked++, Promise.reject(refusal({ ErrorID: -3, ErrorMsg: "" })))),
      /-3/,
    );
    await timers.pass(60_000);
    await never;
    assert.equal(asked, 11);
  });

  it("loses no time with questions whose connection has ended", async () => {
    const front = new Front(1000, 10);
    const pace = new QueryPace(front.timers, 1000, () => undefined);
    let isOpen = true;
    const all = [1, 2, 3, 4].map(() => pace.run(front.ask, () => isOpen));
    const late = assert.rejects(Promise.all(all), { kind: "closed" });
    await front.timers.pass(10);
    isOpen = false;
    const next = pace.run(front.ask);
    await front.timers.pass(1_000 + FRONT_SLACK_MS);
    await late;
    await front.timers.pass(10);
    assert.equal(await next, "answer");
    assert.deepEqual(front.asked, [0, 1_000 + FRONT_SLACK_MS]);
  });

  it("lets everybody go when it is closed", async () => {
    const timers = new FakeTimers();
    const pace = new QueryPace(timers, 1000, () => undefined);
    const ended = new ClientError("closed", "ended");
    const all = [1, 2, 3].map(() =>
      assert.rejects(
        pace.run(() => Promise.reject(ended)),
        ended,
      ),
    );
    await settle();
    pace.close();
    await Promise.all(all);
    assert.equal(timers.waiting, 0);
  });
});
