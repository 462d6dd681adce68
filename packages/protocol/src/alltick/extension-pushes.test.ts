import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BTCUSDT, INSTRUMENTS, makeSnapshot, NOW, RB2605 } from "../../../../test/support/samples.ts";
import { PERIODS, type Kline } from "../model/kline.ts";
import { tickerOf } from "../model/ticker.ts";
import { readKlineHistory, readSubscriptionList, readTickerPush, readTradeHistory } from "./extension-frames.ts";
import { encodeTradePage, makeKlineEncoder, makeTickerEncoder, toWireLiveKline } from "./extension-pushes.ts";
import { decodeFrames } from "./frames.ts";
import { klineTypeOf, periodOfKlineType } from "./klines.ts";
import { toWireInstrument } from "./tickers.ts";

const BAR: Kline = {
  id: "rb2605",
  period: "1m",
  time: 1_766_453_400_000,
  open: 3500,
  high: 3502,
  low: 3499,
  close: 3501,
  volume: 120,
  turnover: 4_200_600,
  openInterest: 234_567,
  closed: true,
  revised: false,
  gap: false,
};

test("a bar is pushed to the letter", () => {
  assert.equal(
    makeKlineEncoder("rb2605")(BAR, RB2605),
    '{"cmd_id":32998,"data":{"code":"rb2605","kline_type":1,"timestamp":"1766453400","open_price":"3500","close_price":"3501","high_price":"3502","low_price":"3499","volume":"120","turnover":"4200600","open_interest":"234567","closed":1,"revised":0,"gap":0}}',
  );
  const forming = { ...BAR, closed: false, revised: true, gap: true, openInterest: NaN };
  const { closed, revised, gap, open_interest } = toWireLiveKline(forming, RB2605);
  assert.deepEqual([closed, revised, gap, open_interest], [0, 1, 1, undefined]);
  assert.equal("open_interest" in toWireLiveKline(BAR, BTCUSDT), false, "nothing but a future has open interest");
});

test("a ticker is pushed to the letter; what is not known is left out", () => {
  const known = { preSettlement: 3535, open: 3520, high: 3540, low: 3480 };
  assert.equal(
    makeTickerEncoder("rb2605")(makeSnapshot("rb2605", known), RB2605),
    '{"cmd_id":32999,"data":{"code":"rb2605","tick_time":1766453415500,"trading_day":"20251223","last_price":"3500","base_price":"3535","change":"-35","change_percent":"-0.99","open_price":"3520","high_price":"3540","low_price":"3480","volume":"12345","turnover":"432125000","open_interest":"234567","bid_price":"3499","bid_volume":"100"}}',
  );
  assert.equal(
    makeTickerEncoder("XBT")(
      makeSnapshot("BTCUSDT", { last: NaN, turnover: NaN, bids: { prices: [], volumes: [] } }),
      BTCUSDT,
    ),
    '{"cmd_id":32999,"data":{"code":"XBT","tick_time":1766453415500,"trading_day":"20251223","volume":"12345.00000"}}',
  );
});

test("an instrument tells its ticks, decimals and hours", () => {
  const { name, price_tick, expire_date, hours } = toWireInstrument(RB2605);
  assert.deepEqual([name, price_tick, expire_date], ["螺纹钢2605", "1", "20260515"]);
  assert.deepEqual(hours, {
    zone: "Asia/Shanghai",
    holidays: "CN",
    day: [{ start: "09:00", end: "15:00" }],
    night: { start: "21:00", end: "02:30" },
    day_start: "18:00",
  });
  const coin = toWireInstrument(BTCUSDT);
  assert.equal("expire_date" in coin || "night" in coin.hours, false);
});

test("the types of bars are the periods in their order", () => {
  assert.deepEqual(PERIODS.map(klineTypeOf), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const period of PERIODS) assert.equal(periodOfKlineType(klineTypeOf(period)), period);
  for (const type of [0, 11, NaN, 1.5, -1]) assert.equal(periodOfKlineType(type), undefined);
});

