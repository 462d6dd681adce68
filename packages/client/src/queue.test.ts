import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { settle } from "../../../test/support/fake-service.ts";
import { EventQueue } from "./queue.ts";

describe("EventQueue", () => {
  it("gives in order what was pushed before and after it was asked", async () => {
    const queue = new EventQueue<number>();
    for (let n = 0; n < 100; n++) queue.push(n);
    queue.end();
    const seen: number[] = [];
    for await (const n of queue) seen.push(n);
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, n) => n),
    );
    const later = new EventQueue<number>();
    const both = Promise.all([later.next(), later.next()]);
    later.push(1);
    later.push(2);
    assert.deepEqual(await both, [
      { done: false, value: 1 },
      { done: false, value: 2 },
    ]);
  });

  it("drops the oldest when its consumer falls behind, and says so", async () => {
    const told: number[] = [];
    const queue = new EventQueue<number>({ limit: 3, onLost: (lost) => told.push(lost) });
    for (let n = 0; n < 5; n++) queue.push(n);
    assert.deepEqual([queue.lost, told, queue.size], [2, [1, 2], 3]);
    assert.deepEqual(await queue.next(), { done: false, value: 2 });
  });

  it("that ends lets everyone go who waits, in an error the first", async () => {
    let done = 0;
    const queue = new EventQueue<number>({ onDone: () => done++ });
    const first = assert.rejects(queue.next(), /gone/);
    const second = queue.next();
    queue.end(new Error("gone"));
    queue.end();
    await first;
    assert.deepEqual(await second, { done: true, value: undefined });
    assert.deepEqual(await queue.next(), { done: true, value: undefined });
    assert.equal(done, 1);
  });

  it("gives what waits before the error that ended it", async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.end(new Error("gone"));
    queue.push(2);
    assert.deepEqual(await queue.next(), { done: false, value: 1 });
    await assert.rejects(queue.next(), /gone/);
    assert.deepEqual(await queue.next(), { done: true, value: undefined });
  });

  it("is left by return, which unblocks and tells once", async () => {
    let done = 0;
    const queue = new EventQueue<number>({ onDone: () => done++ });
    const waiting = queue.next();
    await queue.return();
    assert.deepEqual(await waiting, { done: true, value: undefined });
    queue.push(1);
    assert.deepEqual(await queue.next(), { done: true, value: undefined });
    await queue.return();
    assert.equal(done, 1);
  });

  it("is like a list that is cut at the limit, whatever happens", async () => {
    const step = fc.oneof(fc.constant("push" as const), fc.constant("take" as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), async (steps, limit) => {
        const queue = new EventQueue<number>({ limit });
        const list: number[] = [];
        let lost = 0;
        for (const [n, what] of steps.entries()) {
          if (what === "push") {
            queue.push(n);
            list.push(n);
            if (list.length > limit) lost += list.splice(0, 1).length;
          } else if (list.length > 0) assert.deepEqual(await queue.next(), { done: false, value: list.shift() });
        }
        await settle();
        assert.deepEqual([queue.size, queue.lost], [list.length, lost]);
      }),
    );
  });
});
