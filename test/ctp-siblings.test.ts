/** The client against sibling gateways with all their rules. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError, CtpClient } from "@tickwire/client";
import { INSTRUMENTS, meet } from "./support/ctp-witness.ts";
import { FakeSibling } from "./support/fake-sibling.ts";

for (const kind of ["classic", "homalos", "legacy"] as const) {
  describe(`${kind} siblings`, () => {
    it("are understood without being told which they are", async () => {
      await using both = await meet(kind);
      const { sibling, client } = both;
      assert.deepEqual(
        (await client.instruments()).map(({ id, multiplier }) => [id, multiplier]),
        INSTRUMENTS.map(({ InstrumentID }) => [InstrumentID, 10]),
      );
      const stream = client.snapshots(["rb2605"]);
      assert.deepEqual(await client.subscribe(["rb2605"]), [{ id: "rb2605", errorId: 0, errorMsg: "" }]);
      sibling.tick("rb2605", 3500, 1);
      assert.equal((await stream.next()).value?.last, 3500);
      const order = await client.orders.insert({
        instrument: "rb2605",
        exchange: "SHFE",
        side: "buy",
        volume: 1,
        price: 1,
      });
      assert.deepEqual([order.status, order.input.ref], ["queueing", "2"]);
      assert.equal((await client.orders.cancel(order)).status, "canceled");
      await assert.rejects(client.orders.cancel(order), (error) => error instanceof ClientError && error.ret === 25);
      assert.equal((await client.orders.list()).length, 1);
      assert.deepEqual(await client.positions(), []);
      assert.deepEqual(sibling.connections, { md: 1, td: 1 });
    });

    it("answer queries that are under way at the same time, each its own", async () => {
      await using both = await meet(kind);
      const { sibling, client } = both;
      sibling.rows["ReqQryTradingAccount"] = [{ AccountID: "u", Balance: 12.34 }];
      sibling.rows["ReqQryInvestorPosition"] = [{ InstrumentID: "rb2605", Position: 2, PosiDirection: "2" }];
      await client.ready();
      sibling.queryMs = 20;
      const [all, again, account, positions] = await Promise.all([
        client.instruments(),
        client.instruments(),
        client.account(),
        client.positions(),
      ]);
      assert.deepEqual([all.length, again.length, account.balance, positions[0]?.volume], [3, 3, 1234, 2]);
    });
  });
}

describe("a sibling that pings", () => {
  it("gets its Pong and does not drop the client", async () => {
    await using both = await meet("homalos");
    const { sibling, client, witness } = both;
    sibling.heartbeatMs = 20;
    await client.ready();
    const pongs = (): number => sibling.requests("md").filter((name) => name === "Pong").length;
    while (pongs() < 4) await new Promise((done) => setTimeout(done, 5));
    assert.deepEqual(sibling.connections, { md: 1, td: 1 });
    assert.ok(witness.states.every(({ state }) => state === "connecting" || state === "live"));
  });
});

describe("flow control", () => {
  it("a gap that is given is kept from the first query on", async () => {
    await using both = await meet("classic", { queryGapMs: 40 });
    const { sibling, client, witness } = both;
    sibling.queryGapMs = 38;
    await client.ready();
    await Promise.all([client.instruments(), client.positions(), client.orders.list()]);
    assert.deepEqual(witness.anomalies, []);
  });
});

describe("closing", () => {
  it("ends every iterator and lets everybody go, live or not; twice is once", async () => {
    await using both = await meet("classic");
    const { sibling, client } = both;
    sibling.fault = ({ MsgType }) => MsgType === "ReqQryInstrument";
    await client.ready();
    const waiting = [
      client.snapshots(["rb2605"]).next(),
      client.orders.updates().next(),
      client.fills.updates().next(),
    ];
    const asked = assert.rejects(client.instruments(), /closed/);
    await new Promise((done) => setTimeout(done, 20));
    await Promise.all([client.close(), client.close()]);
    await asked;
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ done }) => done),
      [true, true, true],
    );
    assert.equal(client.status.state, "closed");
    await assert.rejects(client.subscribe(["rb2605"]), /closed/);
    assert.equal(sibling.connections.md, 1);
  });

  it("while nobody listens there: the client waits no longer", async () => {
    const sibling = await FakeSibling.start("classic");
    const url = sibling.url("md");
    await sibling[Symbol.asyncDispose]();
    const client = new CtpClient({ url, user: "u", password: "p", backOff: { baseMs: 60_000, capMs: 60_000 } });
    const stream = client.snapshots(["rb2605"]);
    await new Promise((done) => setTimeout(done, 30));
    const next = stream.next();
    await client.close();
    assert.equal((await next).done, true);
    assert.equal(client.status.state, "closed");
  });
});

describe("a consumer that falls behind", () => {
  it("loses the oldest and is told", async () => {
    const lost: number[] = [];
    await using both = await meet("classic", { queueLimit: 3, onLost: (_, count) => lost.push(count) });
    const { sibling, client, witness } = both;
    const stream = client.snapshots(["rb2605"]);
    await client.subscribe(["rb2605"]);
    for (let second = 0; second < 5; second++) sibling.tick("rb2605", 3500 + second, second);
    await witness.until(() => witness.snapshots.length === 5);
    assert.deepEqual(lost, [1, 2]);
    assert.equal((await stream.next()).value?.last, 3502);
  });
});
