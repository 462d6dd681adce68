import assert from "node:assert/strict";
import { it } from "node:test";
import { hasHeartbeatReply } from "./doctor-steps.ts";

it("an answer to a heartbeat is one however the service spells it", () => {
  const reply = { ret: 200, msg: "ok", cmd_id: 22001, seq_id: 1, trace: "t", data: {} };
  const push = { cmd_id: 22999, data: { code: "A", seq: 1, tick_time: 1_786_012_320_000, bids: [], asks: [] } };
  assert.ok(hasHeartbeatReply(JSON.stringify(reply)));
  assert.ok(hasHeartbeatReply(JSON.stringify(reply, undefined, 1)));
  assert.ok(hasHeartbeatReply(JSON.stringify({ ...reply, cmd_id: "22001", ret: "200" })));
  assert.ok(hasHeartbeatReply(`${JSON.stringify(push)}\n${JSON.stringify(reply)}\n`));
  assert.ok(!hasHeartbeatReply(JSON.stringify(push)));
  assert.ok(!hasHeartbeatReply(JSON.stringify({ ...reply, cmd_id: 22005 })));
});
