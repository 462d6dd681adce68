import assert from "node:assert/strict";
import { test } from "node:test";
import { futureOf } from "@tickwire/protocol/catalog";
import { sameSnapshot, type Snapshot } from "@tickwire/protocol/model";
import fc from "fast-check";
import { findColumns } from "./columns.ts";
import { DayStamps } from "./event-time.ts";
import { toSnapshot } from "./mapper.ts";
import { Row } from "./row.ts";

const PLAIN = {
  TradingDay: "20251114",
  ActionDay: "20251114",
  UpdateTime: "10:00:00",
  LastPrice: "4000",
  Volume: "10",
};

/** Maps one row that is stated by its columns. */
function map(fields: Readonly<Record<string, string>>): Snapshot | undefined {
  const all: Record<string, string> =
    "code" in fields ? { ...fields } : { InstrumentID: "rb2605", ...PLAIN, ...fields };
  const columns = findColumns(Object.keys(all), "test");
  const bytes = Buffer.from(Object.values(all).join(","));
  const row = new Row();
  assert.equal(row.parse(bytes, 0, bytes.length), columns.count);
  const instrument = futureOf(all["InstrumentID"] ?? all["code"]!, Date.UTC(2025, 10))!;
  return toSnapshot(row, columns, instrument, new DayStamps(instrument.hours, instrument.exchange, 0));
}

test("every field has its place", () => {
  const snapshot = map({
    UpdateMillisec: "500",
    PreSettlementPrice: "3990",
    PreClosePrice: "3991",
    PreOpenInterest: "1000",
    OpenPrice: "3995",
    HighestPrice: "4010",
    LowestPrice: "3980",
    Turnover: "400000",
    OpenInterest: "1001",
    ClosePrice: "4001",
    SettlementPrice: "4002",
    UpperLimitPrice: "4300",
    LowerLimitPrice: "3700",
    PreDelta: "0.5",
    CurrDelta: "0",
    AveragePrice: "40000",
    BidPrice1: "3999",
    BidVolume1: "5",
    BidPrice2: "3998",
    BidVolume2: "6",
    AskPrice1: "4000",
    AskVolume1: "7",
  });
  assert.deepEqual(snapshot, {
    id: "rb2605",
    time: Date.UTC(2025, 10, 14, 2, 0, 0, 500),
    tradingDay: "20251114",
    actionDay: "20251114",
    last: 4000,
    preSettlement: 3990,
    preClose: 3991,
    preOpenInterest: 1000,
    open: 3995,
    high: 4010,
    low: 3980,
    volume: 10,
    turnover: 400_000,
    openInterest: 1001,
    close: 4001,
    settlement: 4002,
    upperLimit: 4300,
    lowerLimit: 3700,
    preDelta: 0.5,
    currDelta: 0,
    average: 4000,
    bids: { prices: [3999, 3998], volumes: [5, 6] },
    asks: { prices: [4000], volumes: [7] },
  });
});

test("turnover is money and average a plain price at every exchange", () => {
  const figures = { Volume: "20", Turnover: "80000", AveragePrice: "4000" };
  const czce = map({ ...figures, InstrumentID: "AP605" });
  assert.deepEqual([czce?.turnover, czce?.average], [800_000, 4000]);
  const shfe = map({ ...figures, Turnover: "800000", AveragePrice: "40000" });
  assert.deepEqual([shfe?.turnover, shfe?.average], [800_000, 4000]);
  const other = map({
    code: "AP605",
    trading_date: "20251114",
    action_time: "100000500",
    price: "4000",
    total_volume: "20",
    total_turnover: "800000",
  });
  assert.deepEqual(
    [other?.turnover, other?.volume, other?.average],
    [800_000, 20, NaN],
    "total_turnover is money already",
  );
  assert.equal(other?.time, Date.UTC(2025, 10, 14, 2, 0, 0, 500));
});

test("0 is no price, but a volume, a turnover, an open interest and a delta", () => {
  const zero = Object.fromEntries(
    [
      "LastPrice",
      "OpenPrice",
      "ClosePrice",
      "UpperLimitPrice",
      "AveragePrice",
      "Volume",
      "Turnover",
      "OpenInterest",
      "CurrDelta",
    ].map((name) => [name, "0.00"]),
  );
  const snapshot = map(zero)!;
  for (const name of ["last", "open", "close", "upperLimit", "average"] as const)
    assert.ok(Number.isNaN(snapshot[name]), name);
  for (const name of ["volume", "turnover", "openInterest", "currDelta"] as const)
    assert.equal(snapshot[name], 0, name);
});

test("a side ends at the first level without price or volume", () => {
  const none = ["0", "0.00", "N/A", "", "1.79769e+308", "1.7976931348623157e308"];
  for (const price of none) {
    const snapshot = map({
      BidPrice1: "9",
      BidVolume1: "1",
      BidPrice2: price,
      BidVolume2: "3",
      BidPrice3: "7",
      BidVolume3: "1",
      AskPrice1: price,
      AskVolume1: "0",
    })!;
    assert.deepEqual(snapshot.bids, { prices: [9], volumes: [1] }, price);
    assert.deepEqual(snapshot.asks.prices, [], price);
  }
  assert.deepEqual(map({ BidPrice1: "9", BidVolume1: "0" })?.bids.prices, []);
});

function last(InstrumentID: string, LastPrice: string): number | undefined {
  return map({ InstrumentID, LastPrice })?.last;
}

test("binary noise is cleaned to the instrument's decimals, real digits are kept", () => {
  assert.equal(last("IF2512", "5806.400000000001"), 5806.4);
  assert.equal(last("rb2605", "3594.0000000000005"), 3594);
  assert.equal(last("rb2605", "3594.5"), 3594.5);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: -3, max: 3 }), (ticks, ulps) => {
      const price = (ticks * 2) / 10;
      const noisy = price * (1 + ulps * Number.EPSILON);
      assert.equal(last("IF2512", String(noisy)), price);
    }),
  );
});

test("a row is malformed by any date, time or number that cannot be read", () => {
  for (const broken of [
    { TradingDay: "20251345", ActionDay: "20251345" },
    { ActionDay: "yesterday" },
    { UpdateTime: "25:00:00" },
    { Volume: "N/A" },
    { Volume: "-1" },
    { Volume: "many" },
    { LastPrice: "4o00" },
    { UpperLimitPrice: "12,5".replace(",", ";") },
    { BidPrice1: "abc", BidVolume1: "1" },
  ]) {
    assert.equal(map(broken), undefined, JSON.stringify(broken));
  }
  assert.ok(Number.isNaN(map({ LastPrice: "N/A" })?.last), "no price yet is not malformed");
});

test("rows are the same only when every figure is", () => {
  const fields = { BidPrice1: "9", BidVolume1: "1", AskPrice1: "10", AskVolume1: "1", CurrDelta: "N/A", Turnover: "5" };
  assert.ok(sameSnapshot(map(fields)!, map(fields)!));
  for (const [name, value] of Object.entries({
    LastPrice: "1",
    Volume: "11",
    BidVolume1: "2",
    AskPrice1: "11",
    CurrDelta: "0",
    Turnover: "6",
    UpdateTime: "10:00:01",
    AskVolume1: "0",
  })) {
    assert.ok(!sameSnapshot(map(fields)!, map({ ...fields, [name]: value })!), name);
  }
});
