import assert from "node:assert/strict";
import { test } from "node:test";
import { Playhead } from "./playhead.ts";

test("event time runs at its speed from where it was started", () => {
  const playhead = new Playhead(10);
  assert.equal(playhead.running, false);
  playhead.start(1_000_000, 50);
  assert.ok(playhead.running);
  assert.equal(playhead.at(150), 1_001_000);
  assert.equal(playhead.until(1_002_000, 150), 100);
  assert.equal(playhead.until(1_000_000, 150), -100);
});

test("a leap brings a moment near, an excuse takes wall time out", () => {
  const playhead = new Playhead(2);
  playhead.start(0, 0);
  playhead.leap(1_000_000, 30, 100);
  assert.equal(playhead.until(1_000_000, 100), 30);
  playhead.excuse(500);
  assert.equal(playhead.until(1_000_000, 600), 30);
  playhead.halt();
  assert.equal(playhead.running, false);
});
