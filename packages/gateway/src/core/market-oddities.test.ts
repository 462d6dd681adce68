import assert from "node:assert/strict";
import { test } from "node:test";
import type { Book, Trade } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import { MIDNIGHT, openMarket, sampleBook, sampleSnapshot, sampleTrade } from "./samples.ts";

/** A market whose taps are written down: trades and gaps. */
function open() {
  const kit = openMarket();
  const tapped: Trade[] = [];
  const gaps: Gap[] = [];
  kit.market.tap({
    instrument: () => {},
    tick: (kind, event) => void (kind === "trade" && tapped.push(event as Trade)),
    advance: () => {},
    gap: (gap) => void gaps.push(gap),
  });
  return { ...kit, tapped, gaps };
}

const book = (seq: number, ms: number, bid = 4): Book => ({ ...sampleBook("a", MIDNIGHT + ms, bid, 5), seq });
const numbered = (seq: number, ms: number): Trade => ({ ...sampleTrade("a", MIDNIGHT + ms, 5, 1), seq });

test("a numbered trade that comes twice is dropped and counted; one that was overtaken goes to taps and day alone", () => {
  const { market, sink, channel, trades, tapped, gaps, snapshots } = open();
  for (const [seq, ms] of [
    [1, 0],
    [2, 10],
    [4, 30],
    [2, 10],
    [3, 20],
    [3, 20],
    [5, 40],
  ] as const)
    sink.trade(numbered(seq, ms));
  assert.deepEqual(
    trades.map(({ seq }) => seq),
    [1, 2, 4, 5],
  );
  assert.deepEqual(
    tapped.map(({ seq }) => seq),
    [1, 2, 4, 3, 5],
  );
  assert.deepEqual(Object.fromEntries(market.anomalies), { "trade-duplicate": 2, "trade-late": 1 });
  sink.advance(MIDNIGHT + 1_000);
  assert.equal(snapshots.at(-1)?.volume, 5);
  assert.equal(channel.last.trade?.seq, 5);
  const from = MIDNIGHT + 20;
  assert.deepEqual(gaps, [
    { feed: "", from, to: MIDNIGHT + 30, codes: ["a"], cause: "reordering", filledBy: "history" },
  ]);
  assert.deepEqual(market.gaps.get("reordering"), { open: 0, filled: 1 });
});

test("a trade older than all that is remembered is lost: a gap says so, once a second", () => {
  const { sink, gaps, tapped } = open();
  for (let seq = 10; seq < 300; seq++) sink.trade(numbered(seq, seq));
  for (const seq of [1, 2, 3]) sink.trade(numbered(seq, seq));
  sink.advance(MIDNIGHT + 400);
  sink.trade(numbered(4, 4));
  sink.advance(MIDNIGHT + 500);
  assert.deepEqual(
    gaps.map(({ from, to, filledBy }) => [from - MIDNIGHT, to - MIDNIGHT, filledBy]),
    [[1, 299, ""]],
  );
  sink.advance(MIDNIGHT + 1_400);
  assert.equal(gaps.length, 2);
  assert.equal(tapped.length, 290);
});

test("trades without numbers are all passed, also equal ones and those whose time went back", () => {
  const { market, sink, trades } = open();
  for (const ms of [0, 10, 10, 5]) sink.trade(sampleTrade("a", MIDNIGHT + ms, 5, 1));
  assert.equal(trades.length, 4);
  assert.deepEqual(Object.fromEntries(market.anomalies), { "trade-time-back": 1 });
});

test("a numbered book that was overtaken or comes twice is dropped; a crossed one is passed; a clock that was set is followed", () => {
  const { market, sink, books } = open();
  for (const each of [book(5, 100), book(5, 100), book(3, 50), book(7, 200, 6), book(8, 150), book(1, -90_000)])
    sink.book(each);
  assert.deepEqual(
    books.map(({ seq }) => seq),
    [5, 7, 8, 1],
  );
  assert.deepEqual(Object.fromEntries(market.anomalies), {
    "book-duplicate": 1,
    "book-late": 1,
    "book-crossed": 1,
    "book-time-back": 2,
  });
});

test("a snapshot that repeats the one before it says nothing; one that differs in anything does", () => {
  const { market, sink, snapshots } = open();
  const first = sampleSnapshot({ id: "a", time: MIDNIGHT, last: 5, volume: 1, turnover: 50 });
  for (const each of [first, { ...first }, { ...first, openInterest: 7 }]) sink.snapshot(each);
  assert.equal(snapshots.length, 2);
  assert.deepEqual(Object.fromEntries(market.anomalies), { "snapshot-duplicate": 1 });
});

test("gaps that feeds tell of reach the taps and are counted by cause, open and filled apart", () => {
  const { sink, market, gaps } = open();
  const gap: Gap = { feed: "f", from: 1, to: 2, codes: [], cause: "mute", filledBy: "" };
  sink.gap(gap);
  sink.gap({ ...gap, filledBy: "kline" });
  assert.deepEqual(gaps, [gap, { ...gap, filledBy: "kline" }]);
  assert.deepEqual(Object.fromEntries(market.gaps), { mute: { open: 1, filled: 1 } });
});
