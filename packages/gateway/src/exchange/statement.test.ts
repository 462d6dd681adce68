import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBooked, makeFill, makeInput, makeTerms } from "../../../../test/support/trading-terms.ts";
import { Accounts } from "./accounts.ts";
import { padText, tableLines, textWidth } from "./text-table.ts";

const DAY = "20251226";

/** Columns up to the end of a text in a line. */
const endOf = (line: string, text: string) => textWidth(line.slice(0, line.indexOf(text) + text.length));

/** A day of one account with these orders filled. */
function settled(orders: readonly Parameters<typeof makeInput>[]): string {
  const accounts = new Accounts();
  accounts.openAccount("demo", 2_000_000_000);
  for (const [at, [instrument, changes]] of orders.entries()) {
    accounts.setTerms(makeTerms(instrument, { product: instrument.slice(0, 2) }));
    const order = makeBooked(at, "demo", makeInput(instrument, changes));
    const fill = makeFill(`${at}`, changes?.price ?? 3000, 1, DAY);
    accounts.freeze(order, 3000);
    accounts.fill(order, fill);
  }
  accounts.transfer("demo", 12_345);
  const prices = new Map(orders.map(([instrument]) => [instrument, 3010]));
  return accounts.settle(DAY, "20251229", 3, prices)[0]!.text;
}

const BUSY = settled([
  ["rb2605", {}],
  ["rb2605", { side: "sell", offset: "close-today", price: 3020 }],
  ["ru2605", { side: "sell" }],
]);

test("the statement tells the money of the day", () => {
  for (const [name, text] of [
    ["上日结存", "20000000.00"],
    ["当日入金", "123.45"],
    ["平仓盈亏", "200.00"],
    ["持仓盯市盈亏", "-100.00"],
    ["手续费", "15.06"],
    ["当日结存", "20000208.39"],
    ["保证金占用", "3600.00"],
    ["可用资金", "19996608.39"],
    ["风险度", "0.02%"],
  ] as const) {
    assert.match(BUSY, new RegExp(`${name}： +${text.replaceAll(".", "\\.")}(\\s|$)`, "m"), name);
  }
  assert.match(BUSY, /投资者：demo {4}交易日：20251226 {4}结算编号：3/);
});

test("the statement tells what was traded and what is held", () => {
  const cells = BUSY.split("\r\n").map((line) => line.split(/ +/));
  const rows = (id: string) => cells.filter((row) => row[1] === id);
  assert.deepEqual(rows("rb2605"), [
    ["SHFE", "rb2605", "多", "投机", "1", "30000.00", "1", "30200.00", "12.06", "200.00"],
  ]);
  assert.deepEqual(rows("ru2605")[1], [
    "SHFE",
    "ru2605",
    "空",
    "投机",
    "1",
    "1",
    "3000.0",
    "3000",
    "3010",
    "-100.00",
    "3600.00",
  ]);
});

test("lines end with CR LF, and columns stand under each other", () => {
  assert.ok(BUSY.endsWith("\r\n") && !/[^\r]\n/.test(BUSY) && !/ \r/.test(BUSY));
  const lines = BUSY.split("\r\n");
  const title = lines.find((line) => line.includes("盯市盈亏") && line.includes("持仓手数"))!;
  const row = lines.find((line) => line.includes("-100.00") && line.startsWith("SHFE"))!;
  assert.equal(endOf(row, "-100.00"), endOf(title, "盯市盈亏"));
  assert.equal(textWidth(row), textWidth(title));
});

test("a quiet day has empty tables, a crowded one ends somewhere", () => {
  const quiet = settled([]);
  assert.equal(quiet.match(/（无）/g)!.length, 2);
  assert.ok(!quiet.includes("到期交割\r\n"));
  const crowded = settled(Array.from({ length: 503 }, (_, at) => [`x${at}`, {}] as const).map(([id]) => [id]));
  assert.match(crowded, /另有 3 行从略/);
  assert.ok(crowded.length < 200_000);
  assert.match(crowded, /^合计 .* 15090000\.00 /m);
});

test("Chinese letters are two columns wide", () => {
  assert.deepEqual(["ab", "多空", "（元）：", "é"].map(textWidth), [2, 4, 8, 1]);
  assert.equal(padText("多", 4, "right"), "  多");
  assert.deepEqual(
    tableLines(
      [
        { title: "合约", align: "left" },
        { title: "n", align: "right" },
      ],
      [["a", "12"]],
    ),
    ["合约   n", "a     12"],
  );
});
