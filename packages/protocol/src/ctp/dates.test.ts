import assert from "node:assert/strict";
import { test } from "node:test";
import { readMoment } from "./dates.ts";
import { CRYPTO_HOURS as CRYPTO, PLAIN_FUTURES_HOURS as FUTURES } from "../../../../test/support/hours.ts";

/** Exchange, TradingDay, ActionDay and UpdateTime as received; the calendar date and trading day as they really were. */
const CASES: readonly (readonly [
  why: string,
  exchange: string,
  stamp: readonly [string, string, string],
  real: readonly [string, string] | undefined,
])[] = [
  ["by day all agree", "DCE", ["20230712", "20230712", "10:00:00"], ["20230712", "20230712"]],
  ["SHFE at night is right", "SHFE", ["20230712", "20230711", "23:00:00"], ["20230711", "20230712"]],
  ["SHFE after midnight", "SHFE", ["20230712", "20230712", "00:30:00"], ["20230712", "20230712"]],
  ["SHFE, Friday night after midnight", "SHFE", ["20230717", "20230715", "01:00:00"], ["20230715", "20230717"]],
  [
    "DCE at night: ActionDay is the next trading day",
    "DCE",
    ["20230712", "20230712", "21:05:00"],
    ["20230711", "20230712"],
  ],
  ["DCE on Friday night", "DCE", ["20230717", "20230717", "22:00:00"], ["20230714", "20230717"]],
  ["DCE on Friday night after midnight", "DCE", ["20230717", "20230717", "00:10:00"], ["20230715", "20230717"]],
  ["DCE after midnight, within the week", "DCE", ["20230712", "20230712", "00:10:00"], ["20230712", "20230712"]],
  ["CZCE on Friday night after midnight", "CZCE", ["20230715", "20230715", "00:10:00"], ["20230715", "20230717"]],
  [
    "early on Monday, in a market that never closes",
    "SHFE",
    ["20230717", "20230717", "02:00:00"],
    ["20230717", "20230717"],
  ],
  [
    "CZCE at night: TradingDay is the calendar day",
    "CZCE",
    ["20230711", "20230711", "21:05:00"],
    ["20230711", "20230712"],
  ],
  ["CZCE on Friday night", "CZCE", ["20230714", "20230714", "22:00:00"], ["20230714", "20230717"]],
  ["CZCE put right by its sender", "CZCE", ["20230712", "20230711", "21:05:00"], ["20230711", "20230712"]],
  ["no ActionDay: the seed's least, by day", "", ["20230712", "", "10:00:00"], ["20230712", "20230712"]],
  ["no ActionDay: the seed's least, at night", "", ["20230717", "", "21:00:00"], ["20230714", "20230717"]],
  ["no TradingDay, as on some market-data fronts", "SHFE", ["", "20230711", "21:00:00"], ["20230711", "20230712"]],
  ["a snapshot from before the open", "DCE", ["20180824", "20180824", "07:54:41"], ["20180824", "20180824"]],
  ["no date", "SHFE", ["", "2023-07-11", "21:00:00"], undefined],
  ["no time", "SHFE", ["20230712", "20230711", ""], undefined],
  ["no such time", "SHFE", ["20230712", "20230711", "24:00:00"], undefined],
];

for (const [why, exchange, [TradingDay, ActionDay, UpdateTime], real] of CASES) {
  test(why, () => {
    const moment = readMoment(
      { TradingDay, ActionDay, UpdateTime, UpdateMillisec: 500 },
      { exchange, multiplier: 10, hours: FUTURES },
    );
    if (real === undefined) return assert.equal(moment, undefined);
    const [date, tradingDay] = real;
    const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${UpdateTime}.500+08:00`;
    assert.deepEqual(moment, { time: Date.parse(iso), tradingDay, actionDay: date });
  });
}

test("round the clock there is no night to be wrong about, and missing milliseconds are 0", () => {
  const stamp = { TradingDay: "20251223", ActionDay: "20251223", UpdateTime: "23:59:59", UpdateMillisec: NaN };
  const moment = readMoment(stamp, { exchange: "CRYPTO", multiplier: 1, hours: CRYPTO });
  assert.equal(moment?.time, Date.UTC(2025, 11, 23, 23, 59, 59));
});
