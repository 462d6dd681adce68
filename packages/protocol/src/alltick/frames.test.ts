import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeFrames } from "./frames.ts";

const TRADE =
  '{"cmd_id":22998,"data":{"code":"GOLD","seq":1,"tick_time":1786012345402,"price":"4101.35","volume":"3.00","turnover":"12304.05","trade_direction":1}}';
const ACK = '{"ret":200,"msg":"ok","cmd_id":22005,"seq_id":10,"trace":"t-10","data":{}}';

function kinds(text: string): string[] {
  return decodeFrames(text).map((frame) => frame.kind);
}

function bookOf(data: object): unknown {
  const [frame] = decodeFrames(
    JSON.stringify({ cmd_id: 22999, data: { code: "X", seq: 1, tick_time: 1786012345402, ...data } }),
  );
  assert.ok(frame?.kind === "book");
  return { bids: frame.book.bids, asks: frame.book.asks };
}

test("messages joined by newlines come apart in order", () => {
  assert.deepEqual(kinds(`${ACK}\n${TRADE}\r\n\n${TRADE}\n`), ["reply", "trade", "trade"]);
  assert.deepEqual(kinds(`${ACK}\nnonsense\n${TRADE}`), ["reply", "malformed", "trade"]);
  assert.deepEqual(kinds(JSON.stringify(JSON.parse(TRADE), null, 2)), ["trade"]);
});

test("seconds become milliseconds, strings become numbers", () => {
  const old =
    '{"cmd_id":"22998","data":{"code":"1288.HK","seq":"1605509068000001","tick_time":"1605509068","price":"5.120000","volume":"4000","turnover":"20480.000000","trade_direction":"2"}}';
  assert.deepEqual(decodeFrames(old), [
    {
      kind: "trade",
      trade: {
        id: "1288.HK",
        seq: 1605509068000001,
        time: 1605509068000,
        price: 5.12,
        volume: 4000,
        turnover: 20480,
        direction: 2,
      },
    },
  ]);
});

test("what a service leaves out is NaN, not zero", () => {
  const [frame] = decodeFrames('{"cmd_id":22998,"data":{"code":"EURUSD","tick_time":1786012345402,"price":"1.08"}}');
  assert.ok(frame?.kind === "trade");
  assert.deepEqual(frame.trade, {
    id: "EURUSD",
    seq: 0,
    time: 1786012345402,
    price: 1.08,
    volume: NaN,
    turnover: NaN,
    direction: 0,
  });
});

test("missing, null, empty and zero levels are no levels", () => {
  const none = { prices: [], volumes: [] };
  assert.deepEqual(bookOf({}), { bids: none, asks: none });
  assert.deepEqual(bookOf({ bids: null, asks: [] }), { bids: none, asks: none });
  assert.deepEqual(bookOf({ bids: [null, { price: "0.000000", volume: "0" }, 5, {}], asks: "x" }), {
    bids: none,
    asks: none,
  });
  assert.deepEqual(bookOf({ bids: [{ price: "1.5", volume: "" }, { price: 1.4, volume: "2" }, { price: "1.3" }] }), {
    bids: { prices: [1.5, 1.4, 1.3], volumes: [NaN, 2, NaN] },
    asks: none,
  });
});

test("what cannot be read is handed back, not thrown", () => {
  const texts = [
    "",
    "ping",
    "[]",
    "{}",
    '{"cmd_id":22998,"data":{}}',
    '{"cmd_id":22999}',
    '{"cmd_id":22998,"data":{"code":"X","price":"1"}}',
  ];
  for (const text of texts) assert.deepEqual(decodeFrames(text), [{ kind: "malformed", text }]);
  const shaped = fc.record(
    { cmd_id: fc.constantFrom(22998, 22999, 22001), ret: fc.jsonValue(), data: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    shaped.map((value) => JSON.stringify(value)),
    fc.array(fc.json()).map((parts) => parts.join("\n")),
  );
  fc.assert(
    fc.property(text, (frame) => void decodeFrames(frame)),
    { numRuns: 2000, interruptAfterTimeLimit: 5_000 },
  );
});
