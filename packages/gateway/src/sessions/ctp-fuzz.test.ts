/** Whatever a client sends, its session survives, answers in JSON, and goes on working. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CtpFixture, settle } from "../../../../test/support/ctp-fixture.ts";
import { makeSnapshot } from "../../../../test/support/samples.ts";

/** Bounded: the whole file takes seconds. */
const RUNS = 300;
const NAMES = [
  "ReqUserLogin",
  "ReqUserLogout",
  "ReqQryInstrument",
  "ReqSubMarketData",
  "ReqUnSubMarketData",
  "SubscribeMarketData",
  "UnSubscribeMarketData",
  "ReqOrderInsert",
  "ReqQryTradingAccount",
  "Ping",
  "Pong",
  "toString",
  "__proto__",
];
const KEYS = [
  ...NAMES,
  "QryInstrument",
  "InputOrder",
  "InstrumentID",
  "UserID",
  "Password",
  "RequestID",
  "MsgType",
  "op",
  "aid",
];

const leaf = fc.oneof(
  fc.constantFrom("rb2605", "", "au2606", "demo", 0, 1, -1, 1e308, null, true),
  fc.json(),
  fc.string(),
);
const body = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(leaf, fc.array(leaf, { maxLength: 4 }))),
);
const frame = fc
  .tuple(fc.oneof(fc.constantFrom(...NAMES), leaf), fc.dictionary(fc.constantFrom(...KEYS), body, { maxKeys: 4 }))
  .map(([MsgType, rest]) => JSON.stringify({ ...rest, MsgType }));
const nearlyJson = frame.chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut)));
const input = fc.oneof(
  { weight: 6, arbitrary: frame },
  { weight: 1, arbitrary: nearlyJson },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
const target = fc.constantFrom("/", "/md/", "/td/", "/?dialect=legacy", "/td/?dialect=seed");

test("a session survives everything and goes on working", async () => {
  await fc.assert(
    fc.asyncProperty(target, fc.array(input, { maxLength: 12 }), async (path, inputs) => {
      const fixture = new CtpFixture({ maxSubscriptions: 5, maxQueuedDuringLogin: 100 });
      fixture.sink.snapshot(makeSnapshot("rb2605"));
      const client = fixture.connect(path);
      for (const text of inputs) {
        for (const reply of client.ask(text)) assert.equal(typeof reply["MsgType"], "string");
        await settle();
      }
      assert.deepEqual([fixture.errors, client.closeCode()], [[], undefined]);
      client.take();
      client.ask({ MsgType: "ReqUserLogout", ReqUserLogout: {} });
      const [login] = await client.login();
      assert.deepEqual(login!["RspInfo"], { ErrorID: 0, ErrorMsg: "" });
      assert.equal(client.subscribe("rb2605").length, 2);
      client.session.closed();
      assert.equal(fixture.hub.watched, 0);
    }),
    { numRuns: RUNS },
  );
});

/** Nested 30,000 deep. */
function deep(open: string, close: string): string {
  return open.repeat(30_000) + close.repeat(30_000);
}

test("nesting deeper than the stack is survived", () => {
  const client = new CtpFixture().connect();
  for (const value of [deep("[", "]"), deep('{"a":', "}").replace("}", "1}"), deep("[", "]").slice(1)]) {
    for (const text of [
      value,
      `{"MsgType":${value}}`,
      `{"MsgType":"ReqUserLogin","RequestID":${value},"ReqUserLogin":{"UserID":${value}}}`,
    ]) {
      const [reply] = client.ask(text);
      assert.equal((reply!["RspInfo"] as { ErrorID: number }).ErrorID, -400);
    }
    const [reply] = client.ask(`{"MsgType":"ReqSubMarketData","ReqSubMarketData":{"InstrumentID":[${value}]}}`);
    assert.equal((reply!["RspInfo"] as { ErrorID: number }).ErrorID, -400);
  }
});
