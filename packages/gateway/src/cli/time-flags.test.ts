import assert from "node:assert/strict";
import { test } from "node:test";
import { readSince, readTime } from "./time-flags.ts";

const NOW = Date.UTC(2026, 2, 2, 6, 30);

test("reads stretches of time, moments, and times of the day in China that are past", () => {
  for (const [text, expected] of [
    ["90s", NOW - 90_000],
    ["24h", NOW - 86_400_000],
    ["7d", NOW - 7 * 86_400_000],
    ["09:30", Date.UTC(2026, 2, 2, 1, 30)],
    ["21:00", Date.UTC(2026, 2, 1, 13)],
    ["2026-03-01", Date.UTC(2026, 2, 1)],
    ["2026-03-01T09:30:00Z", Date.UTC(2026, 2, 1, 9, 30)],
    [String(NOW), NOW],
  ] as const) {
    assert.equal(readSince("--since", text, NOW), expected, text);
  }
});

test("refuses what is no time, by the flag's name", () => {
  for (const text of ["", "yesterday", "24", "25:00", "1w", "2026"]) {
    assert.throws(() => readSince("--since", text, NOW), /--since: expected/, text);
  }
  assert.equal(readTime("--from", undefined, 7), 7);
});
