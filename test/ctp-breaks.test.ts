/** The client when connections break and logins are refused: nothing twice, nothing half, nothing silent. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError, type Hole } from "@tickwire/client";
import { INSTRUMENTS, meet } from "./support/ctp-witness.ts";

describe("a break", () => {
  it("in the middle of a reply: the query is asked again, and no half of it is told", async () => {
    await using both = await meet("classic");
    const { sibling, client } = both;
    await client.ready();
    let cuts = 0;
    sibling.fault = (frame, at) => {
      if (frame["MsgType"] !== "ReqQryInstrument" || cuts++ > 0) return false;
      sibling.reply(frame, at, { Instrument: INSTRUMENTS[0] }, false);
      at.socket.close(1011);
      return true;
    };
    assert.equal((await client.instruments()).length, 3);
    assert.deepEqual([sibling.connections, cuts], [{ md: 1, td: 2 }, 2]);
  });

  it("of market data is a hole, told when everything flows again; iterators go on", async () => {
    await using both = await meet("classic", { now: () => Date.parse("2026-01-05T10:30:00+08:00") });
    const { sibling, client, witness } = both;
    const stream = client.snapshots(["rb2605", "au2606"]);
    await client.subscribe(["i2605"]);
    await client.ready();
    sibling.tick("rb2605", 3500, 7);
    await stream.next();
    sibling.cut("md");
    await witness.until(() => witness.holes.length > 0);
    const [{ from, to, codes, cause, filledBy }] = witness.holes as [Hole];
    assert.equal(from, Date.parse("2026-01-05T10:00:07+08:00"));
    assert.equal(to, Date.parse("2026-01-05T10:30:00+08:00"));
    assert.deepEqual([codes.toSorted(), filledBy], [["au2606", "i2605", "rb2605"], undefined]);
    assert.match(cause, /1006/);
    sibling.tick("au2606", 900, 9);
    assert.equal((await stream.next()).value?.id, "au2606");
    assert.equal(client.status.state, "live");
    assert.deepEqual(sibling.connections, { md: 2, td: 1 });
    assert.deepEqual(
      witness.states.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]),
      ["connecting", "live", "waiting", "connecting", "live"],
    );
  });

  it("is not over before every subscription was answered", async () => {
    await using both = await meet("classic");
    const { sibling, client, witness } = both;
    await client.subscribe(["rb2605"]);
    const { promise: asked, resolve } = Promise.withResolvers<() => void>();
    sibling.fault = (frame, at) => {
      if (frame["MsgType"] !== "SubscribeMarketData") return false;
      resolve(() => sibling.answer(frame, at));
      return true;
    };
    sibling.cut("md");
    const answer = await asked;
    assert.equal(client.status.state, "connecting");
    assert.equal(witness.holes.length, 0);
    answer();
    await client.ready();
    assert.equal(client.status.state, "live");
    assert.equal(witness.holes.length, 1);
  });

  it("of trading: what changed meanwhile is told, nothing twice, and no order is sent again", async () => {
    await using both = await meet("classic");
    const { sibling, client, witness } = both;
    await client.ready();
    const order = await client.orders.insert({
      instrument: "rb2605",
      exchange: "SHFE",
      side: "buy",
      volume: 1,
      price: 1,
    });
    const told = witness.orders.length;
    sibling.fault = ({ MsgType }, { socket }) => MsgType === "ReqOrderInsert" && (socket.terminate(), true);
    const lost = client.orders.insert({ instrument: "au2606", exchange: "SHFE", side: "buy", volume: 1, price: 1 });
    sibling.rows["ReqQryOrder"]![0] = { ...sibling.rows["ReqQryOrder"]![0], OrderStatus: "0", VolumeTraded: 1 };
    const keys = { ExchangeID: "SHFE", OrderSysID: order.sysId, TradeID: "1", Direction: "0" };
    sibling.rows["ReqQryTrade"] = [{ InstrumentID: "rb2605", Price: 1, Volume: 1, ...keys }];
    await assert.rejects(lost, /what became of it is not known/);
    await assert.rejects(client.orders.insert({ instrument: "rb2605", side: "buy", volume: 1 }), /was not sent/);
    await client.ready();
    assert.deepEqual(
      witness.orders.slice(told).map(({ status, filled }) => [status, filled]),
      [["filled", 1]],
    );
    assert.deepEqual(
      witness.fills.map(({ sysId }) => sysId),
      [order.sysId],
    );
    sibling.push("td", "RtnTrade", { Trade: sibling.rows["ReqQryTrade"][0] });
    sibling.cut("td");
    await witness.until(() => client.status.state !== "live");
    await client.ready();
    assert.deepEqual([witness.orders.length - told, witness.fills.length], [1, 1]);
    assert.equal(sibling.requests("td").filter((name) => name === "ReqOrderInsert").length, 2);
  });

  it("of the gateway's own upstream, which it tells and stays, is one", async () => {
    await using both = await meet("homalos");
    const { sibling, client, witness } = both;
    await client.subscribe(["rb2605"]);
    sibling.push("md", "OnFrontDisconnected", { RspInfo: { ErrorID: 8193, ErrorMsg: "heartbeat" } });
    await witness.until(() => witness.holes.length > 0);
    assert.match(witness.holes[0]!.cause, /OnFrontDisconnected 8193/);
    assert.equal(sibling.connections.md, 2);
  });
});

function refused(error: unknown): boolean {
  assert.ok(error instanceof ClientError);
  return error.kind === "refused" && error.ret === 3 && error.message.includes("不合法的登录");
}

describe("a login", () => {
  it("that is refused for good is not tried again: everything fails with its reason", async () => {
    await using both = await meet("classic", { password: "wrong" });
    const { sibling, client } = both;
    const stream = client.snapshots(["rb2605"]);
    await assert.rejects(client.ready(), refused);
    await assert.rejects(client.account(), refused);
    await assert.rejects(stream.next(), refused);
    assert.equal(client.status.state, "failed");
    assert.match(client.status.cause, /login: 3/);
    await new Promise((done) => setTimeout(done, 60));
    assert.equal(sibling.connections.td, 1);
  });

  it("that is refused for the moment is tried again", async () => {
    await using both = await meet("classic");
    const { sibling, client } = both;
    let refusals = 0;
    sibling.fault = (frame, at) => {
      if (frame["MsgType"] !== "ReqUserLogin" || at.side !== "td" || refusals === 2) return false;
      refusals++;
      sibling.reply(frame, at, { RspUserLogin: {} }, true, { ErrorID: 60, ErrorMsg: "CTP:用户在线会话超出上限" });
      return true;
    };
    await client.ready();
    assert.deepEqual(sibling.connections, { md: 1, td: 3 });
  });
});
