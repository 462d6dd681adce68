import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { joinStatuses } from "./client-status.ts";
import type { ClientStatus } from "./status.ts";

const status = (state: ClientStatus["state"], more: Partial<ClientStatus> = {}): ClientStatus => ({
  state,
  since: 1,
  attempt: 0,
  cause: "",
  retryAt: 0,
  lastMessage: 0,
  connections: 1,
  ...more,
});

describe("joinStatuses", () => {
  it("is live when both are, since the later one was", () => {
    assert.deepEqual(joinStatuses([status("live", { lastMessage: 9 }), status("live", { since: 5 })]), {
      ...status("live", { since: 5, lastMessage: 9 }),
      connections: 2,
    });
  });

  it("is the worse of the two, with its cause and its next attempt", () => {
    const waiting = status("waiting", { since: 7, cause: "1006", retryAt: 8, attempt: 2 });
    const { state, since, cause, retryAt, attempt } = joinStatuses([status("live"), waiting]);
    assert.deepEqual([state, since, cause, retryAt, attempt], ["waiting", 7, "1006", 8, 2]);
    assert.equal(joinStatuses([waiting, status("failed", { cause: "3" })]).cause, "3");
    assert.equal(joinStatuses([status("live"), status("connecting")]).state, "connecting");
  });

  it("of connections that are equally bad it is the oldest trouble, and the next attempt of any", () => {
    const first = status("waiting", { since: 7, cause: "", retryAt: 30, attempt: 4 });
    const second = status("waiting", { since: 9, cause: "1006", retryAt: 20, attempt: 2 });
    const { since, cause, retryAt, attempt } = joinStatuses([first, second]);
    assert.deepEqual([since, cause, retryAt, attempt], [7, "1006", 20, 4]);
  });

  it("stays failed when it is closed after, as one connection does", () => {
    const failed = status("failed", { cause: "401 token invalid" });
    for (const both of [
      [failed, status("closed")],
      [status("closed"), failed],
    ]) {
      const { state, cause } = joinStatuses(both);
      assert.deepEqual([state, cause], ["failed", "401 token invalid"]);
    }
  });
});
