/** Whatever stands in the bodies of trading requests: a session answers in JSON, never -500, and goes on working. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fieldsOf, REQUESTS, type FieldSpec, type RequestSpec, type StructName } from "@tickwire/protocol/ctp";
import { CtpFixture, settle } from "../../../../test/support/ctp-fixture.ts";
import { CANCEL_FIELDS, ORDER_FIELDS } from "../../../../test/support/order-fields.ts";
import { makeSnapshot, NOW } from "../../../../test/support/samples.ts";
import { FakeClock } from "../../../../test/support/fake-clock.ts";
import { MemoryLedger } from "../ledger/memory.ts";
import { openTrading } from "../trading.ts";
import { ctpSchema } from "../config/ctp-schema.ts";
import { tradingSchema } from "../config/trading-schema.ts";

/** Bounded: the whole file takes seconds. */
const RUNS = 150;
const SPECS = [...REQUESTS.values()].filter(({ request }) => !request.startsWith("ReqUserLog"));
const ODD = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 2 ** 31, 1e308, 0.5, "", "x".repeat(100), "螺纹", [], {}, "\0", "__proto__"),
  fc.string(),
  fc.double(),
);

/** A value of the field's own kind, sometimes. */
function valueOf({ name, type, allowed }: FieldSpec): fc.Arbitrary<unknown> {
  const usual: Readonly<Record<FieldSpec["type"], fc.Arbitrary<unknown>>> = {
    text: fc.constantFrom("", "1", "           1", "demo", "TJBD_1", "09:30:00"),
    char: fc.constantFrom(...(allowed ?? "1")),
    int: fc.integer({ min: 0, max: 20 }),
    bool: fc.constantFrom(0, 1),
    double: fc.constantFrom(0, 3500, 3499, 3850, 4000, 3500.5, 1.7976931348623157e308),
  };
  const own = /^(InvestorID|UserID|AccountID)$/.test(name) ? fc.constantFrom("", "demo") : usual[type];
  const known = name === "InstrumentID" ? fc.constantFrom("rb2605", "rb2605", "au2606", "BTCUSDT", "xx", "") : own;
  const place = name === "ExchangeID" ? fc.constantFrom("", "SHFE", "SHFE", "DCE", "XX") : known;
  const flags = name.startsWith("Comb") ? fc.constantFrom(...(allowed ?? "1")) : place;
  return fc.oneof({ weight: 30, arbitrary: flags }, { weight: 1, arbitrary: ODD });
}

/** What is changed at random, of an order or cancel that is good. */
const GOOD: Readonly<Record<string, object>> = {
  InputOrder: ORDER_FIELDS,
  InputOrderAction: CANCEL_FIELDS,
};

function bodyOf(spec: RequestSpec): fc.Arbitrary<object> {
  const fields = fieldsOf(spec.body as StructName);
  const changes = fc.uniqueArray(fc.constantFrom(...fields), { maxLength: 3 }).chain((changed) => {
    return fc.record(Object.fromEntries(changed.map((field) => [field.name, valueOf(field)])));
  });
  const good = GOOD[spec.body.replace("Parked", "Input")] ?? {};
  return changes.map((change) => Object.assign({}, good, change));
}

const orders = SPECS.filter(({ request }) => /Order/.test(request) && !request.startsWith("ReqQry"));
const frame = fc
  .oneof({ weight: 1, arbitrary: fc.constantFrom(...SPECS) }, { weight: 2, arbitrary: fc.constantFrom(...orders) })
  .chain((spec) =>
    fc
      .tuple(bodyOf(spec), fc.constantFrom(spec.body, spec.request), fc.integer({ min: 0, max: 9 }))
      .map(([body, key, RequestID]) => JSON.stringify({ MsgType: spec.request, RequestID, [key]: body })),
  );

test("a session with a real exchange behind it survives every body", async () => {
  let reports = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("/", "/td/", "/?dialect=legacy"),
      fc.constantFrom("off" as const, "real" as const),
      fc.array(frame, { minLength: 10, maxLength: 40 }),
      async (target, flowControl, frames) => {
        const faults: unknown[] = [];
        const clock = new FakeClock(NOW);
        const config = { trading: tradingSchema.parse({}), ctp: ctpSchema.parse({}), users: [] };
        let house: ReturnType<typeof openTrading> | undefined;
        const fixture = new CtpFixture({ flowControl }, false, (desk) => {
          const ledger = new MemoryLedger();
          house = openTrading({ config, desk, ledger, clock, onError: (error) => faults.push(error) });
          return house.desk;
        });
        const sink = house!.sink(fixture.sink);
        sink.instrument(fixture.market.instrument("rb2605")!);
        const limits = { preSettlement: 3500, upperLimit: 3850, lowerLimit: 3150 };
        sink.snapshot(makeSnapshot("rb2605", { ...limits, asks: { prices: [3501], volumes: [5] } }));
        const client = await fixture.connectIn(target);
        for (const text of frames) {
          client.session.receive(text);
          fixture.now += 200;
          await settle();
          for (const reply of client.take()) {
            const id = (reply["RspInfo"] as { ErrorID: number } | undefined)?.ErrorID;
            assert.notEqual(id, -500, text);
            if (String(reply["MsgType"]).endsWith("RtnOrder")) reports++;
          }
        }
        assert.deepEqual([fixture.errors, faults, client.closeCode()], [[], [], undefined]);
        fixture.now += 2000;
        client.session.receive('{"MsgType":"ReqQryTradingAccount","QryTradingAccount":{}}');
        await settle();
        const [reply] = client.take();
        assert.equal((reply!["RspInfo"] as { ErrorID: number }).ErrorID, 0);
        client.session.closed();
      },
    ),
    { numRuns: RUNS },
  );
  assert.ok(reports > RUNS, `${reports} reports: too few orders pass the front`);
});
