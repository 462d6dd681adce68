import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeRequest } from "./decode-request.ts";
import { encodeInstrumentQuery, encodeLogin, encodeLogout, encodeSubscription } from "./encode-request.ts";
import type { Dialect } from "./messages.ts";
import { REQUESTS } from "./requests.ts";

const DIALECTS: readonly Dialect[] = ["seed", "legacy", "classic"];
const LONG = "x".repeat(50);

/** What a client may get wrong, and what it is told. */
const MALFORMED: readonly (readonly [text: string, detail: string])[] = [
  ["", "the frame is empty"],
  ["{", "the frame is not JSON"],
  ["[1]", "the frame is not a JSON object"],
  ["null", "the frame is not a JSON object"],
  ["{}", "MsgType: missing"],
  ['{"MsgType":""}', "MsgType: must be a string that is not empty"],
  ['{"MsgType":7}', "MsgType: must be a string that is not empty"],
  ['{"MessageType":"ReqUserLogin"}', "the field is named MsgType, not MessageType"],
  [
    '{"op":"login","data":{}}',
    "MsgType: missing; this looks like the op/data protocol of tab1949/WebCTP (op), which is not served",
  ],
  ['{"aid":"peek_message"}', "MsgType: missing; this looks like the DIFF protocol (aid), which is not served"],
  [
    '{"action":"subscribe"}',
    "MsgType: missing; this looks like the qaopenmdgateway protocol (action), which is not served",
  ],
  ['{"cmd_id":22000,"data":{}}', "MsgType: missing; this looks like an AllTick frame (cmd_id), which has its own path"],
  ['{"MsgType":"ReqUserLogin"}', "ReqUserLogin: missing; an object is required"],
  ['{"MsgType":"ReqUserLogin","ReqUserLogin":null}', "ReqUserLogin: must be an object"],
  ['{"MsgType":"ReqUserLogin","ReqUserLogin":{"UserID":160219}}', "ReqUserLogin.UserID: must be a string, not 160219"],
  ['{"MsgType":"ReqUserLogin","RequestID":"1","ReqUserLogin":{}}', 'RequestID: must be an integer, not "1"'],
  ['{"MsgType":"ReqQryInstrument"}', "ReqQryInstrument: missing; an object (or QryInstrument) is required"],
  ['{"MsgType":"ReqQryInstrument","QryInstrument":[]}', "QryInstrument: must be an object"],
  [
    '{"MsgType":"ReqQryInstrument","ReqQryInstrument":{"RequestID":1.5}}',
    "ReqQryInstrument.RequestID: must be an integer, not 1.5",
  ],
  [
    '{"MsgType":"ReqQryInstrument","QryInstrument":{"ProductID":{}}}',
    "QryInstrument.ProductID: must be a string, not an object",
  ],
  ['{"MsgType":"ReqOrderInsert","RequestID":1}', "ReqOrderInsert: missing; an object (or InputOrder) is required"],
  ['{"MsgType":"ReqSubMarketData"}', "ReqSubMarketData.InstrumentID: missing; a list of instrument ids is required"],
  ['{"MsgType":"SubscribeMarketData"}', "InstrumentID: missing; a list of instrument ids is required"],
  [
    '{"MsgType":"ReqSubMarketData","ReqSubMarketData":{}}',
    "ReqSubMarketData.InstrumentID: missing; a list of instrument ids is required",
  ],
  ['{"MsgType":"ReqSubMarketData","ReqSubMarketData":["rb2605"]}', "ReqSubMarketData: must be an object"],
  ['{"MsgType":"SubscribeMarketData","InstrumentID":"rb2605"}', 'InstrumentID: must be a list, not "rb2605"'],
  [
    `{"MsgType":"SubscribeMarketData","InstrumentID":"${LONG}"}`,
    `InstrumentID: must be a list, not "${LONG.slice(0, 40)}"…`,
  ],
  ['{"MsgType":"UnSubscribeMarketData","InstrumentID":["a",null]}', "InstrumentID[1]: must be a string, not null"],
  [
    '{"MsgType":"ReqSubMarketData","ReqSubMarketData":{"InstrumentID":[[]]}}',
    "ReqSubMarketData.InstrumentID[0]: must be a string, not a list",
  ],
  ['{"MsgType":"SubscribeMarketData","InstrumentID":[""]}', "InstrumentID[0]: must not be empty"],
  [
    `{"MsgType":"SubscribeMarketData","InstrumentID":["${"x".repeat(81)}"]}`,
    "InstrumentID[0]: must have at most 80 bytes",
  ],
  [
    `{"MsgType":"SubscribeMarketData","InstrumentID":["${"螺".repeat(27)}"]}`,
    "InstrumentID[0]: must have at most 80 bytes",
  ],
];

for (const [text, detail] of MALFORMED) {
  test(`malformed: ${text.slice(0, 80)}`, () => {
    const request = decodeRequest(text);
    assert.ok(request.kind === "malformed", request.kind);
    assert.equal(request.detail, detail);
  });
}

test("a malformed frame keeps what could be read of its head", () => {
  const request = decodeRequest('{"MsgType":"ReqQryInstrument","RequestID":9}');
  assert.deepEqual([request.msgType, request.requestId], ["ReqQryInstrument", 9]);
});

