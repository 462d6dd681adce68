import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "./connection.ts";
import { ctpAddresses } from "./ctp-addresses.ts";

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
