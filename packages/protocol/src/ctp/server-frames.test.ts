import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS } from "../errors.ts";
import { decodeServerFrame } from "./decode-server-frame.ts";
import {
  encodeGatewayError,
  encodeLoginBody,
  encodeReply,
  encodeSpecificInstrument,
  PING,
  PONG,
  type Reply,
} from "./encode-reply.ts";
import { INSTRUMENT_FIELDS, SEED_INSTRUMENT_FIELDS } from "./fields.ts";
import { FUTURES, INSTRUMENTS } from "../../../../test/support/samples.ts";
import { encodeInstrument, toInstrument } from "./instruments.ts";
import type { Dialect, Side } from "./messages.ts";

const DIALECTS: readonly Dialect[] = ["seed", "legacy", "classic"];
const REPLY: Reply = { name: "RspQryInstrument", bodyKey: "Instrument", body: "{}", requestId: 0, isLast: false };
const FACTS = {
  tradingDay: "20251223",
  loginTime: "09:30:00",
  brokerId: "9999",
  userId: "160219",
  frontId: 1,
  sessionId: 12345678,
  maxOrderRef: "41",
  system: "tickwire",
};

/** The end of a reply, by dialect. */
function tailsOf(requestId: number, isLast: boolean): string[] {
  return DIALECTS.map((dialect) => encodeReply(dialect, { ...REPLY, requestId, isLast }).split('"Instrument":{}')[1]!);
}

function loginKeys(dialect: Dialect, side: Side): string[] {
  return Object.keys(JSON.parse(encodeLoginBody(dialect, side, FACTS)));
}

test("RequestID and IsLast: always in the seed dialect, else only when they are not 0 and false", () => {
  assert.deepEqual(tailsOf(0, false), [',"RequestID":0,"IsLast":false}', "}", "}"]);
  assert.deepEqual(tailsOf(7, true), Array(3).fill(',"RequestID":7,"IsLast":true}'));
});

