/** The client against sibling gateways with all their rules, and everything that goes wrong with them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError, CtpClient, type ClientStatus, type CtpClientOptions, type Hole } from "@tickwire/client";
import type { Fill, Order, Snapshot } from "@tickwire/protocol/model";
import { FakeSibling, type SiblingKind } from "./support/fake-sibling.ts";

const INSTRUMENTS = ["rb2605", "au2606", "i2605"].map((id) => ({
  InstrumentID: id,
  ExchangeID: "SHFE",
  ProductID: id.slice(0, 2),
  VolumeMultiple: 10,
  PriceTick: 1,
}));
const QUICKLY = { baseMs: 5, capMs: 20 };

/** A client with everything that it tells, and a way to wait for something of it. */
class Witness implements AsyncDisposable {
  readonly snapshots: Snapshot[] = [];
  readonly orders: Order[] = [];
  readonly fills: Fill[] = [];
  readonly states: ClientStatus[] = [];
  readonly holes: Hole[] = [];
  readonly anomalies: string[] = [];
  readonly client: CtpClient;
  #look: () => void = () => undefined;

  constructor(sibling: FakeSibling, options: Partial<CtpClientOptions> = {}) {
    const keep = <T>(list: T[]) => {
      return (event: T): void => {
        list.push(event);
        this.#look();
      };
    };
    this.client = new CtpClient({
      url: sibling.url("md"),
      td: sibling.url("td"),
      user: "u",
      password: "secret",
      backOff: QUICKLY,
      onSnapshot: keep(this.snapshots),
      onOrder: keep(this.orders),
      onFill: keep(this.fills),
      onStatus: keep(this.states),
      onHole: keep(this.holes),
      onAnomaly: keep(this.anomalies),
      ...options,
    });
  }

  /** Resolves as soon as something that was told makes `test` true. */
  async until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise<void>((done) => (this.#look = done));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client.close();
  }
}

/** Opens both; the sibling ends after the client. */
async function meet(kind: SiblingKind, options: Partial<CtpClientOptions> = {}) {
  const sibling = await FakeSibling.start(kind);
  sibling.rows["ReqQryInstrument"] = INSTRUMENTS;
  const witness = new Witness(sibling, options);
  return {
    sibling,
    witness,
    client: witness.client,
    [Symbol.asyncDispose]: async () => {
      await witness.client.close();
      await sibling[Symbol.asyncDispose]();
    },
  };
}

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
    let held: (() => void) | undefined;
    sibling.fault = (frame, at) => {
      if (frame["MsgType"] !== "SubscribeMarketData" || held !== undefined) return false;
      held = () => sibling.answer(frame, at);
      return true;
    };
    sibling.cut("md");
    while (held === undefined) await new Promise((done) => setTimeout(done, 2));
    assert.equal(client.status.state, "connecting");
    assert.equal(witness.holes.length, 0);
    held();
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

describe("a login", () => {
  it("that is refused for good is not tried again: everything fails with its reason", async () => {
    await using both = await meet("classic", { password: "wrong" });
    const { sibling, client } = both;
    const stream = client.snapshots(["rb2605"]);
    const refused = (error: unknown): boolean =>
      error instanceof ClientError && error.kind === "refused" && error.ret === 3 && /不合法的登录/.test(error.message);
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

describe("flow control", () => {
  it("queries that come too early are asked again until all are answered", async () => {
    await using both = await meet("classic");
    const { sibling, client, witness } = both;
    await client.ready();
    sibling.queryGapMs = 900;
    const [some, account] = await Promise.allSettled([client.instruments(), client.query("ReqQryOrder")]);
    assert.deepEqual([some.status, account.status], ["fulfilled", "fulfilled"]);
    assert.ok(witness.anomalies.includes("flow-control"));
  });

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