const cents = fc.integer({ min: 1, max: 1e9 }).map((value) => value / 100);
const bar: fc.Arbitrary<Kline> = fc.record(
  {
    id: fc.constant("BTCUSDT"),
    period: fc.constantFrom(...PERIODS),
    time: fc.nat(4e9).map((seconds) => seconds * 1_000),
    open: cents,
    high: cents,
    low: cents,
    close: cents,
    volume: fc.nat(1e9),
    turnover: cents,
    openInterest: fc.constant(NaN),
    closed: fc.boolean(),
    revised: fc.boolean(),
    gap: fc.boolean(),
  },
  { noNullPrototype: true },
);

test("a client reads bars, pages and tickers as they were written, and no frame holds null, true or false", () => {
  const write = makeKlineEncoder("BTCUSDT");
  fc.assert(
    fc.property(bar, (kline) => {
      const text = write(kline, BTCUSDT);
      assert.doesNotMatch(text, /null|true|false|NaN/);
      assert.deepEqual(decodeFrames(text), [{ kind: "kline", kline }]);
      const kline_list = [toWireLiveKline(kline, BTCUSDT)];
      const data = { code: kline.id, kline_type: klineTypeOf(kline.period), kline_list };
      assert.deepEqual(readKlineHistory(data), [kline]);
    }),
  );
});

test("no snapshot, however incomplete, makes a ticker with null, true, false or NaN, and its figures come back", () => {
  const figure = fc.oneof(fc.constant(NaN), fc.constant(Infinity), fc.integer({ min: -1e6, max: 1e9 }));
  const known = fc.record({
    last: figure,
    preClose: figure,
    preSettlement: figure,
    high: figure,
    openInterest: figure,
    volume: figure,
  });
  fc.assert(
    fc.property(fc.constantFrom(...INSTRUMENTS), known, (instrument, figures) => {
      const snapshot = makeSnapshot(instrument.id, figures);
      const text = makeTickerEncoder(instrument.id)(snapshot, instrument);
      const { data } = JSON.parse(text) as { data: Record<string, unknown> };
      for (const value of Object.values(data)) assert.ok(typeof value === "string" || typeof value === "number");
      const expected = tickerOf(instrument, snapshot);
      const { last, base, openInterest } = readTickerPush(data)!;
      assert.deepEqual([last, base, openInterest], [expected.last, expected.base, expected.openInterest].map(finite));
    }),
  );
});

test("a page of trades holds what the push holds, and where the next one begins", () => {
  const trade = {
    id: "BTCUSDT",
    seq: 7,
    time: NOW,
    price: 84_161.98,
    volume: 0.5,
    turnover: 42_080.99,
    direction: 2,
  } as const;
  const text = encodeTradePage("BTCUSDT", [trade], trade, BTCUSDT);
  assert.equal(
    text,
    '{"code":"BTCUSDT","tick_list":[{"code":"BTCUSDT","seq":7,"tick_time":1766453415500,"price":"84161.98","volume":"0.50000","turnover":"42080.990000","trade_direction":2}],"next_cursor":"1766453415500.7"}',
  );
  assert.deepEqual(readTradeHistory(JSON.parse(text) as Record<string, unknown>), {
    trades: [trade],
    next: { time: NOW, seq: 7 },
  });
  assert.equal(
    encodeTradePage("BTCUSDT", [], undefined, BTCUSDT),
    '{"code":"BTCUSDT","tick_list":[],"next_cursor":""}',
  );
});

test("what cannot be read is left out", () => {
  const data = {
    trade_list: [{ code: "A" }, null, { code: 5 }],
    depth_list: [{ code: "B", depth_level: "5" }, "x"],
    kline_list: [
      { code: "C", kline_type: 1 },
      { code: "C", kline_type: 11 },
    ],
  };
  assert.deepEqual(readSubscriptionList(data), {
    trades: ["A"],
    books: [{ code: "B", level: 5 }],
    klines: [{ code: "C", period: "1m" }],
    tickers: [],
  });
  assert.deepEqual(readTradeHistory({}), { trades: [], next: undefined });
  for (const text of ['{"cmd_id":32998,"data":{"code":"A"}}', '{"cmd_id":32999,"data":{}}'])
    assert.deepEqual(decodeFrames(text), [{ kind: "malformed", text }]);
});

/** What a client reads of a figure that is left out where it is not finite. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
