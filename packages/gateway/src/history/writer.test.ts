import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch } from "./batch.ts";
import { Writer, type BatchStore } from "./writer.ts";

const BATCH: Batch = { rows: 1, codes: [], notes: [], gaps: [], tables: [] };

/** A writer over stores of which the first `bad` fail, at opening or writing. */
function makeWriter(bad: number, failsAt: "open" | "write") {
  const log: string[] = [];
  const states: string[] = [];
  const waits: number[] = [];
  let count = 0;
  const makeStore = (): BatchStore => {
    const number = ++count;
    return {
      async write() {
        if (failsAt === "write" && number <= bad) throw new Error(`store ${number} is full`);
        log.push(`written by ${number}`);
      },
      async close() {
        log.push(`closed ${number}`);
      },
    };
  };
  let opened = 0;
  const first = makeStore();
  const writer = new Writer(first, {
    async open() {
      if (failsAt === "open" && ++opened <= bad) throw new Error("no disk");
      return makeStore();
    },
    async wait(ms) {
      waits.push(ms);
    },
    onState: (failure) => states.push(failure === undefined ? "ok" : (failure as Error).message),
  });
  return { writer, log, states, waits };
}

test("writes a batch that fails again on a store opened anew, until it is written, and tells of it", async () => {
  const { writer, log, states, waits } = makeWriter(3, "write");
  assert.equal(await writer.write(BATCH), true);
  assert.deepEqual(log, ["closed 1", "closed 2", "closed 3", "written by 4"]);
  assert.deepEqual(states, ["store 1 is full", "store 2 is full", "store 3 is full", "ok"]);
  assert.deepEqual(waits, [100, 200, 400]);
});

test("a database that cannot be opened is tried for ever, at most ten seconds apart; reads say why they fail", async () => {
  const { writer, waits, states } = makeWriter(12, "open");
  const broken = makeWriter(1, "write");
  await broken.writer.write(BATCH);
  assert.doesNotThrow(() => broken.writer.store);
  await writer.close();
  assert.throws(() => writer.store, /not available/);
  assert.equal(await writer.write(BATCH), false, "a closed writer does not write");
  assert.deepEqual([waits, states], [[], []]);
  const reopening = makeWriter(12, "open");
  // The first store fails once, then opening does.
  reopening.writer.store.write = () => Promise.reject(new Error("gone"));
  assert.equal(await reopening.writer.write(BATCH), true);
  assert.equal(reopening.waits.length, 13);
  assert.equal(Math.max(...reopening.waits), 10_000);
});
