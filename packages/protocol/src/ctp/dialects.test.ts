import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRequest } from "./decode-request.ts";
import { DialectTracker } from "./dialects.ts";
import type { Dialect, Side } from "./messages.ts";

const LOGIN = { MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } };
const NUMBERED = { ...LOGIN, RequestID: 0 };
const NUMBERED_INSIDE = { MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p", RequestID: 1 } };
const SEED_SUB = { MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: ["a"] } };
const SEED_UNSUB = { MsgType: "ReqUnSubMarketData", ReqUnSubMarketData: { InstrumentID: ["a"] } };
const SUB = { MsgType: "SubscribeMarketData", InstrumentID: ["a"] };
const SEED_QUERY = { MsgType: "ReqQryInstrument", ReqQryInstrument: { InstrumentID: "" } };
const QUERY = { MsgType: "ReqQryInstrument", RequestID: 1, QryInstrument: {} };
const ORDER = { MsgType: "ReqOrderInsert", RequestID: 1, InputOrder: {} };
const PING = { MsgType: "Ping" };
const BROKEN = "{";

/** What a connection answers frame by frame, and what it is taken for in the end. */
const CASES: readonly (readonly [
  name: string,
  side: Side,
  frames: readonly unknown[],
  dialects: readonly Dialect[],
  end: Dialect,
])[] = [
  ["root: seed until something says otherwise", "all", [NUMBERED, PING, BROKEN], ["seed", "seed", "seed"], "seed"],
  [
    "root: the seed's client",
    "all",
    [LOGIN, SEED_QUERY, SEED_SUB, SEED_UNSUB],
    ["seed", "seed", "seed", "seed"],
    "seed",
  ],
  ["root: a legacy client shares the seed's names", "all", [LOGIN, SUB, QUERY], ["seed", "legacy", "legacy"], "legacy"],
  ["root: orders tell as much as queries", "all", [ORDER, LOGIN], ["legacy", "legacy"], "legacy"],
  ["md: classic", "md", [LOGIN, SUB], ["classic", "classic"], "classic"],
  ["md: a seed client", "md", [LOGIN, SEED_SUB, PING], ["classic", "seed", "seed"], "seed"],
  ["td: classic sends RequestID", "td", [NUMBERED, QUERY], ["classic", "classic"], "classic"],
  ["td: without RequestID it is not classic", "td", [LOGIN, QUERY, ORDER], ["legacy", "legacy", "legacy"], "legacy"],
  ["td: a RequestID in the body is none", "td", [NUMBERED_INSIDE], ["legacy"], "legacy"],
  ["td: the seed's client", "td", [LOGIN, SEED_QUERY], ["legacy", "seed"], "seed"],
  [
    "a frame that contradicts is answered in its own way and changes nothing",
    "all",
    [SEED_SUB, SUB, PING, LOGIN],
    ["seed", "legacy", "seed", "seed"],
    "seed",
  ],
  ["a late login is no hint any more", "td", [QUERY, LOGIN], ["classic", "classic"], "classic"],
];

for (const [name, side, frames, dialects, end] of CASES) {
  test(name, () => {
    const tracker = new DialectTracker(side);
    const judged = frames.map((frame) =>
      tracker.judge(decodeRequest(typeof frame === "string" ? frame : JSON.stringify(frame))),
    );
    assert.deepEqual(judged, dialects);
    assert.equal(tracker.current, end);
  });
}

test("a forced dialect holds whatever comes", () => {
  for (const forced of ["seed", "legacy", "classic"] as const) {
    const tracker = new DialectTracker("td", forced);
    for (const frame of [LOGIN, SEED_SUB, SUB, QUERY])
      assert.equal(tracker.judge(decodeRequest(JSON.stringify(frame))), forced);
    assert.equal(tracker.current, forced);
  }
});
