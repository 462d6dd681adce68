import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SessionIds } from "./session-ids.ts";

describe("SessionIDs", () => {
  it("go on after the last one", () => {
    const ids = new SessionIds(41);
    assert.deepEqual([ids.next(), ids.next()], [42, 43]);
  });

  it("fit into 32 bits: after the largest comes 1, and never 0", () => {
    const ids = new SessionIds(2_147_483_646);
    assert.deepEqual([ids.next(), ids.next(), ids.next()], [2_147_483_647, 1, 2]);
  });
});
