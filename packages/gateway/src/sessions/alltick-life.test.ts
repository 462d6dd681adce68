/** The life of a connection: handshake, seats, heartbeats, pacing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AllTickClient, AllTickFixture } from "../../../../test/support/alltick-fixture.ts";
import samples from "../../../../test/fixtures/alltick-ws.json" with { type: "json" };
import type { AllTickConfig } from "./alltick-config.ts";
import { RecordingPeer } from "../../../../test/support/recording-peer.ts";

const TOO_MANY = { status: 429, body: '{"error_msg":"Too many requests","ret":429,"msg":"Too many requests"}' };

test("the handshake table", () => {
  const market = new AllTickFixture({ pacing: "vendor" });
  let first: AllTickClient | undefined;
  for (const { request, status, body } of samples.handshakes) {
    const target = request.split(" ")[1]!.replace("GOOD", "free").replace("BAD", "bad");
    if (request.includes("reconnect")) first!.session.closed();
    const outcome = market.shake(target);
    if (status === 101) {
      assert.ok(outcome instanceof AllTickClient, request);
      first ??= outcome;
    } else {
      assert.ok(!(outcome instanceof AllTickClient), request);
      assert.equal(outcome.status, status, request);
      const expected = "error_msg" in body! ? JSON.parse(TOO_MANY.body) : body;
      assert.deepEqual(JSON.parse(outcome.body), expected, request);
    }
  }
});

test("refusals to the letter", () => {
  const market = new AllTickFixture();
  assert.deepEqual(market.shake("/quote-b-ws-api"), {
    status: 401,
    body: '{"msg":"token is required","trace":"","ret":401}',
  });
  assert.deepEqual(market.shake("/quote-b-ws-api?token="), {
    status: 401,
    body: '{"msg":"token is required","trace":"","ret":401}',
  });
  assert.deepEqual(market.shake("/quote-stock-b-ws-api?token=bad"), {
    status: 401,
    body: '{"msg":"token invalid","trace":"","ret":401}',
  });
  market.connect("free");
  assert.deepEqual(market.shake("/quote-b-ws-api?token=free"), TOO_MANY);
});

test("seats are counted per token and endpoint, by plan, and given back", () => {
  const market = new AllTickFixture();
  const taken = (token: string, endpoint: "stock" | "general", most: number): AllTickClient[] =>
    Array.from({ length: most }, () => market.connect(token, endpoint));
  for (const endpoint of ["stock", "general"] as const) {
    for (const [token, most] of [
      ["free", 1],
      ["free2", 1],
      ["basic", 1],
      ["premium", 3],
      ["professional", 10],
      ["all-hk", 10],
      ["unheard-of", 1],
    ] as const) {
      const clients = taken(token, endpoint, most);
      assert.throws(() => market.connect(token, endpoint), /Too many/);
      clients[0]!.session.closed();
      market.connect(token, endpoint);
      assert.throws(() => market.connect(token, endpoint), /Too many/);
    }
  }
});

test("a handshake that is never completed takes no seat, and two that race do not share one", () => {
  const market = new AllTickFixture();
  const handshake = { path: "/quote-b-ws-api", query: new URLSearchParams("token=free"), protocols: [] };
  const admissions = [1, 2, 3].map(() => market.door.admit(handshake, market.time));
  const sessions = admissions.slice(1).map((admission) => {
    assert.ok("open" in admission);
    const peer = new RecordingPeer();
    return { peer, session: admission.open(peer) };
  });
  assert.equal(sessions[0]!.peer.closed, undefined);
  assert.equal(sessions[1]!.peer.closed?.code, 1008);
  assert.deepEqual(sessions[1]!.peer.take(), [
    { ret: 606, msg: "too many requests and connection will be closed", cmd_id: 0, seq_id: 0, trace: "", data: {} },
  ]);
  sessions[1]!.session.receive("x");
  sessions[1]!.session.closed();
  assert.throws(() => market.connect("free"), /Too many/, "the first still sits there");
  sessions[0]!.session.closed();
  market.connect("free");
});

test("the reconnect gap holds only where the vendor's pacing is asked for", () => {
  for (const [token, gap] of [
    ["free", 10_000],
    ["basic", 3_000],
  ] as const) {
    const vendor = new AllTickFixture({ pacing: "vendor" });
    vendor.connect(token).session.closed();
    vendor.time += gap - 1;
    assert.throws(() => vendor.connect(token), /Too many/);
    vendor.connect(token, "stock");
    vendor.time += 1;
    vendor.connect(token);
  }
  const generous = new AllTickFixture();
  for (let i = 0; i < 20; i++) generous.connect("free").session.closed();
});

/** Seconds until a client that sends `text` every `every` seconds is cut, or undefined if it is not within five minutes. */
function cutAfter(config: Partial<AllTickConfig>, text: string, every: number): number | undefined {
  const market = new AllTickFixture(config);
  const client = market.connect();
  for (let second = 1; second <= 300; second++) {
    market.time += 1_000;
    if (second % every === 0) client.session.receive(text);
    client.session.tick(market.time);
    if (client.peer.closed === undefined) continue;
    assert.equal(client.peer.closed.code, 1000);
    return second;
  }
  return undefined;
}

