/** What a token allows, what becomes of it, and what is counted for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NOBODY } from "../core/usage.ts";
import { AllTickFixture, type AllTickClient } from "../../../../test/support/alltick-fixture.ts";

const TOKEN_INVALID = { ret: 401, msg: "token invalid", cmd_id: 0, seq_id: 0, trace: "", data: {} };

/** What a subscription to `codes` is answered with, and what is pushed afterwards when everything trades. */
function outcome(market: AllTickFixture, client: AllTickClient, codes: readonly string[]): unknown {
  const [reply] = client.trades(...codes);
  for (const id of ["BTCUSDT", "ETHUSDT", "GOLD", "Silver"]) market.trade(id);
  return [reply?.ret, reply?.msg, client.seen().map(({ data }) => data.code)];
}

test("a token with codes gets those of a list that it may ask for; 604 when it may ask for none", () => {
  const market = new AllTickFixture({}, ["BTC*", "GOLD"]);
  const client = market.connect();
  assert.deepEqual(outcome(market, client, ["ETHUSDT", "BTCUSDT", "GOLD"]), [200, "ok", ["BTCUSDT", "GOLD"]]);
  assert.deepEqual(
    outcome(market, client, ["ETHUSDT", "Silver"]),
    [604, "code unauthorized", ["BTCUSDT", "GOLD"]],
    "and nothing changes",
  );
  assert.equal(client.books("ETHUSDT")[0]?.ret, 604);
  assert.equal(client.trades("NOSUCH")[0]?.ret, 600, "a code that nobody knows is not 604");
  assert.equal(client.trades("NOSUCH", "ETHUSDT")[0]?.ret, 604);
  assert.equal(market.usage.of("professional").refusals.code, 3);
  assert.equal(market.usage.of("professional").subscriptions, 2);
});

test("an alias may be asked for where its instrument may, or itself; the plan counts what is allowed", () => {
  const gold = new AllTickFixture({}, ["GOLD"]);
  assert.deepEqual(outcome(gold, gold.connect(), ["XAUUSD"]), [200, "ok", ["XAUUSD"]]);
  const alias = new AllTickFixture({}, ["XAUUSD"]);
  assert.deepEqual(outcome(alias, alias.connect(), ["GOLD"]), [604, "code unauthorized", []]);
  assert.deepEqual(outcome(alias, alias.connect(), ["XAUUSD"]), [200, "ok", ["XAUUSD"]]);
  const free = new AllTickFixture({ overLimit: "reject" }, ["GOLD"]);
  const many = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "EURUSD", "GBPUSD", "GOLD"];
  assert.deepEqual(outcome(free, free.connect("free"), many), [200, "ok", ["GOLD"]]);
});

for (const end of ["revoked", "expired"] as const) {
  test(`the connections of a token that was ${end} are told and closed within a second, the others are not`, () => {
    const market = new AllTickFixture();
    const [asks, waits, other] = [market.connect("premium"), market.connect("premium"), market.connect("basic")];
    for (const client of [asks, waits, other]) client.trades("GOLD");
    market.endGrant("premium", end);
    assert.deepEqual(asks.trades("GOLD"), [TOKEN_INVALID], "at its next request");
    for (const client of [waits, other]) client.session.tick(market.time);
    assert.deepEqual(waits.seen(), [TOKEN_INVALID], "without one");
    for (const client of [asks, waits]) assert.deepEqual(client.peer.closed, { code: 1008, reason: `token ${end}` });
    market.trade("GOLD");
    assert.deepEqual([asks.peer.late, waits.peer.late], [0, 0]);
    assert.equal(other.peer.closed, undefined);
    assert.equal(other.seen().length, 1);
    assert.throws(() => market.connect("premium"), /token invalid/);
    assert.equal(market.usage.of("premium").refusals.token, 2);
    assert.equal(market.usage.of(NOBODY).refusals.token, 1);
  });
}

