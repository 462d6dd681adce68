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
