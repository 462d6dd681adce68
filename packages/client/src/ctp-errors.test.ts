import assert from "node:assert/strict";
import { it } from "node:test";
import { loginRefusal, refusal } from "./ctp-errors.ts";

it("a login is tried again only where that is known to help", () => {
  for (const final of [3, 75, 4711]) assert.equal(loginRefusal({ ErrorID: final, ErrorMsg: "" }).temporary, false);
  for (const passes of [7, 60, 90, -1, -4097])
    assert.equal(loginRefusal({ ErrorID: passes, ErrorMsg: "" }).temporary, true);
  assert.equal(refusal({ ErrorID: 4711, ErrorMsg: "" }).temporary, true, "elsewhere a broker's own number may pass");
});
