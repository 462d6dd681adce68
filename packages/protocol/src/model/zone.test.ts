import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dateOfDay, dayNumberOf, epochOf, localDate, localTime, weekdayOf, zoneOffset } from "./zone.ts";

const ZONES = [
  "UTC",
  "Asia/Shanghai",
  "Asia/Hong_Kong",
  "Asia/Kolkata",
  "America/New_York",
  "America/Sao_Paulo",
  "Europe/London",
  "Australia/Adelaide",
  "Australia/Lord_Howe",
];
const zone = fc.constantFrom(...ZONES);
const time = fc.integer({ min: Date.UTC(1985, 0, 1), max: Date.UTC(2040, 0, 1) });

/** Wall clock straight from Intl, by another route than the code under test. */
function intlClock(timeZone: string, at: number): string {
  const text = new Date(at).toLocaleString("sv-SE", { timeZone });
  return text.replaceAll("-", "");
}

test("date and time of day agree with Intl in every zone", () => {
  fc.assert(
    fc.property(zone, time, (name, at) => {
      assert.equal(`${localDate(name, at)} ${localTime(name, at)}`, intlClock(name, at));
    }),
    { numRuns: 1_500 },
  );
});

test("epochOf is the way back wherever a clock shows a time once", () => {
  fc.assert(
    fc.property(zone, time, (name, at) => {
      const back = epochOf(name, localDate(name, at), localTime(name, at), ((at % 1_000) + 1_000) % 1_000);
      if (back !== at) {
        assert.ok(back < at, "of a time shown twice it is the first");
        assert.equal(intlClock(name, back), intlClock(name, at));
      }
    }),
    { numRuns: 1_500 },
  );
});

test("epochOf at the changes of New York's clocks", () => {
  const zoneName = "America/New_York";
  assert.equal(epochOf(zoneName, "20251102", "01:30"), Date.UTC(2025, 10, 2, 5, 30), "shown twice: the first");
  assert.equal(epochOf(zoneName, "20250309", "02:30"), Date.UTC(2025, 2, 9, 7, 30), "never shown: 03:30 summer time");
  assert.equal(epochOf(zoneName, "20250309", "01:59:59", 999), Date.UTC(2025, 2, 9, 6, 59, 59, 999));
  assert.equal(epochOf(zoneName, "20250309", "03:00"), Date.UTC(2025, 2, 9, 7));
});

test("hours beyond 24 reach into the next day", () => {
  assert.equal(epochOf("Asia/Shanghai", "20190408", "26:30"), epochOf("Asia/Shanghai", "20190409", "02:30:00"));
  assert.equal(epochOf("UTC", "20251231", "24:00"), Date.UTC(2026, 0, 1));
});

test("day numbers and dates are each other's inverse", () => {
  assert.equal(dayNumberOf("19700101"), 0);
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 50_000 }), (number) => dayNumberOf(dateOfDay(number)) === number),
  );
});

test("days of the week agree with Date, also before 1970", () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 50_000 }), (number) => {
      assert.equal(weekdayOf(number), new Date(number * 86_400_000).getUTCDay());
    }),
  );
});

test("China's summer time of 1990 is known", () => {
  assert.equal(zoneOffset("Asia/Shanghai", Date.UTC(1990, 6, 1)), 9 * 3_600_000);
  assert.equal(zoneOffset("Asia/Shanghai", Date.UTC(2000, 6, 1)), 8 * 3_600_000);
});

test("an unknown zone is refused", () => {
  assert.throws(() => localDate("Mars/Olympus", 0), RangeError);
});