test("a token's connections, requests, subscriptions, messages and refusals are counted under its name", () => {
  const market = new AllTickFixture();
  const counts = market.usage.of("free");
  const client = market.connect("free");
  client.trades("BTCUSDT", "GOLD", "GOLD");
  client.books("GOLD");
  client.trades("ETHUSDT");
  assert.deepEqual([counts.live, counts.opened, counts.requests.ws, counts.subscriptions], [1, 1, 3, 2]);
  market.trade("ETHUSDT");
  client.session.tick(market.time);
  assert.equal(counts.messages, 4, "three replies and a trade");
  assert.throws(() => market.connect("free"), /Too many/);
  assert.deepEqual(counts.refusals, { token: 0, connections: 1, rate: 0, plan: 0, code: 0 });
  market.shake("/quote-b-ws-api");
  market.shake("/quote-b-ws-api?token=bad");
  assert.equal(market.usage.of(NOBODY).refusals.token, 2);
  client.ask(22006, { cancel_type: 1 });
  assert.equal(counts.subscriptions, 1);
  client.session.closed();
  assert.deepEqual([counts.live, counts.opened, counts.subscriptions, counts.messages], [0, 1, 0, 5]);
});

test("refusals by the plan and by the rate are counted", () => {
  const market = new AllTickFixture({ overLimit: "reject" });
  const client = market.connect("free");
  client.trades("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "EURUSD", "GBPUSD");
  for (let i = 0; i < 50; i++) client.ask(22000, {});
  const { refusals } = market.usage.of("free");
  assert.deepEqual([refusals.plan, refusals.rate], [1, 1]);
});

test("the vendor's pacing: three seconds between requests on different connections of a token", () => {
  const market = new AllTickFixture({ pacing: "vendor" });
  const [one, two, stocks, stranger] = [
    market.connect("premium"),
    market.connect("premium"),
    market.connect("premium", "stock"),
    market.connect("premium2"),
  ];
  assert.equal(one.trades("GOLD")[0]?.ret, 200);
  assert.equal(stranger.trades("GOLD")[0]?.ret, 200, "another token is on its own");
  assert.equal(two.ask(22000, {})[0]?.ret, 200, "heartbeats are exempt");
  market.time += 2_000;
  assert.equal(one.trades("GOLD")[0]?.ret, 200, "on its own connection a second is enough");
  market.time += 3_000;
  assert.equal(two.trades("GOLD")[0]?.ret, 200);
  market.time += 2_999;
  assert.equal(stocks.trades("AAPL.US")[0]?.ret, 606, "whichever endpoint it is");
  assert.deepEqual(stocks.peer.closed, { code: 1008, reason: "too many requests" });
  market.time += 1;
  assert.equal(one.trades("GOLD")[0]?.ret, 200, "what was refused does not count against the others");
});

test("without the vendor's pacing a token's connections may ask at once", () => {
  const market = new AllTickFixture();
  for (const client of [market.connect("premium"), market.connect("premium"), market.connect("premium", "stock")]) {
    assert.notEqual(client.trades("GOLD", "AAPL.US")[0]?.ret, 606);
  }
});

test("whatever a token's connections send when, exactly the requests that keep both spacings are allowed", () => {
  const request = fc.record({ by: fc.nat(2), wait: fc.constantFrom(0, 400, 999, 1_000, 1_600, 2_999, 3_000, 5_000) });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
      const market = new AllTickFixture({ pacing: "vendor" });
      const clients = [0, 1, 2].map(() => market.connect("premium"));
      const allowed: { at: number; by: number }[] = [];
      for (const { by, wait } of requests) {
        market.time += wait;
        if (clients[by]!.peer.closed !== undefined) continue;
        const breaks = allowed.some((last) => market.time - last.at < (last.by === by ? 1_000 : 3_000));
        assert.equal(clients[by]!.trades("GOLD")[0]?.ret, breaks ? 606 : 200);
        if (!breaks) allowed.push({ at: market.time, by });
      }
    }),
  );
});
