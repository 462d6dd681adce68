/** Whatever a client sends: the process lives, nothing is rejected unhandled, and the connection stays usable. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { openGateway } from "./support/gateway.ts";
import { TestClient, type Json } from "./support/client.ts";

/** Longest that one fuzz runs; what was found until then counts. */
const TIME_BOX_MS = Number(process.env["TICKWIRE_FUZZ_MS"] ?? 6_000);

const { ws, gateway } = await openGateway({ TICKWIRE_FEED: "sim?rate=0.1" });
after(() => gateway.close());
const surprises: unknown[] = [];
process.on("unhandledRejection", (reason) => surprises.push(reason));

const scalar = fc.oneof(
  fc.constantFrom(null, true, "", "BTCUSDT", "rb2605", "demo", -1, 0, 1e308, 22_004),
  fc.string({ maxLength: 20 }),
  fc.double(),
);
const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 8 }), scalar, { maxKeys: 4 }),
);

const alltickFrame = fc.record(
  {
    cmd_id: fc.oneof(fc.constantFrom(22_000, 22_002, 22_004, 22_006, "22000", 22_001), anything),
    seq_id: anything,
    trace: anything,
    data: fc.oneof(
      fc.record({
        symbol_list: fc.oneof(
          fc.array(fc.oneof(fc.record({ code: anything, depth_level: anything }, { requiredKeys: [] }), anything), {
            maxLength: 5,
          }),
          anything,
        ),
      }),
      fc.record({ cancel_type: anything }),
      anything,
    ),
  },
  { requiredKeys: [] },
);

const ctpTypes = [
  "ReqUserLogin",
  "ReqQryInstrument",
  "ReqSubMarketData",
  "ReqUnSubMarketData",
  "SubscribeMarketData",
  "ReqOrderInsert",
  "Ping",
  "Pong",
];
const ctpFrame = fc
  .tuple(
    fc.oneof(fc.constantFrom(...ctpTypes), anything),
    anything,
    fc.oneof(
      fc.record({ InstrumentID: anything, UserID: anything, Password: anything }, { requiredKeys: [] }),
      anything,
    ),
  )
  .map(([type, requestId, body]): Json => ({
    MsgType: type,
    RequestID: requestId,
    InstrumentID: body,
    [typeof type === "string" ? type : "Body"]: body,
    QryInstrument: body,
  }));

/** Text around JSON: whole, cut, doubled, or not JSON at all. */
function mangled(frame: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const whole = frame.map((value) => JSON.stringify(value) ?? "null");
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 1, arbitrary: whole.chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))) },
    { weight: 1, arbitrary: whole.map((text) => text + text) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  );
}

async function fuzz(frame: fc.Arbitrary<unknown>, check: (texts: readonly string[]) => Promise<void>): Promise<void> {
  const property = fc.asyncProperty(fc.array(mangled(frame), { minLength: 1, maxLength: 15 }), check);
  await fc.assert(property, { numRuns: 2_000, interruptAfterTimeLimit: TIME_BOX_MS, markInterruptAsFailure: false });
  assert.deepEqual(surprises, []);
}

test("AllTick: after any frames a heartbeat is still answered", async () => {
  let client = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
  let sent = 0;
  await fuzz(alltickFrame, async (texts) => {
    // The pacing stops floods with 606 and a close, which is not what is tested here: a new connection has a new allowance.
    if ((sent += texts.length + 1) > 30) {
      await client.close();
      client = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
      sent = texts.length + 1;
    }
    for (const text of texts) client.send(text);
    client.send({ cmd_id: 22000, seq_id: 424_242, trace: "alive", data: {} });
    const reply = await client.next(({ trace, seq_id }) => trace === "alive" && seq_id === 424_242);
    assert.deepEqual([reply["ret"], reply["cmd_id"]], [200, 22_001]);
  });
  await client.close();
});

for (const path of ["/", "/md/", "/td/"]) {
  test(`CTP on ${path}: after any frames an unknown request is still answered`, async () => {
    let client = await TestClient.open(ws + path);
    let sent = 0;
    let number = 0;
    await fuzz(ctpFrame, async (texts) => {
      if ((sent += texts.length) > 200) {
        await client.close();
        client = await TestClient.open(ws + path);
        sent = texts.length;
      }
      for (const text of texts) client.send(text);
      const type = `ReqNothing${++number}`;
      client.send({ MsgType: type, RequestID: 1 });
      const reply = await client.next(({ MsgType }) => MsgType === type);
      assert.ok(typeof (reply["RspInfo"] as Json)["ErrorID"] === "number");
    });
    await client.close();
  });
}
