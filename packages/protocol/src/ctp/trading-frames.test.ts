import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FUTURES, makeSnapshot } from "../../../../test/support/samples.ts";
import { anyFill, anyOrder, anyPosition } from "../../../../test/support/trading-models.ts";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS } from "../errors.ts";
import { decodeServerFrame } from "./decode-server-frame.ts";
import { encodeBody } from "./encode-body.ts";
import { encodePush, encodeReply } from "./encode-reply.ts";
import { DEPTH_FIELDS, SEED_DEPTH_ORDER } from "./fields.ts";
import { positionFields } from "./holding-bodies.ts";
import type { Dialect, TradingPush } from "./messages.ts";
import { orderFields, tradeFields } from "./order-bodies.ts";
import { REQUESTS, TD_PUSHES } from "./requests.ts";
import { encodeDepthBody } from "./ticks.ts";

const DIALECTS: readonly Dialect[] = ["seed", "legacy", "classic"];
const OWN_KINDS: ReadonlySet<string> = new Set(["ReqUserLogin", "ReqUserLogout", "ReqQryInstrument"]);

test("pushes have neither RequestID nor IsLast, and RspInfo with an error only", () => {
  const push = { ...TD_PUSHES.order, body: '{"OrderRef":"1"}' };
  assert.equal(encodePush("classic", push), '{"MsgType":"RtnOrder","Order":{"OrderRef":"1"}}');
  assert.equal(encodePush("seed", push), '{"MsgType":"OnRtnOrder","Order":{"OrderRef":"1"}}');
  assert.equal(
    encodePush("legacy", { ...TD_PUSHES["insert-refused"], body: "{}", error: CTP_ERRORS.insufficientMoney }),
    '{"MsgType":"OnErrRtnOrderInsert","RspInfo":{"ErrorID":31,"ErrorMsg":"CTP:资金不足"},"InputOrder":{}}',
  );
});

test("every push comes back from every dialect", () => {
  for (const dialect of DIALECTS) {
    for (const kind of Object.keys(TD_PUSHES) as TradingPush["kind"][]) {
      const error = kind.endsWith("refused") ? CTP_ERRORS.orderFinished : undefined;
      const frame = decodeServerFrame(
        encodePush(dialect, { ...TD_PUSHES[kind], body: '{"InstrumentID":"rb2610"}', error }),
      );
      assert.ok(frame.kind === kind);
      assert.deepEqual(frame.body, { InstrumentID: "rb2610" });
      assert.equal(frame.info.ErrorID, error?.id ?? 0);
    }
  }
  assert.deepEqual(decodeServerFrame('{"MsgType":"RtnOrder","Order":null}'), {
    kind: "order",
    msgType: "RtnOrder",
    info: { ErrorID: 0, ErrorMsg: "" },
    body: {},
  });
});

test("every reply of the trading side comes back as a row of its request; nothing as null", () => {
  for (const dialect of DIALECTS) {
    for (const { request, reply, replyBody, empty } of REQUESTS.values()) {
      if (OWN_KINDS.has(request)) continue;
      const head = { name: reply, bodyKey: replyBody, requestId: 3, isLast: true };
      const row = decodeServerFrame(encodeReply(dialect, { ...head, body: '{"a":1}' }));
      assert.ok(row.kind === "row");
      assert.deepEqual([row.request, row.body, row.requestId, row.isLast], [request, { a: 1 }, 3, true]);
      const error = CTP_GATEWAY_ERRORS.tooManyPending;
      const none = decodeServerFrame(encodeReply(dialect, { ...head, body: empty, error }));
      assert.ok(none.kind === "row");
      assert.deepEqual([none.body, none.info.ErrorID], [null, -2]);
    }
  }
});

test("orders, trades and positions come back field by field", () => {
  fc.assert(
    fc.property(fc.constantFrom(...DIALECTS), anyOrder, anyFill, anyPosition, (dialect, order, fill, position) => {
      const told = orderFields(order, "9999");
      const pushed = decodeServerFrame(encodePush(dialect, { ...TD_PUSHES.order, body: encodeBody("RtnOrder", told) }));
      assert.ok(pushed.kind === "order");
      for (const [field, value] of Object.entries(told)) assert.equal(pushed.body[field], value, field);
      const trade = tradeFields(fill, "9999");
      const traded = decodeServerFrame(
        encodePush(dialect, { ...TD_PUSHES.trade, body: encodeBody("RtnTrade", trade) }),
      );
      assert.ok(traded.kind === "trade");
      for (const [field, value] of Object.entries(trade)) assert.equal(traded.body[field], value, field);
      const held = positionFields(position, "9999");
      const body = encodeBody("RspQryInvestorPosition", held);
      const reply = { name: "RspQryInvestorPosition", bodyKey: "InvestorPosition", body, requestId: 1, isLast: true };
      const row = decodeServerFrame(encodeReply(dialect, reply));
      assert.ok(row.kind === "row");
      for (const [field, value] of Object.entries(held)) assert.equal(row.body![field], value, field);
    }),
  );
});

test("a depth query is answered with the 46 fields of the classic gateway, ExchangeID among them", () => {
  const future = FUTURES[0]!;
  const snapshot = makeSnapshot(future.id, { last: 3174 });
  const classic = JSON.parse(encodeDepthBody("classic", snapshot, future)) as Record<string, unknown>;
  assert.deepEqual(
    Object.keys(classic),
    DEPTH_FIELDS.filter((field) => !field.startsWith("reserve")),
  );
  assert.deepEqual(
    [classic["ExchangeID"], classic["InstrumentID"], classic["LastPrice"]],
    [future.exchange, future.id, 3174],
  );
  const seed = JSON.parse(encodeDepthBody("seed", snapshot, future)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(seed), SEED_DEPTH_ORDER);
  assert.deepEqual(seed, classic);
});
