/** What the client promises when connections break, are refused, or go mute. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asked, next, stage } from "../../../test/support/alltick-client-stage.ts";
import { ClientError } from "./connection.ts";
import type { Hole } from "./status.ts";

describe("breaks", () => {
  it("are mended: everything is asked for again, live only then, the hole told, nothing repeated", async () => {
    const holes: Hole[] = [];
    const { upstream, client, told, pass } = stage();
    client.setSubscriptions({ trades: ["A", "B"], books: ["A"] });
    const own = client.trades(["B"], { onHole: (hole) => holes.push(hole) });
    await pass(5_000);
    upstream.trade("A", 1);
    await pass(1_000);
    upstream.trade("A", 2);
    const from = upstream.now;
    upstream.last.end(1006);
    await pass(3_240);
    assert.equal(upstream.connections.length, 1, "the plan's gap");
    await pass(20);
    assert.deepEqual([upstream.connections.length, client.status.state], [2, "connecting"]);
    upstream.trade("A", 2, from);
    upstream.trade("A", 3);
    await pass(2_000);
    assert.equal(client.status.state, "live");
    assert.deepEqual(asked(upstream), [
      [22004, ["A", "B"]],
      [22002, ["A"]],
    ]);
    assert.deepEqual(
      told.trades.map(({ seq }) => seq),
      [1, 2, 3],
    );
    const to = told.statuses.at(-1)!.since;
    assert.deepEqual(told.holes, [{ from, to, codes: ["A", "B"], cause: "1006 connection lost", filledBy: undefined }]);
    assert.deepEqual(holes, [{ ...told.holes[0], codes: ["B"] }]);
    assert.equal(await next(own), "waits");
    await client.close();
  });

  it("of a mute connection are found by its heartbeat", async () => {
    const { upstream, client, told, pass } = stage();
    client.setSubscriptions({ trades: ["A"] });
    await pass(5_000);
    upstream.last.mute = true;
    await pass(15_100);
    assert.equal(client.status.state, "waiting");
    assert.match(client.status.cause, /mute: no answer to a heartbeat within 10 s/);
    await pass(5_000);
    assert.deepEqual([client.status.state, told.holes.length, upstream.open.length], ["live", 1, 1]);
    await client.close();
  });

  it("are not storms: 429 and 606 wait at least the plan's gap, longer each time", async () => {
    const { upstream, client, pass } = stage({ plan: "free", random: () => 0.999 });
    upstream.refuses = 429;
    client.setSubscriptions({ trades: ["A"] });
    await pass(100_000);
    assert.match(client.status.cause, /429 too many connections/);
    const count = upstream.connections.length;
    assert.ok(count >= 4 && count <= 10, `${count}`);
    upstream.refuses = undefined;
    upstream.answers = "606";
    await pass(100_000);
    assert.match(client.status.cause, /606 too many requests/);
    upstream.answers = "ok";
    await pass(40_000);
    assert.equal(client.status.state, "live");
    for (const [i, { since }] of upstream.connections.entries()) {
      if (i > 0) assert.ok(since - upstream.connections[i - 1]!.until >= 10_000);
    }
    await client.close();
  });

  it("are mended as soon as the plan's gap allows, whatever the cap", async () => {
    for (const [plan, gap] of [
      ["free", 10_000],
      ["basic", 3_000],
    ] as const) {
      const { upstream, client, pass } = stage({ plan, backOff: { capMs: 5_000 }, random: () => 0.999 });
      client.setSubscriptions({ trades: ["A"] });
      await pass(20_000);
      for (let round = 1; round < 5; round++) {
        upstream.last.end(1006);
        await pass(15_000);
        const waited = upstream.last.since - upstream.connections.at(-2)!.until;
        assert.ok(waited >= gap && waited <= Math.max(5_000, gap + 500), `${plan}: ${waited}`);
        assert.equal(client.status.state, "live");
      }
      await client.close();
    }
  });

  it("that are not explained leave the plan's requests to those who need them", async () => {
    const { upstream, client, pass } = stage({ plan: "free" });
    upstream.refuses = 0;
    client.setSubscriptions({ trades: ["A"] });
    await pass(3_600_000);
    assert.ok(upstream.connections.length > 100);
    assert.ok(upstream.calls.length <= 9, `${upstream.calls.length} questions why`);
    await client.close();
    const other = stage({ plan: "free" });
    const calls = Array.from({ length: 3 }, () => other.client.tradeTick(["A"]).catch(() => undefined));
    other.upstream.refuses = 0;
    other.client.setSubscriptions({ trades: ["A"] });
    await other.pass(20_500);
    await Promise.all(calls);
    assert.deepEqual(
      other.upstream.calls.map(({ data }) => "symbol_list" in (data as object)),
      [true, true, true],
      "who waits goes first",
    );
    await other.client.close();
  });

  it("one after another tell the holes of what flowed for a moment between them, too", async () => {
    const { upstream, client, told, pass } = stage();
    client.setSubscriptions({ trades: ["A"], books: ["A"] });
    await pass(5_000);
    upstream.trade("A", 1);
    const from = upstream.now;
    upstream.last.end(1006);
    client.setSubscriptions({ trades: ["B"], books: ["B"] });
    await pass(3_300);
    upstream.trade("B", 2);
    const between = upstream.now;
    upstream.last.end(1006);
    await pass(10_000);
    assert.equal(client.status.state, "live");
    const to = told.statuses.at(-1)!.since;
    const hole = { to, cause: "1006 connection lost", filledBy: undefined };
    assert.deepEqual(told.holes, [
      { ...hole, from, codes: ["A"] },
      { ...hole, from: between, codes: ["B"] },
    ]);
    await client.close();
  });

  it("that end in a refusal for good tell the hole that is open", async () => {
    const { upstream, client, told, pass } = stage();
    client.setSubscriptions({ trades: ["A"] });
    await pass(5_000);
    upstream.trade("A", 1);
    const from = upstream.now;
    upstream.refuses = 0;
    upstream.last.end(1006);
    await pass(60_000);
    assert.deepEqual(told.holes, []);
    upstream.httpRefuses = 401;
    await pass(600_000);
    assert.equal(client.status.state, "failed");
    const to = client.status.since;
    assert.deepEqual(told.holes, [{ from, to, codes: ["A"], cause: "1006 connection lost", filledBy: undefined }]);
    await client.close();
  });

  it("have no hole that ends before it begins, though the service's clock is ahead", async () => {
    const { upstream, client, told, pass } = stage();
    client.setSubscriptions({ trades: ["A"] });
    await pass(5_000);
    upstream.trade("A", 1, upstream.now + 60_000);
    const at = upstream.now;
    upstream.last.end(1006);
    await pass(10_000);
    assert.equal(told.holes[0]?.from, at);
    await client.close();
  });

  it("of a service that answers no subscription are not shown as live", async () => {
    const { upstream, client, told, pass } = stage();
    upstream.answers = "never";
    client.setSubscriptions({ trades: ["A"] });
    await pass(60_000);
    assert.ok(told.statuses.every(({ state }) => state !== "live"));
    assert.match(told.statuses.map(({ cause }) => cause).join(), /trade subscription: no reply within 10 s/);
    upstream.answers = "ok";
    await pass(60_000);
    assert.equal(client.status.state, "live");
    await client.close();
  });

  it("by a token that is refused are final, whoever tells: the handshake, HTTP, or a frame", async () => {
    for (const how of ["handshake", "http", "frame"]) {
      const { upstream, client, told, pass } = stage();
      if (how === "handshake") upstream.refuses = 401;
      if (how === "http") upstream.refuses = 0;
      upstream.httpRefuses = 401;
      client.setSubscriptions({ trades: ["A"] });
      const iterator = client.trades(["A"]);
      const failing = assert.rejects(
        iterator.next(),
        (error: unknown) => error instanceof ClientError && error.ret === 401,
      );
      await pass(3_000);
      if (how === "frame") {
        upstream.last.push({ ret: 401, msg: "token invalid", cmd_id: 0, seq_id: 0, trace: "", data: {} });
        upstream.last.end(1008);
        await pass(1_000);
      }
      await failing;
      await pass(600_000);
      assert.deepEqual([client.status.state, upstream.connections.length], ["failed", 1], how);
      assert.match(client.status.cause, /401 token/);
      assert.equal(told.holes.length, how === "frame" ? 1 : 0);
      await assert.rejects(client.ready(), /401/);
      await client.close();
      assert.equal(client.status.state, "failed");
    }
  });
});
