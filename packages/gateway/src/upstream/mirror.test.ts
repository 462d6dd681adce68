import assert from "node:assert/strict";
import { test } from "node:test";
import { makeOrder } from "../../../../test/support/fake-trading.ts";
import { Mirror } from "./mirror.ts";

test("orders that were refused count for their trading day, as their names are kept", () => {
  const mirror = new Mirror();
  const session = { frontId: 1, sessionId: 2 };
  const giver = { user: "a", session: { frontId: 1, sessionId: 3 }, input: { ...makeOrder().input, ref: "7" } };
  mirror.drop(mirror.give(session, "1", giver));
  mirror.give(session, "2", { ...giver, input: { ...giver.input, ref: "8" } });
  assert.equal(mirror.size, 2);
  assert.deepEqual(
    mirror.begin("20260312", () => false),
    [],
  );
  assert.equal(mirror.size, 0);
});
