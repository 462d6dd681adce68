import assert from "node:assert/strict";
import { test } from "node:test";
import { futureOf } from "@tickwire/protocol/catalog";
import type { Instrument } from "@tickwire/protocol/model";
import { chinaMidnight, DAY_MS, DayStamps } from "./event-time.ts";

/** What a stamp makes of both dates and a time of day: real time in China, and trading day. */
function read(id: string, tradingDate: number, actionDate: number, time: string, shift = 0): string | undefined {
  const instrument: Instrument = futureOf(id)!;
  const clock = Date.parse(`1970-01-01T${time}Z`);
  const stamp = new DayStamps(instrument.hours, instrument.exchange, shift).at(tradingDate, actionDate, clock);
  if (stamp === undefined) return undefined;
  const real = new Date(stamp.midnight + clock + 8 * 3_600_000).toISOString();
  assert.equal(stamp.actionDay, real.slice(0, 10).replaceAll("-", ""));
  return `${real.slice(0, 16)} of ${stamp.tradingDay}`;
}

/** 2025-11-14 was a Friday, 2025-11-17 the Monday after it. */
const CASES: readonly (readonly [
  what: string,
  id: string,
  trading: number,
  action: number,
  time: string,
  expected: string,
])[] = [
  ["day session", "rb2605", 20251114, 20251114, "10:00:00", "2025-11-14T10:00 of 20251114"],
  ["SHFE night: both right", "rb2605", 20251117, 20251114, "21:00:00", "2025-11-14T21:00 of 20251117"],
  ["SHFE after midnight, Saturday", "au2606", 20251117, 20251115, "01:00:00", "2025-11-15T01:00 of 20251117"],
  [
    "SHFE after midnight, Friday: both dates equal and right",
    "au2606",
    20251114,
    20251114,
    "01:00:00",
    "2025-11-14T01:00 of 20251114",
  ],
  ["DCE night: ActionDay is the trading day", "m2605", 20251117, 20251117, "21:00:00", "2025-11-14T21:00 of 20251117"],
  ["DCE night within a week", "m2605", 20251114, 20251114, "22:59:59", "2025-11-13T22:59 of 20251114"],
  ["DCE after midnight, from Friday", "m2605", 20251117, 20251117, "01:00:00", "2025-11-15T01:00 of 20251117"],
  ["DCE after midnight within a week", "m2605", 20251114, 20251114, "01:00:00", "2025-11-14T01:00 of 20251114"],
  ["DCE as SimNow or a recorder repairs it", "m2605", 20251117, 20251114, "21:00:00", "2025-11-14T21:00 of 20251117"],
  [
    "CZCE night: TradingDay is the calendar day",
    "TA605",
    20251114,
    20251114,
    "21:00:00",
    "2025-11-14T21:00 of 20251117",
  ],
  ["CZCE as a recorder repairs it", "TA605", 20251117, 20251114, "21:00:00", "2025-11-14T21:00 of 20251117"],
  ["GFEX is like DCE", "si2605", 20251117, 20251117, "19:30:00", "2025-11-14T19:30 of 20251117"],
  ["login snapshot on the evening before", "AP605", 20251117, 20251114, "19:29:42", "2025-11-14T19:29 of 20251117"],
  ["only a trading day, SHFE night", "rb2605", 20251117, NaN, "21:00:00", "2025-11-14T21:00 of 20251117"],
  ["only an action day, CZCE night", "TA605", NaN, 20251114, "21:00:00", "2025-11-14T21:00 of 20251117"],
  ["only an action day, by day", "rb2605", NaN, 20251114, "09:00:00", "2025-11-14T09:00 of 20251114"],
];

test("real time and trading day are derived from what each exchange stamps", () => {
  for (const [what, id, trading, action, time, expected] of CASES)
    assert.equal(read(id, trading, action, time), expected, what);
});

test("a pass of a loop is whole weeks later, with its trading days", () => {
  assert.equal(read("m2605", 20251117, 20251117, "21:00:00", 14 * DAY_MS), "2025-11-28T21:00 of 20251201");
});

test("what is no date has no stamp", () => {
  for (const date of [NaN, 0, 20251301, 20250230, 20251100, 2025.5, 18991231]) {
    assert.equal(read("rb2605", date, date, "10:00:00"), undefined, String(date));
    assert.ok(Number.isNaN(chinaMidnight(date)));
  }
  assert.equal(read("rb2605", 20251114, 99999999, "10:00:00"), undefined);
});

test("one object serves a session, and each part of the day has its own", () => {
  const { hours, exchange } = futureOf("m2605")!;
  const stamps = new DayStamps(hours, exchange, 0);
  const day = stamps.at(20251114, 20251114, 36_000_000);
  assert.equal(stamps.at(20251114, 20251114, 36_000_500), day);
  const night = stamps.at(20251114, 20251114, 76_000_000);
  assert.equal(day!.midnight - night!.midnight, DAY_MS);
  assert.equal(stamps.at(20251114, 20251114, 36_000_000)?.midnight, day!.midnight);
});
