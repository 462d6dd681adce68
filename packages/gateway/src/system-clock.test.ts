import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeSystemClock } from "./system-clock.ts";

const clock = makeSystemClock();

describe("the system clock", () => {
  it("tells the time of day", () => {
    assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
  });

  it("calls once after a delay, unless cancelled", async () => {
    let cancelled = 0;
    const cancel = clock.after(0, () => cancelled++);
    cancel();
    cancel();
    await new Promise<void>((done) => clock.after(1, done));
    await new Promise<void>((done) => clock.after(1, done));
    assert.equal(cancelled, 0);
  });

  it("does not call at once when a delay is longer than a timer can hold", async () => {
    let called = false;
    const cancel = clock.after(1e12, () => (called = true));
    await new Promise<void>((done) => clock.after(5, done));
    cancel();
    assert.equal(called, false);
  });

  it("gives a process that was late one call, not those it missed", async () => {
    let calls = 0;
    const cancel = clock.every(5, () => calls++);
    const end = performance.now() + 60;
    while (performance.now() < end); // the process is busy through a dozen intervals
    await new Promise<void>((done) => setImmediate(done));
    await new Promise<void>((done) => setImmediate(done));
    cancel();
    assert.ok(calls <= 2, `${calls} calls`);
  });
});
