/** The judges of the chaos test find what they are there to find. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ALLTICK_HTTP_PLANS, ALLTICK_PLANS } from "@tickwire/protocol/alltick";
import type { FrameDeed, HandshakeDeed } from "./chaos-deeds.ts";
import { findAllTickBreaches, findCtpBreaches, type Seen } from "./conduct.ts";
import { findInvented, findMisplaced, findUnadmitted } from "./delivered.ts";

const QUIET: Seen = { handshakes: [], frames: [], calls: [], mostAccepted: new Map([["/a", 1]]) };
const judge = (seen: Partial<Seen>): string[] =>
  findAllTickBreaches({ ...QUIET, ...seen }, ALLTICK_PLANS.basic, ALLTICK_HTTP_PLANS.basic);
const shake = (line: number, at: number, ended = Infinity, path = "/a"): HandshakeDeed => ({
  line,
  at,
  ended,
  released: ended,
  path,
  status: 101,
});
const ask = (line: number, at: number, cmd: number, path = "/a"): FrameDeed => ({
  line,
  at,
  path,
  text: `{"cmd_id":${cmd}}`,
});
const call = (at: number, path = "/kline") => ({ at, path, status: 200 });

const query = (at: number): FrameDeed => ({ line: 0, at, path: "/td/", text: '{"MsgType":"ReqQryOrder"}' });

describe("the judge of conduct", () => {
  it("has nothing against a client that keeps to the plan", () => {
    const handshakes = [shake(0, 0, 100), shake(1, 10, Infinity, "/b"), shake(2, 3_100, 4_000), shake(3, 7_000)];
    const frames = [ask(0, 0, 22004), ask(0, 10, 22000), ask(0, 1_000, 22002), ask(1, 4_000, 22004, "/b")];
    const calls = [call(0), call(1, "/x"), call(1_000), call(0, "/batch-kline"), call(3_000, "/batch-kline")];
    assert.deepEqual(judge({ handshakes, frames, calls }), []);
  });

  it("finds two connections at once, on the client's side and on the upstream's", () => {
    assert.match(judge({ handshakes: [shake(0, 0), shake(1, 9_000)] })[0]!, /connection 1 at 9000 while 0 was open/);
    assert.match(judge({ mostAccepted: new Map([["/a", 2]]) })[0]!, /2 connections at once/);
  });

  it("finds a connection that comes too soon, also after one that was refused", () => {
    assert.equal(judge({ handshakes: [shake(0, 0, 10), shake(1, 3_009, 3_009), shake(2, 6_000)] }).length, 2);
  });

  it("finds requests that come too early on a connection and across connections", () => {
    assert.equal(judge({ frames: [ask(0, 0, 22004), ask(0, 999, 22002)] }).length, 1);
    assert.equal(judge({ frames: [ask(0, 0, 22004), ask(1, 2_999, 22004, "/b")] }).length, 1);
  });

  it("finds calls over the plan's rates", () => {
    assert.equal(judge({ calls: [call(0), call(999)] }).length, 1);
    assert.equal(judge({ calls: [call(0, "/batch-kline"), call(2_999, "/batch-kline")] }).length, 1);
    const many = Array.from({ length: 61 }, (_, at) => call(at * 983, `/${at % 2}`));
    assert.equal(judge({ calls: many }).length, 1);
  });

  it("finds queries of a CTP client that come too early, and a second session", () => {
    assert.deepEqual(findCtpBreaches({ ...QUIET, frames: [query(0), query(1_000)] }), []);
    assert.equal(findCtpBreaches({ ...QUIET, frames: [query(0), query(999)] }).length, 1);
    assert.equal(findCtpBreaches({ ...QUIET, handshakes: [shake(0, 0), shake(1, 9_000)] }).length, 1);
  });
});

describe("the judge of what was delivered", () => {
  const told = Array.from({ length: 10 }, (_, at) => ({ id: "a", n: at + 1, time: 100 * (at + 1) }));

  it("finds what came twice or after a later one", () => {
    assert.deepEqual(findMisplaced([2, 3, 7]), []);
    assert.deepEqual(findMisplaced([2, 3, 3, 5, 4]), ["3 came twice", "4 came after 5"]);
  });

  it("finds what was never told", () => {
    assert.deepEqual(findInvented(told, [1, 10]), []);
    assert.deepEqual(findInvented(told, [11]), ["11 was never told"]);
  });

  it("finds what is missing outside of every gap, or inside one of other instruments", () => {
    const gap = { from: 300, to: 600, codes: ["a"] };
    assert.deepEqual(findUnadmitted(told, [2, 3, 7, 8], [gap]), []);
    assert.equal(findUnadmitted(told, [2, 3, 7, 8], [{ ...gap, codes: ["b"] }]).length, 1);
    assert.deepEqual(findUnadmitted(told, [2, 3, 7, 8], [{ ...gap, codes: [] }]), []);
    assert.equal(findUnadmitted(told, [2, 4, 7, 9], [{ ...gap, from: 301 }]).length, 2);
  });
});
