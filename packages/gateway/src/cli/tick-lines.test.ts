import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toJsonLine, toTextLine, type Tick } from "./tick-lines.ts";

const time = new Date(2025, 11, 23, 9, 5, 7, 8).getTime();
const none = { prices: [], volumes: [] };
const trade: Tick = {
  type: "trade",
  event: { id: "GOLD", seq: 7, time, price: 4101.91, volume: 8, turnover: NaN, direction: 1 },
};
const book: Tick = {
  type: "book",
  event: { id: "rb2605", seq: 8, time, bids: { prices: [3499, 3498], volumes: [1, 2] }, asks: none },
};

describe("toJsonLine", () => {
  it("is the event with its type, missing numbers as null", () => {
    const line = toJsonLine(trade);
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(JSON.parse(line), {
      type: "trade",
      id: "GOLD",
      seq: 7,
      time,
      price: 4101.91,
      volume: 8,
      turnover: null,
      direction: 1,
    });
  });
});

describe("toTextLine", () => {
  it("is aligned, in local time, with a word for the direction", () => {
    assert.equal(toTextLine(trade, false), "09:05:07.008  GOLD        trade          4101.91           8  buy");
    assert.equal(
      toTextLine({ type: "trade", event: { ...trade.event, direction: 0 } as never }, false),
      "09:05:07.008  GOLD        trade          4101.91           8",
    );
  });

  it("shows a one-sided book as one", () => {
    const line = toTextLine(book, false);
    assert.match(line, /bid +3499 x 1 +ask +— x — +levels 2\/0$/);
  });

  it("has colour only where asked", () => {
    assert.ok(!toTextLine(trade, false).includes("\u001b"));
    assert.ok(toTextLine(trade, true).includes("\u001b[32mbuy\u001b[0m"));
  });
});
