import assert from "node:assert/strict";
import { test } from "node:test";
import { epochOf } from "@tickwire/protocol/model";
import fc from "fast-check";
import { contract, Stage, viewOf } from "../../../../test/support/exchange-stage.ts";
import { COMMODITY_HOURS } from "../../../../test/support/hours.ts";

const at = (time: string): number => epochOf("Asia/Shanghai", "20260310", time);

/** What the market or a user would trade, at worst at a price. */
interface Interest {
  readonly price: number;
  readonly volume: number;
}

/** Most lots that can be traded at one price. */
function mostLots(buys: readonly Interest[], sells: readonly Interest[]): number {
  const lots = (list: readonly Interest[], fits: (price: number) => boolean): number =>
    list.reduce((sum, { price, volume }) => sum + (fits(price) ? volume : 0), 0);
  const prices = [...buys, ...sells].map(({ price }) => price);
  const volumes = prices.map((price) =>
    Math.min(
      lots(buys, (it) => it >= price),
      lots(sells, (it) => it <= price),
    ),
  );
  return Math.max(0, ...volumes);
}

const sides = fc.record({
  side: fc.constantFrom("buy" as const, "sell" as const),
  price: fc.integer({ min: 996, max: 1004 }),
  volume: fc.integer({ min: 1, max: 9 }),
});
const market = fc.record({ bid: fc.integer({ min: 995, max: 999 }), spread: fc.integer({ min: 1, max: 4 }) });

test("an auction trades the most that can be traded at one price, and leaves nothing that could meet", () => {
  fc.assert(
    fc.property(fc.array(sides, { size: "max", maxLength: 12 }), market, (orders, { bid, spread }) => {
      const stage = new Stage([contract("rb2605", "SHFE", COMMODITY_HOURS)], undefined, at("20:56"));
      stage.market(viewOf([bid], [bid + spread], { bidVolumes: [4], askVolumes: [4] }));
      for (const { side, price, volume } of orders) stage.insert("a", { side, price, volume });
      stage.exchange.advance(at("20:59"));
      const fills = stage.ops.filter(({ op }) => op === "fill");
      const buys = orders.filter(({ side }) => side === "buy").concat({ side: "buy", price: bid, volume: 4 });
      const sells = orders
        .filter(({ side }) => side === "sell")
        .concat({ side: "sell", price: bid + spread, volume: 4 });
      const traded = fills.reduce((sum, op) => sum + (op.op === "fill" ? op.volume : 0), 0);
      assert.equal(traded, mostLots(buys, sells));
      const prices = new Set(fills.map((op) => (op.op === "fill" ? op.price : 0)));
      assert.ok(prices.size <= 1);
      const { bids, asks } = stage.exchange.footprint("rb2605");
      assert.ok(Math.max(...bids.keys(), -Infinity) < Math.min(...asks.keys(), Infinity));
      for (const { order, price } of stage.exchange.fills("a")) {
        const { input } = stage.exchange.orders("a").find(({ id }) => id === order)!;
        assert.ok(input.side === "buy" ? price <= input.price : price >= input.price);
      }
      assert.deepEqual(stage.replay().checkpoint(), stage.exchange.checkpoint());
    }),
    { numRuns: 300 },
  );
});

test("of prices with the same volume it takes the one that leaves least over, then the nearest to the settlement before", () => {
  const stage = new Stage([contract("rb2605", "SHFE", COMMODITY_HOURS)], undefined, at("20:56"));
  stage.insert("a", { price: 1004, volume: 5 });
  stage.insert("a", { price: 996, volume: 5, side: "sell" });
  stage.insert("b", { price: 1003, volume: 2, side: "sell" });
  stage.exchange.advance(at("20:59"));
  // At 1003 and 1004 two lots are left over; at 996 none. Of users' prices alone 996 is what remains.
  assert.deepEqual([stage.exchange.footprint("rb2605").last, stage.exchange.footprint("rb2605").volume], [996, 5]);
});