test("names, RspInfo and order of keys", () => {
  const error = CTP_ERRORS.invalidLogin;
  assert.equal(
    encodeReply("classic", { ...REPLY, error, isLast: true }),
    '{"MsgType":"RspQryInstrument","RspInfo":{"ErrorID":3,"ErrorMsg":"CTP:不合法的登录"},"Instrument":{},"IsLast":true}',
  );
  assert.match(
    encodeReply("legacy", REPLY),
    /^\{"MsgType":"OnRspQryInstrument","RspInfo":\{"ErrorID":0,"ErrorMsg":""\},/,
  );
});

test("a refusal echoes the request, cut where it is absurdly long", () => {
  const text = encodeGatewayError(
    "seed",
    { msgType: `"${"x".repeat(1000)}`, requestId: 2 },
    CTP_GATEWAY_ERRORS.malformed,
    'a "detail"',
  );
  const frame = decodeServerFrame(text);
  assert.ok(frame.kind === "error");
  assert.deepEqual(
    [frame.msgType.length, frame.info.ErrorID, frame.detail, frame.requestId, frame.isLast],
    [120, -400, 'a "detail"', 2, true],
  );
});

test("login bodies: the seed's seven fields, 13 for trading, 14 for market data", () => {
  assert.deepEqual(loginKeys("seed", "all"), [
    "TradingDay",
    "LoginTime",
    "FrontID",
    "SessionID",
    "MaxOrderRef",
    "BrokerID",
    "UserID",
  ]);
  assert.deepEqual(
    [loginKeys("classic", "td").length, loginKeys("legacy", "all").length, loginKeys("classic", "md").length],
    [13, 13, 14],
  );
});

test("a login comes back from every dialect", () => {
  const { system: _, ...facts } = FACTS;
  for (const dialect of DIALECTS) {
    const reply = {
      ...REPLY,
      name: "RspUserLogin",
      bodyKey: "RspUserLogin",
      body: encodeLoginBody(dialect, "md", FACTS),
      isLast: true,
    };
    const { kind, msgType, ...rest } = decodeServerFrame(encodeReply(dialect, reply)) as unknown as Record<
      string,
      unknown
    >;
    assert.deepEqual([kind, msgType], ["login", dialect === "classic" ? "RspUserLogin" : "OnRspUserLogin"]);
    assert.deepEqual(rest, {
      ...facts,
      info: { ErrorID: 0, ErrorMsg: "" },
      requestId: 0,
      isLast: true,
    });
  }
});

test("instruments: the classic gateway's 31 fields, the seed's own nine first", () => {
  for (const instrument of INSTRUMENTS) {
    assert.deepEqual(Object.keys(JSON.parse(encodeInstrument("classic", instrument))), [...INSTRUMENT_FIELDS]);
    const seed = JSON.parse(encodeInstrument("seed", instrument)) as Record<string, unknown>;
    assert.deepEqual(Object.keys(seed).slice(0, 9), [...SEED_INSTRUMENT_FIELDS]);
    assert.equal(seed["ProductClass"], instrument.kind === "future" ? "1" : "4");
  }
});

test("an instrument never has null for a number", () => {
  const broken = {
    ...FUTURES[0]!,
    multiplier: NaN,
    priceTick: Infinity,
    future: { ...FUTURES[0]!.future!, longMarginRatio: NaN },
  };
  assert.doesNotMatch(encodeInstrument("seed", broken), /null|NaN|Infinity/);
});

test("a future comes back from every dialect as it went in, given its hours", () => {
  for (const instrument of FUTURES) {
    for (const dialect of DIALECTS) {
      const frame = decodeServerFrame(
        encodeReply(dialect, { ...REPLY, body: encodeInstrument(dialect, instrument), isLast: true }),
      );
      assert.ok(frame.kind === "instrument" && frame.body !== null);
      assert.deepEqual(toInstrument(frame.body, instrument.hours), instrument);
    }
  }
});

test("empty results are null, {} or absent", () => {
  for (const body of ["null", "{}", "[]", '{"InstrumentID":null}']) {
    const frame = decodeServerFrame(`{"MsgType":"RspQryInstrument","RspInfo":null,"Instrument":${body},"IsLast":true}`);
    assert.ok(frame.kind === "instrument");
    assert.deepEqual([frame.body, frame.info, frame.isLast], [null, { ErrorID: 0, ErrorMsg: "" }, true]);
  }
  assert.equal(toInstrument({}, FUTURES[0]!.hours), undefined);
});

test("subscription replies, heartbeats and the rest", () => {
  const subscribed = decodeServerFrame(
    encodeReply("legacy", {
      ...REPLY,
      name: "RspSubMarketData",
      bodyKey: "SpecificInstrument",
      body: encodeSpecificInstrument('q"'),
    }),
  );
  assert.deepEqual([subscribed.kind, "id" in subscribed && subscribed.id], ["subscribed", 'q"']);
  assert.equal(decodeServerFrame('{"MsgType":"RspUnSubMarketData","SpecificInstrument":null}').kind, "unsubscribed");
  assert.deepEqual([decodeServerFrame(PING).kind, decodeServerFrame(PONG).kind], ["ping", "pong"]);
  assert.equal(decodeServerFrame('{"MsgType":"ReqQryOrder","RspInfo":{"ErrorID":-404}}').kind, "error");
  assert.equal(decodeServerFrame('{"MsgType":"RspQryNotice","Notice":{}}').kind, "other");
  assert.equal(decodeServerFrame('{"MsgType":"OnRspUserLogout"}').kind, "logout");
});

test("no text makes the decoder throw", () => {
  const name = fc.constantFrom(
    "RspUserLogin",
    "OnRspQryInstrument",
    "RtnDepthMarketData",
    "RspSubMarketData",
    "Ping",
    "x",
  );
  const key = fc.constantFrom(
    "RspInfo",
    "Instrument",
    "DepthMarketData",
    "RspUserLogin",
    "SpecificInstrument",
    "RequestID",
    "IsLast",
  );
  const frame = fc
    .tuple(name, fc.dictionary(key, fc.jsonValue()))
    .map(([MsgType, rest]) => JSON.stringify({ ...rest, MsgType }));
  fc.assert(
    fc.property(fc.oneof(frame, fc.json(), fc.string()), (text) => {
      assert.equal(typeof decodeServerFrame(text).kind, "string");
    }),
  );
});