test("ids of exactly 80 bytes pass", () => {
  for (const id of ["x".repeat(80), "螺".repeat(26) + "xx", "😀".repeat(20)]) {
    const request = decodeRequest(JSON.stringify({ MsgType: "SubscribeMarketData", InstrumentID: [id] }));
    assert.ok(request.kind === "subscribe");
    assert.deepEqual(request.ids, [id]);
  }
});

test("filters may be empty, null or absent", () => {
  const request = decodeRequest('{"MsgType":"ReqQryInstrument","QryInstrument":{"InstrumentID":null,"ExchangeID":""}}');
  assert.ok(request.kind === "query-instrument");
  assert.deepEqual(request.filter, { instrumentId: "", exchangeId: "", exchangeInstId: "", productId: "" });
  assert.equal(decodeRequest('{"MsgType":"ReqQryInstrument","ReqQryInstrument":null}').kind, "query-instrument");
});

function idOf(frame: object): number {
  return decodeRequest(JSON.stringify({ MsgType: "ReqQryInstrument", ...frame })).requestId;
}

test("RequestID stands on top or in the body; the top wins", () => {
  assert.equal(idOf({ ReqQryInstrument: { RequestID: 4 } }), 4);
  assert.equal(idOf({ RequestID: 3, ReqQryInstrument: { RequestID: 4 } }), 3);
  assert.equal(idOf({ RequestID: null, QryInstrument: { RequestID: 4 } }), 4);
  assert.equal(idOf({ QryInstrument: {} }), 0);
  const subscription = decodeRequest(
    '{"MsgType":"ReqSubMarketData","ReqSubMarketData":{"InstrumentID":[],"RequestID":6}}',
  );
  assert.equal(subscription.requestId, 6);
});

test("the list of a subscription is found in either place under either name", () => {
  for (const MsgType of ["ReqSubMarketData", "SubscribeMarketData"]) {
    for (const frame of [
      { MsgType, InstrumentID: ["a"] },
      { MsgType, [MsgType]: { InstrumentID: ["a"] } },
      { MsgType, [MsgType]: {}, InstrumentID: ["a"] },
    ]) {
      const request = decodeRequest(JSON.stringify(frame));
      assert.ok(request.kind === "subscribe", JSON.stringify(frame));
      assert.deepEqual(request.ids, ["a"]);
    }
  }
});

test("every request of the table is known under both body keys", () => {
  for (const spec of REQUESTS.values()) {
    for (const key of [spec.request, spec.body]) {
      const request = decodeRequest(JSON.stringify({ MsgType: spec.request, RequestID: 1, [key]: {} }));
      assert.ok(!["malformed", "unknown"].includes(request.kind), `${spec.request} ${key}`);
    }
  }
  assert.equal(decodeRequest('{"MsgType":"constructor","constructor":{}}').kind, "unknown");
});

test("what a client encodes, a server decodes", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((candidate) => Buffer.byteLength(candidate) <= 80);
  const id = text.filter((candidate) => candidate !== "" && Buffer.byteLength(candidate) <= 80);
  fc.assert(
    fc.property(
      fc.constantFrom(...DIALECTS),
      text,
      text,
      fc.array(id),
      fc.nat(),
      (dialect, first, second, ids, requestId) => {
        const login = decodeRequest(encodeLogin({ user: first, password: second }, requestId));
        assert.ok(login.kind === "login");
        assert.deepEqual([login.user, login.password, login.brokerId, login.requestId], [first, second, "", requestId]);
        const query = decodeRequest(
          encodeInstrumentQuery(dialect, { instrumentId: first, productId: second }, requestId),
        );
        assert.ok(query.kind === "query-instrument");
        assert.deepEqual(query.filter, { instrumentId: first, productId: second, exchangeId: "", exchangeInstId: "" });
        assert.deepEqual([query.family, query.requestId], [dialect === "seed" ? "seed" : "sibling", requestId]);
        for (const kind of ["subscribe", "unsubscribe"] as const) {
          const request = decodeRequest(encodeSubscription(dialect, kind, ids));
          assert.ok(request.kind === kind);
          assert.deepEqual(request.ids, ids);
        }
        assert.equal(decodeRequest(encodeLogout(dialect, first, requestId)).kind, "logout");
      },
    ),
  );
});

test("requests are what the seed document and the classic gateway show", () => {
  assert.equal(
    encodeLogin({ user: "160219", password: "p", brokerId: "9999" }),
    '{"MsgType":"ReqUserLogin","RequestID":0,"ReqUserLogin":{"UserID":"160219","Password":"p","BrokerID":"9999"}}',
  );
  assert.equal(
    encodeSubscription("seed", "subscribe", ["rb2505"]),
    '{"MsgType":"ReqSubMarketData","ReqSubMarketData":{"InstrumentID":["rb2505"]}}',
  );
  assert.equal(
    encodeSubscription("classic", "unsubscribe", ["rb2505"]),
    '{"MsgType":"UnSubscribeMarketData","InstrumentID":["rb2505"]}',
  );
  assert.equal(
    encodeInstrumentQuery("legacy", {}, 2),
    '{"MsgType":"ReqQryInstrument","RequestID":2,"QryInstrument":{"InstrumentID":""}}',
  );
});
