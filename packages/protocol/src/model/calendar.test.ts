import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Calendar, isOpen, isTradingDay, addTradingDays, nextOpen, sessionsOf, tradingDaySpan } from "./calendar.ts";
import { HOLIDAYS, withHolidays } from "./holidays.ts";
import type { HolidayCalendar, TradingHours } from "./instrument.ts";
import { epochOf, localDate, localTime } from "./zone.ts";
import {
  commodityHours as futures,
  CRYPTO_HOURS as CRYPTO,
  FOREX_HOURS as FOREX,
  HONG_KONG_HOURS as HONG_KONG,
  NEW_YORK_HOURS as NEW_YORK,
} from "../../../../test/support/hours.ts";

const MINUTE = 60_000;
const CHINA = "Asia/Shanghai";

const GOLD = futures("02:30");
const SAMOA: TradingHours = {
  zone: "Australia/Lord_Howe",
  holidays: "WEEKDAYS",
  day: [["08:00", "05:00"]],
  dayStart: "06:00",
};
const ALL = [futures(), futures("23:00"), futures("01:00"), GOLD, HONG_KONG, NEW_YORK, FOREX, CRYPTO, SAMOA];

const hours = fc.constantFrom(...ALL);
const time = fc.integer({ min: Date.UTC(2018, 0, 1), max: Date.UTC(2029, 0, 1) });
const china = (date: string, clock: string): number => epochOf(CHINA, date, clock);

/** Trading days of a year. */
function count(holidays: HolidayCalendar, year: number): number {
  let days = 0;
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 1_440 * MINUTE) {
    if (isTradingDay(holidays, localDate("UTC", at))) days++;
  }
  return days;
}

/** `25:00:00` → `01:00` */
function clockOf(value: string): string {
  const hour = Number(value.slice(0, 2));
  return `${String(hour % 24).padStart(2, "0")}${value.slice(2, 5)}`;
}

test("trading days tile the time line, and their sessions lie inside them, in order, without overlap", () => {
  fc.assert(
    fc.property(hours, time, (of, at) => {
      const span = tradingDaySpan(of, at);
      assert.ok(span.start <= at && at < span.end);
      assert.deepEqual(tradingDaySpan(of, span.start), span);
      assert.deepEqual(tradingDaySpan(of, span.end - 1), span);
      assert.equal(tradingDaySpan(of, span.end).start, span.end);
      assert.equal(tradingDaySpan(of, span.start - 1).end, span.start);
      assert.ok(tradingDaySpan(of, span.end).day > span.day);
      assert.ok(isTradingDay(of.holidays, span.day));
      let free = span.start;
      for (const [start, end] of sessionsOf(of, span.day)) {
        assert.ok(free <= start && start < end && end <= span.end, `${span.day}: ${start}-${end}`);
        free = end;
      }
    }),
    { numRuns: 2_000 },
  );
});

test("isOpen and nextOpen agree with the sessions", () => {
  fc.assert(
    fc.property(hours, time, (of, at) => {
      const inside = sessionsOf(of, tradingDaySpan(of, at).day).some(([start, end]) => at >= start && at < end);
      assert.equal(isOpen(of, at), inside);
      const open = nextOpen(of, at);
      assert.ok(isOpen(of, open));
      assert.ok(inside ? open === at : open > at && !isOpen(of, open - 1));
    }),
    { numRuns: 2_000 },
  );
});

test("the night of Friday belongs to Monday", () => {
  const friday = china("20260313", "21:00");
  assert.equal(tradingDaySpan(GOLD, friday).day, "20260316");
  assert.equal(tradingDaySpan(GOLD, china("20260314", "02:29")).day, "20260316");
  assert.equal(tradingDaySpan(GOLD, china("20260313", "17:59")).day, "20260313");
  assert.ok(isOpen(GOLD, china("20260314", "02:29")) && !isOpen(GOLD, china("20260314", "02:30")));
  assert.deepEqual(sessionsOf(GOLD, "20260316")[0], [friday, china("20260314", "02:30")]);
});

test("there is no night session on the evening before a holiday", () => {
  for (const [eve, day] of [
    ["20251231", "20260105"],
    ["20260213", "20260224"],
    ["20260430", "20260506"],
    ["20260924", "20260928"],
    ["20260930", "20261008"],
  ] as const) {
    assert.equal(tradingDaySpan(GOLD, china(eve, "21:00")).day, day);
    assert.equal(isOpen(GOLD, china(eve, "21:30")), false, eve);
    assert.deepEqual(sessionsOf(GOLD, day)[0], [china(day, "09:00"), china(day, "10:15")]);
    assert.equal(nextOpen(GOLD, china(eve, "15:00")), china(day, "09:00"));
  }
});

test("forex trades from Sunday 17:00 to Friday 17:00 New York, summer and winter", () => {
  for (const [sunday, friday] of [
    ["20260118", "20260123"],
    ["20260712", "20260717"],
  ] as const) {
    const open = epochOf(FOREX.zone, sunday, "17:00");
    const close = epochOf(FOREX.zone, friday, "17:00");
    assert.deepEqual([isOpen(FOREX, open - 1), isOpen(FOREX, open)], [false, true]);
    assert.deepEqual([isOpen(FOREX, close - 1), isOpen(FOREX, close)], [true, false]);
    assert.equal(close - open, 120 * 60 * MINUTE);
    assert.equal(nextOpen(FOREX, close), close + 48 * 60 * MINUTE);
  }
});

