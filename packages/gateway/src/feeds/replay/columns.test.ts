import assert from "node:assert/strict";
import { test } from "node:test";
import { findColumns } from "./columns.ts";

const LEAST = ["InstrumentID", "TradingDay", "UpdateTime", "LastPrice", "Volume"];

test("columns are found in any order, others among them; what is missing is -1", () => {
  const { count, at, bids } = findColumns(
    ["Volume", "BidPrice1", "note", "LastPrice", "UpdateTime", "BidVolume1", "ActionDay", "InstrumentID"],
    "f",
  );
  assert.equal(count, 8);
  assert.deepEqual([at.Volume, at.LastPrice, at.UpdateTime, at.ActionDay, at.InstrumentID], [0, 3, 4, 6, 7]);
  assert.deepEqual([at.TradingDay, at.Turnover], [-1, -1]);
  assert.deepEqual(bids, { prices: [1], volumes: [5] });
});

test("the second names are understood, and their differences are not taken for cumulative figures", () => {
  const header =
    "exchg,code,price,total_volume,volume,total_turnover,turn_over,trading_date,action_time,bid_price_0,bid_qty_0,bid_price_1,bid_qty_1";
  const columns = findColumns(header.split(","), "f");
  assert.deepEqual(
    [columns.at.InstrumentID, columns.at.LastPrice, columns.at.Volume, columns.at.Turnover],
    [1, 2, 3, 5],
  );
  assert.deepEqual(columns.bids, { prices: [9, 11], volumes: [10, 12] });
  assert.ok(columns.packedTime && columns.moneyTurnover);
  const ctp = findColumns([...LEAST, "Turnover"], "f");
  assert.ok(!ctp.packedTime && !ctp.moneyTurnover);
});

test("a missing column is named, with the file", () => {
  for (const missing of LEAST) {
    const header = LEAST.filter((name) => name !== missing);
    const names =
      missing === "TradingDay"
        ? /^ticks\.csv: missing column TradingDay .* or ActionDay /
        : new RegExp(`^ticks\\.csv: missing column ${missing} `);
    assert.throws(() => findColumns(header, "ticks.csv"), { message: names });
  }
  assert.throws(() => findColumns(["date", "close"], "f"), /InstrumentID.*UpdateTime.*LastPrice.*Volume.*TradingDay/);
  assert.throws(() => findColumns([], "f"), /^Error: f: the first line is not a CSV header$/);
});
