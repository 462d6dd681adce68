import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "./connection.ts";
import { ctpAddresses } from "./ctp-addresses.ts";
import { joinStatuses } from "./ctp-status.ts";
import type { ClientStatus } from "./status.ts";

describe("ctpAddresses", () => {
  it("finds both sides on one socket, on two, or one side alone", () => {
    const both = { md: "ws://h:1/", td: "ws://h:1/" };
    assert.deepEqual(ctpAddresses("ws://h:1", undefined, "seed"), both);
    assert.deepEqual(ctpAddresses("ws://h:1", undefined, "auto"), both);
    const legacy = "ws://h:1/?dialect=legacy";
    assert.deepEqual(ctpAddresses("ws://h:1", undefined, "legacy"), { md: legacy, td: legacy });
    const two = { md: "ws://h:1/md/", td: "ws://h:1/td/" };
    assert.deepEqual(ctpAddresses("ws://h:1", undefined, "classic"), two);
    assert.deepEqual(ctpAddresses("ws://h:1/md/", undefined, "auto"), { md: "ws://h:1/md/", td: undefined });
    assert.deepEqual(ctpAddresses("ws://h:1/md/?token=t", undefined, "classic"), {
      md: "ws://h:1/md/?token=t",
      td: undefined,
    });
    assert.deepEqual(ctpAddresses("ws://h:1/td", undefined, "auto"), { md: undefined, td: "ws://h:1/td" });
    assert.deepEqual(ctpAddresses("ws://h:1/md/", "ws://h:2/td/", "auto"), { md: "ws://h:1/md/", td: "ws://h:2/td/" });
    assert.deepEqual(ctpAddresses("ws://h:1", "ws://h:2", "classic"), { md: "ws://h:1/md/", td: "ws://h:2/td/" });
    assert.throws(() => ctpAddresses("nonsense", undefined, "auto"), ClientError);
    assert.throws(() => ctpAddresses("ws://h/md/", "http://h/td/", "auto"), /^ClientError: td: expected an address/);
  });
});

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
});
