import assert from "node:assert/strict";
import { test } from "node:test";
import { TradingSide } from "./ctp-trading-side.ts";

test("a phase that the gateway tells is heard, one that cannot be read is not", () => {
  const heard: unknown[] = [];
  const options = { url: "", user: "a", password: "", onPhase: (phase: object) => heard.push(phase) };
  const side = new TradingSide(options, {} as never, {} as never);
  const push = {
    kind: "instrument-status",
    msgType: "RtnInstrumentStatus",
    info: { ErrorID: 0, ErrorMsg: "" },
  } as const;
  side.hear({ ...push, body: { ExchangeID: "SHFE", InstrumentID: "rb", InstrumentStatus: "2" } });
  side.hear({ ...push, body: { ExchangeID: "SHFE", InstrumentID: "rb", InstrumentStatus: "?" } });
  assert.deepEqual(heard, [{ exchange: "SHFE", product: "rb", phase: "continuous" }]);
});

test("a cancel names the exchange where its order did not", async () => {
  const sent: Readonly<Record<string, unknown>>[] = [];
  const cancelOrder = async (row: Readonly<Record<string, unknown>>): Promise<object> => {
    sent.push(row);
    return { InstrumentID: "rb2605", Direction: "0" };
  };
  const options = { url: "", user: "a", password: "", terms: () => ({ exchange: "SHFE" }) as never };
  const side = new TradingSide(options, { live: { cancelOrder } } as never, {} as never);
  const session = { frontId: 1, sessionId: -5 };
  await side.cancel({ sysId: "", session, input: { instrument: "rb2605", exchange: "", ref: "7" } });
  const { ExchangeID, SessionID, OrderRef } = sent[0]!;
  assert.deepEqual([ExchangeID, SessionID, OrderRef], ["SHFE", -5, "7"]);
});
