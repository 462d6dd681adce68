import assert from "node:assert/strict";
import { test } from "node:test";
import { epochOf } from "@tickwire/protocol/model";
import fc from "fast-check";
import type { Gap } from "../ports/feed.ts";
import { reportGaps } from "./gap-report.ts";
import { COMMODITY_HOURS as hours } from "../../../../test/support/hours.ts";

const CHINA = "Asia/Shanghai";
const MINUTE = 60_000;
const at = (day: string, time: string): number => epochOf(CHINA, day, time);
const gap = (from: number, to: number, stated: Partial<Gap> = {}): Gap => ({
  feed: "f",
  from,
  to,
  codes: ["rb2605"],
  cause: "connection",
  filledBy: "",
  ...stated,
});
const RANGE = { from: at("20260302", "00:00"), to: at("20260303", "00:00") };

test("completeness is the share of each session that no unfilled gap covers; overlapping gaps count once", () => {
  const nine = at("20260302", "09:00");
  const gaps = [
    gap(nine - MINUTE, nine + 3 * MINUTE),
    gap(nine + 2 * MINUTE, nine + 6 * MINUTE, { cause: "mute" }),
    gap(nine + 30 * MINUTE, nine + 40 * MINUTE, { filledBy: "kline" }),
    gap(nine + 60 * MINUTE, nine + 61.5 * MINUTE, { codes: [], cause: "slow" }),
    gap(nine + 76 * MINUTE, nine + 80 * MINUTE, { cause: "closed then" }),
  ];
  const report = reportGaps(gaps, RANGE, () => hours);
  assert.equal(report.gaps.length, 5);
  assert.deepEqual(report.gaps[3]?.seconds, 90);
  assert.deepEqual(report.sessions, [
    {
      type: "session",
      code: "rb2605",
      tradingDay: "20260302",
      from: new Date(nine).toISOString(),
      to: new Date(nine + 75 * MINUTE).toISOString(),
      seconds: 4_500,
      missing: 450,
      completeness: 90,
    },
  ]);
});

test("of a code that is asked for every session is told, the night one under the day that follows", () => {
  const { sessions } = reportGaps([], { ...RANGE, code: "rb2605" }, () => hours);
  assert.deepEqual(
    sessions.map(({ tradingDay, seconds, completeness }) => [tradingDay, seconds / 60, completeness]),
    [
      ["20260302", 75, 100],
      ["20260302", 60, 100],
      ["20260302", 90, 100],
      ["20260303", 120, 100],
    ],
  );
  const clipped = reportGaps(
    [],
    { from: at("20260302", "10:00"), to: at("20260302", "11:00"), code: "x" },
    () => hours,
  );
  assert.deepEqual(
    clipped.sessions.map(({ seconds }) => seconds / 60),
    [15, 30],
  );
});

test("a code of unknown hours counts round the clock; without a beginning the range begins with the oldest gap", () => {
  const from = Date.UTC(2026, 2, 2, 12);
  const { sessions } = reportGaps(
    [gap(from, from + 864_000)],
    { from: -Infinity, to: from + 5 * 86_400_000 },
    () => undefined,
  );
  assert.deepEqual(
    sessions.map(({ tradingDay, completeness }) => [tradingDay, completeness]),
    [["20260302", 99]],
  );
});

test("missing time is the measure of the union of gaps within the session, whatever they are", () => {
  const span = fc.tuple(fc.integer({ min: -50, max: 100 }), fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
      const nine = at("20260302", "09:00");
      const gaps = spans
        .map(([start, length]) => gap(nine + start * MINUTE, nine + (start + length) * MINUTE))
        .toSorted((a, b) => a.from - b.from);
      const range = { from: nine, to: nine + 75 * MINUTE, code: "rb2605" };
      const [row] = reportGaps(gaps, range, () => hours).sessions;
      let missing = 0;
      for (let minute = 0; minute < 75; minute++) {
        if (spans.some(([start, length]) => minute >= start && minute < start + length)) missing++;
      }
      assert.equal(row?.missing, missing * 60);
      assert.equal(row.completeness === 100, missing === 0);
    }),
  );
});
