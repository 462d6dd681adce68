import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kline } from "@tickwire/protocol/model";
import { klineHead, toKlineJson, toKlineText } from "./kline-lines.ts";

/** What begins a colour. */
const ESCAPE = "\u001b";

const BAR: Kline = {
  id: "rb2605",
  period: "1m",
  time: new Date(2025, 11, 23, 9, 30).getTime(),
  open: 3500,
  high: 3502,
  low: 3499,
  close: 3501,
  volume: 120,
  turnover: 4_200_600,
  openInterest: NaN,
  closed: true,
  revised: false,
  gap: false,
};

test("text stands under its heads and says what is odd about a bar", () => {
  const head = klineHead(false);
  const line = toKlineText(BAR, false);
  assert.equal(
    line,
    "2025-12-23 09:30          3500          3502          3499          3501             120             4200600",
  );
  assert.equal(line.length, head.length);
  for (const [column, value] of [
    ["open", "3500"],
    ["close", "3501"],
    ["volume", "120"],
    ["turnover", "4200600"],
  ] as const)
    assert.equal(head.indexOf(column) + column.length, line.indexOf(value) + value.length, column);
  const odd = { ...BAR, closed: false, revised: true, gap: true, volume: NaN };
  assert.match(toKlineText(odd, false), / — .* forming {2}revised {2}gap$/);
});

test("colour only paints", () => {
  for (const close of [3499, 3500, 3501]) {
    const bar = { ...BAR, close };
    assert.equal(
      toKlineText(bar, true)
        .split(ESCAPE)
        .map((part) => part.replace(/^\[\d+m/, ""))
        .join(""),
      toKlineText(bar, false),
    );
  }
  assert.notEqual(toKlineText(BAR, true), toKlineText(BAR, false));
});

test("JSON is the bar itself", () => {
  assert.deepEqual(JSON.parse(toKlineJson(BAR)), { type: "kline", ...BAR, openInterest: null });
});
