import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TradingHours } from "./instrument.ts";
import { mergeKlines, periodEnd, PERIODS, periodSpan, type Kline } from "./kline.ts";
import { Sum } from "./sum.ts";
import {
  CRYPTO_HOURS as CRYPTO,
  FOREX_HOURS as FOREX,
  NEW_YORK_HOURS as NEW_YORK,
  PLAIN_FUTURES_HOURS,
} from "../../../../test/support/hours.ts";

const HOUR = 3_600_000;

const FUTURES: TradingHours = { ...PLAIN_FUTURES_HOURS, night: ["21:00", "23:00"] };
const ALWAYS: TradingHours = { ...FUTURES, always: true };

const china = (text: string): number => Date.parse(`${text}+08:00`);
const utc = (time: number): string => new Date(time).toISOString().slice(0, 16);

test("a bar ends where the next one begins, and its own time lies in it", () => {
  const hours = fc.constantFrom(FUTURES, NEW_YORK, FOREX, ALWAYS, CRYPTO);
  const time = fc.integer({ min: Date.UTC(2025, 0, 5), max: Date.UTC(2027, 11, 20) });
  fc.assert(
    fc.property(hours, time, fc.constantFrom(...PERIODS), (of, at, period) => {
      const span = periodSpan(of, period, at);
      assert.ok(span.start <= at && at < span.end);
      assert.equal(span.end, periodEnd(of, period, at));
      assert.deepEqual(periodSpan(of, period, span.time), span);
      assert.deepEqual(periodSpan(of, period, span.end - 1), span);
      assert.equal(periodSpan(of, period, span.end).start, span.end);
    }),
    { numRuns: 500 },
  );
});

test("weeks and months are cut from trading days, nights and holidays included", () => {
  // Friday evening belongs to Monday: to the next week.
  const friday = china("2026-03-06T21:00");
  assert.equal(periodSpan(FUTURES, "1d", friday).time, china("2026-03-09T00:00"));
  assert.equal(periodSpan(FUTURES, "1w", friday).time, china("2026-03-09T00:00"));
  assert.equal(periodEnd(FUTURES, "1w", friday), china("2026-03-13T18:00"));
  // The week of the National Day holiday ends on its last trading day.
  assert.equal(periodEnd(FUTURES, "1w", china("2026-09-29T10:00")), china("2026-09-30T18:00"));
  assert.equal(periodEnd(FUTURES, "1M", china("2026-09-29T10:00")), china("2026-09-30T18:00"));
  assert.equal(periodSpan(FUTURES, "1M", china("2026-10-08T10:00")).time, china("2026-10-01T00:00"));
});

test("bars of some hours keep to the exchange's clock when it is set", () => {
  // New York, 2026-03-08: 02:00 becomes 03:00. 2026-11-01: 02:00 becomes 01:00.
  const spring = periodSpan(NEW_YORK, "4h", Date.UTC(2026, 2, 8, 7, 30));
  assert.deepEqual([utc(spring.start), utc(spring.end)], ["2026-03-08T05:00", "2026-03-08T08:00"]);
  const autumn = periodSpan(NEW_YORK, "4h", Date.UTC(2026, 10, 1, 7, 30));
  assert.deepEqual([utc(autumn.start), utc(autumn.end)], ["2026-11-01T04:00", "2026-11-01T09:00"]);
  assert.equal(periodEnd(NEW_YORK, "1h", Date.UTC(2026, 10, 1, 5, 30)), Date.UTC(2026, 10, 1, 6));
});

const minute = (time: number, stated: Partial<Kline>): Kline => ({
  id: "a",
  period: "1m",
  time,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
  turnover: 1,
  openInterest: NaN,
  closed: true,
  revised: false,
  gap: false,
  ...stated,
});

test("a merge takes first, last, extremes and sums; it is closed when its period is over", () => {
  const start = Date.UTC(2026, 2, 2);
  const bars = [
    minute(start, { open: 3, high: 5, low: 2, close: 4, volume: 0.1, turnover: 0.3, openInterest: 7, gap: true }),
    minute(start + 60_000, { open: 4, high: 9, low: 4, close: 6, volume: 0.2, turnover: 0.6, revised: true }),
    minute(start + 5 * 60_000, { open: 6, high: 6, low: 1, close: 2, closed: false }),
  ];
  const [first, second] = mergeKlines(bars, CRYPTO, "5m", start + 6 * 60_000);
  const sums = { volume: 0.3, turnover: 0.9, openInterest: 7 };
  const flags = { closed: true, revised: true, gap: true };
  assert.deepEqual(first, {
    ...minute(start, { open: 3, high: 9, low: 2, close: 6, ...sums, ...flags }),
    period: "5m",
  });
  assert.deepEqual([second!.time - start, second!.close, second!.closed], [5 * 60_000, 2, false]);
  const [day] = mergeKlines(bars.slice(0, 2), CRYPTO, "1d", start + 23 * HOUR);
  assert.equal(day!.closed, false);
  assert.equal(mergeKlines(bars.slice(0, 2), CRYPTO, "1d", start + 24 * HOUR)[0]!.closed, true);
  assert.deepEqual(mergeKlines([], CRYPTO, "1d"), []);
});

test("sums are decimals, whatever the order of their terms", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -100_000, max: 10_000_000 }), { maxLength: 200 }), (thousandths) => {
      const [one, other] = [new Sum(), new Sum()];
      for (const term of thousandths) one.add(term / 1_000);
      for (const term of thousandths.toReversed()) other.add(term / 1_000);
      assert.equal(one.value, thousandths.reduce((total, term) => total + term, 0) / 1_000);
      assert.equal(other.value, one.value);
      one.clear();
      assert.equal(one.value, 0);
    }),
    { examples: [[[91_088, -97_095]]] },
  );
});
