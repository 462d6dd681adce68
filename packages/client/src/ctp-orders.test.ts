import assert from "node:assert/strict";
import { test } from "node:test";
import { PendingOrders } from "./ctp-orders.ts";

test("a session's references go on after those that the exchange gives in it, and no other session's", () => {
  const orders = new PendingOrders({ after: () => () => undefined, every: () => () => undefined });
  orders.begin({ maxOrderRef: "7", frontId: 1, sessionId: 4 });
  assert.equal(orders.nextRef(), "8");
  const tell = (row: Readonly<Record<string, unknown>>): void =>
    orders.hear({ kind: "order", msgType: "RtnOrder", info: { ErrorID: 0, ErrorMsg: "" }, body: row });
  tell({ FrontID: 1, SessionID: 5, OrderRef: "500" });
  assert.equal(orders.nextRef(), "9");
  tell({ FrontID: 1, SessionID: 4, OrderRef: "          50" });
  tell({ FrontID: 1, SessionID: 4, OrderRef: "9" });
  tell({ FrontID: 1, SessionID: 4, OrderRef: "none" });
  assert.equal(orders.nextRef(), "51");
});
