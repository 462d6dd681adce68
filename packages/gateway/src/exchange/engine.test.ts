import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionOf, Stage, viewOf } from "../../../../test/support/exchange-stage.ts";

test("an order is accepted, queues, is filled and canceled, and each step is told as it was", () => {
  const stage = new Stage();
  stage.told();
  stage.insert("a", { side: "sell", volume: 3 });
  assert.deepEqual(stage.told(), ["a submitted 0/3", "a queueing 0/3"]);
  stage.insert("b", { volume: 2 });
  assert.deepEqual(stage.told(), [
    "b submitted 0/2",
    "b queueing 0/2",
    "b filled 2/2",
    "b fill 2@1000",
    "a part-filled 2/3",
    "a fill 2@1000",
  ]);
  assert.equal(stage.cancel("a", { ref: "1" }), undefined);
  assert.deepEqual(stage.told(), ["a canceled 2/3"]);
  const [sold] = stage.exchange.orders("a");
  assert.deepEqual(
    [sold!.sysId, sold!.localId, sold!.input.exchange, sold!.input.ref, sold!.message, sold!.reports, sold!.canceled],
    ["           1", "           1", "SHFE", "1", "已撤单", 4, stage.now],
  );
  assert.deepEqual(
    stage.exchange.fills("b").map(({ tradeId, sysId, volume }) => [tradeId, sysId, volume]),
    [["           1", "           2", 2]],
  );
});

test("the operations, told again to an empty exchange, make the same exchange", () => {
  const stage = new Stage();
  stage.market(viewOf([998, 997], [1001, 1002]));
  stage.insert("a", { side: "sell", volume: 3 });
  stage.insert("b", { volume: 5, price: 1001 });
  stage.insert("b", { volume: 5, price: 900, ref: "17" });
  const replayed = stage.replay();
  assert.deepEqual(replayed.checkpoint(), stage.exchange.checkpoint());
  assert.deepEqual(replayed.orders("b"), stage.exchange.orders("b"));
  assert.deepEqual(replayed.positions("b"), stage.exchange.positions("b"));
  assert.equal(
    replayed.cancel(
      "b",
      sessionOf("b"),
      { instrument: "rb2605", exchange: "", sysId: "", session: sessionOf("b"), ref: "17", requestId: 0 },
      stage.now,
    ),
    undefined,
  );
});