test("half days end early", () => {
  assert.deepEqual(sessionsOf(HONG_KONG, "20251224").length, 1);
  assert.equal(localTime("Asia/Hong_Kong", sessionsOf(HONG_KONG, "20251224")[0]![1]), "12:00:00");
  assert.equal(localTime("America/New_York", sessionsOf(NEW_YORK, "20261127")[0]![1]), "13:00:00");
  assert.equal(localTime("America/New_York", sessionsOf(NEW_YORK, "20261130")[0]![1]), "16:00:00");
});

test("round the clock is open round the clock", () => {
  fc.assert(fc.property(time, (at) => isOpen(CRYPTO, at) && tradingDaySpan(CRYPTO, at).day === localDate("UTC", at)));
});

test("the number of trading days of a year is the published one", () => {
  assert.deepEqual(
    [2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026].map((year) => count("CN", year)),
    [243, 244, 243, 243, 242, 242, 242, 243, 242],
  );
  assert.deepEqual([count("US", 2025), count("US", 2026)], [250, 251]);
  assert.equal(count("WEEKDAYS", 2025), 261);
  assert.equal(count("NONE", 2028), 366);
});

test("addTradingDays steps over weekends and holidays", () => {
  assert.equal(addTradingDays("CN", "20260930", 1), "20261008");
  assert.equal(addTradingDays("CN", "20261008", -1), "20260930");
  assert.equal(addTradingDays("CN", "20261003", 0), "20261008");
  assert.equal(addTradingDays("CN", "20260105", 0), "20260105");
});

test("holidays can be amended without touching the built-in ones", () => {
  const amended = withHolidays(HOLIDAYS, "CN", {
    close: ["20260608"],
    open: ["20260619"],
    early: { "20260610": "11:30" },
  });
  const calendar = new Calendar(amended);
  assert.deepEqual(calendar.sessionsOf(GOLD, "20260608"), []);
  assert.equal(calendar.isOpen(GOLD, china("20260605", "21:30")), false, "no night before the new holiday");
  assert.equal(isOpen(GOLD, china("20260605", "21:30")), true);
  assert.equal(calendar.isOpen(GOLD, china("20260619", "09:30")), true);
  assert.equal(isOpen(GOLD, china("20260619", "09:30")), false);
  assert.deepEqual(calendar.sessionsOf(GOLD, "20260610").at(-1), [
    china("20260610", "10:30"),
    china("20260610", "11:30"),
  ]);
});

test("a calendar that is always closed is an error, not an endless search", () => {
  const never = new Calendar({ ...HOLIDAYS, NONE: { ...HOLIDAYS.NONE, closed: { has: () => true } as never } });
  assert.throws(() => never.nextOpen(CRYPTO, 0), RangeError);
});

const SESSIONS = new URL("../../../../../shared/data/sessions/", import.meta.url);
const absent = existsSync(SESSIONS) ? false : "recorded data is not here (../shared/data)";

test("recorded minutes of au1912 fill exactly the sessions", { skip: absent }, () => {
  const text = gunzipSync(readFileSync(new URL("SHFE.au1912_1m.csv.gz", SESSIONS))).toString();
  const recorded = text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[1]!.slice(0, -6)));
  const first = recorded[0]!;
  const last = recorded.at(-1)!;
  const expected: number[] = [];
  for (let at = first; at <= last; at = tradingDaySpan(GOLD, at).end) {
    for (const [start, end] of sessionsOf(GOLD, tradingDaySpan(GOLD, at).day)) {
      for (let minute = start; minute < end; minute += MINUTE) {
        if (minute >= first && minute <= last) expected.push(minute);
      }
    }
  }
  assert.deepEqual(recorded, expected);
});

test("the trading times of real contracts are read as they are written", { skip: absent }, () => {
  interface Contract {
    readonly trading_time: { readonly day: [string, string][]; readonly night?: [string, string][] };
  }
  const text = readFileSync(new URL("contracts.json", SESSIONS), "utf8");
  for (const [name, { trading_time: times }] of Object.entries(JSON.parse(text) as Record<string, Contract>)) {
    const night = times.night?.[0];
    const of: TradingHours = {
      ...futures(),
      day: times.day.map(([start, end]) => [start.slice(0, 5), end.slice(0, 5)]),
      ...(night === undefined ? {} : { night: [clockOf(night[0]), clockOf(night[1])] as const }),
    };
    const friday = (times.night ?? []).map(([start, end]) => [china("20190614", start), china("20190614", end)]);
    const monday = times.day.map(([start, end]) => [china("20190617", start), china("20190617", end)]);
    assert.deepEqual(sessionsOf(of, "20190617"), [...friday, ...monday], name);
    assert.equal(sessionsOf(of, "20190610").length, times.day.length, `${name}: no night before Dragon Boat`);
  }
});

test("hours that are always open have the trading days of the others, each one long session", () => {
  const closing = futures("23:00");
  const always = { ...closing, always: true } as const;
  for (let at = Date.UTC(2026, 8, 20); at < Date.UTC(2026, 9, 20); at += 3_600_000) {
    const span = tradingDaySpan(always, at);
    assert.deepEqual(span, tradingDaySpan(closing, at));
    assert.deepEqual(sessionsOf(always, span.day), [[span.start, span.end]]);
    assert.equal(isOpen(always, at), true);
    assert.equal(nextOpen(always, at), at);
  }
});