test("a silent client is cut after 30 seconds and the grace; a beat in time keeps it", () => {
  const beat = '{"cmd_id":22000}';
  assert.equal(cutAfter({}, beat, 1_000), 34);
  assert.equal(cutAfter({}, beat, 10), undefined);
  assert.equal(cutAfter({}, beat, 30), undefined, "clients that send at exactly 30 s must not flap");
  assert.equal(cutAfter({}, beat, 40), 34);
  assert.equal(cutAfter({ heartbeatTimeoutMs: 5_000, heartbeatGraceMs: 0 }, beat, 10), 6);
});

test("only 22000 is a heartbeat, any frame where that is asked for", () => {
  for (const text of [
    '{"cmd_id":22001}',
    "ping",
    '{"cmd_id":22004,"data":{"symbol_list":[{"code":"GOLD"}]}}',
    '{"cmd_id":22000,"seq_id":"x"}',
  ]) {
    assert.equal(cutAfter({}, text, 10), 34, text);
    assert.equal(cutAfter({ heartbeat: "lenient" }, text, 10), undefined, text);
  }
});

test("WebSocket pings keep a connection alive only where that is configured", () => {
  for (const [heartbeat, cut] of [
    ["strict", true],
    ["lenient", false],
  ] as const) {
    const market = new AllTickFixture({ heartbeat });
    const client = market.connect();
    for (let second = 1; second <= 60; second++) {
      market.time += 1_000;
      if (second % 20 === 0) client.session.pinged?.();
      client.session.tick(market.time);
    }
    assert.equal(client.peer.closed !== undefined, cut, heartbeat);
  }
});

test("a clock that is set back neither cuts nor keeps for ever", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  market.time -= 3_600_000;
  client.session.tick(market.time);
  const reasonAfter = (ms: number): string | undefined => {
    client.session.tick(market.time + ms);
    return client.peer.closed?.reason;
  };
  assert.equal(reasonAfter(33_000), undefined);
  assert.equal(reasonAfter(33_001), "heartbeat timeout");
});

test("a cut client hears nothing more", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  client.trades("GOLD");
  client.session.tick(market.time + 60_000);
  assert.equal(client.peer.closed?.code, 1000);
  market.trade("GOLD");
  client.session.receive('{"cmd_id":22000}');
  client.session.tick(market.time + 120_000);
  assert.equal(client.peer.late, 0);
  assert.equal(market.hub.watched, 0);
  client.session.closed();
  market.connect();
});

const BREACH = { ret: 606, msg: "too many requests and connection will be closed", seq_id: 1, trace: "t", data: {} };

test("by default only floods are stopped: 50 at once, 10 a second for ever", () => {
  const market = new AllTickFixture();
  const steady = market.connect("professional");
  for (let i = 0; i < 1_000; i++) {
    market.time += 100;
    steady.ask(i % 2 === 0 ? 22000 : 22004, { symbol_list: [{ code: "GOLD" }] });
  }
  assert.equal(steady.peer.closed, undefined);
  const burst = market.connect("professional");
  for (let i = 0; i < 50; i++) assert.equal(burst.trades("GOLD")[0]?.ret, 200);
  assert.equal(burst.peer.closed, undefined);
  assert.deepEqual(burst.trades("GOLD"), [{ ...BREACH, cmd_id: 22005 }]);
  assert.deepEqual(burst.peer.closed, { code: 1008, reason: "too many requests" });
  for (const text of ["garbage", '{"cmd_id":22000}']) {
    const flood = market.connect("professional");
    for (let i = 0; i < 51; i++) flood.session.receive(text);
    assert.equal(flood.peer.closed?.code, 1008, text);
    flood.session.closed();
  }
});

test("the vendor's pacing: a second between requests, across commands, heartbeats exempt", () => {
  const market = new AllTickFixture({ pacing: "vendor" });
  const client = market.connect();
  for (let i = 0; i < 5; i++) {
    assert.equal(client.trades("GOLD")[0]?.ret, 200);
    assert.equal(client.ask(22000, {})[0]?.ret, 200);
    market.time += 999;
    assert.equal(client.ask(22000, {})[0]?.ret, 200);
    market.time += 1;
  }
  assert.equal(client.books("GOLD")[0]?.ret, 200);
  assert.deepEqual(client.trades("GOLD"), [{ ...BREACH, cmd_id: 22005 }]);
  assert.equal(client.peer.closed?.code, 1008);
  market.trade("GOLD");
  assert.equal(client.peer.late, 0);
});

test("the official example's two subscriptions back to back pass by default", () => {
  const client = new AllTickFixture().connect();
  const rets = [client.books("GOLD"), client.trades("GOLD"), client.ask(22000, { symbol_list: null })].map(
    ([reply]) => reply?.ret,
  );
  assert.deepEqual(rets, [200, 200, 200]);
});
