import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLTICK_PLANS } from "@tickwire/protocol/alltick";
import { Demands } from "./alltick-demands.ts";

test("the union has every entry once, the standing list first, and the deepest level that anyone wants", () => {
  const demands = new Demands(ALLTICK_PLANS.basic);
  const end = demands.add({ books: [{ code: "A", level: 5 }, "B"], trades: ["C", "1.HK"] });
  demands.add({
    books: [
      { code: "A", level: 2 },
      { code: "B", level: 1 },
    ],
    klines: [{ code: "A", period: "1m" }],
  });
  demands.stand({
    trades: ["D", "C"],
    klines: [
      { code: "A", period: "1m" },
      { code: "A", period: "1d" },
    ],
  });
  assert.deepEqual(demands.of("general"), {
    trades: ["D", "C"],
    books: [
      { code: "A", level: 5 },
      { code: "B", level: 0 },
    ],
    klines: [
      { code: "A", period: "1m" },
      { code: "A", period: "1d" },
    ],
    tickers: [],
  });
  assert.deepEqual(demands.of("stock").trades, ["1.HK"]);
  end();
  assert.deepEqual(demands.of("general").books, [
    { code: "A", level: 2 },
    { code: "B", level: 1 },
  ]);
});

test("what passes the plan changes nothing; periods of one code count once", () => {
  const demands = new Demands(ALLTICK_PLANS.free);
  const codes = ["A", "B", "C", "D", "E"];
  demands.stand({
    trades: codes,
    klines: codes.flatMap(
      (code) =>
        [
          { code, period: "1m" },
          { code, period: "1d" },
        ] as const,
    ),
  });
  assert.throws(() => demands.add({ trades: ["F"] }), { ret: 603, temporary: false });
  assert.throws(() => demands.stand({ trades: [...codes, "F"] }), { ret: 603 });
  assert.deepEqual(demands.of("general").trades, codes);
});
