import assert from "node:assert/strict";
import { test } from "node:test";
import type { Book, Snapshot, Trade } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import {
  MIDNIGHT,
  openMarket,
  sampleBook,
  sampleInstrument,
  sampleSnapshot,
  sampleTrade,
} from "../../../../test/support/core-stage.ts";

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

test("a trade older than all that is remembered is lost: a gap says so, one for all in it", () => {
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
  assert.equal(gaps.length, 1, "the fourth lies in it");
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

const snapshot = (ms: number, volume: number, more: Partial<Snapshot> = {}): Snapshot =>
  sampleSnapshot({ id: "a", time: MIDNIGHT + ms, last: 5, volume, turnover: volume * 50, ...more });
const HOUR = 3_600_000;

test("a day that is told anew is followed from its first snapshot on, and counted once; what is overtaken is not", () => {
  const { market, sink, snapshots, trades, gaps } = open();
  sink.snapshot(snapshot(9 * HOUR, 1_000));
  sink.snapshot(snapshot(9 * HOUR - 500, 990));
  sink.snapshot(snapshot(9 * HOUR + 500, 1_003));
  // The front replays the day, or another one, from its beginning.
  for (let n = 0; n < 100; n++) sink.snapshot(snapshot(n * 500, n));
  sink.snapshot(snapshot(-HOUR, 7, { tradingDay: "20260301" }));
  sink.snapshot(snapshot(-HOUR + 500, 9, { tradingDay: "20260301" }));
  assert.deepEqual(Object.fromEntries(market.anomalies), { "snapshot-time-back": 1, "snapshot-anew": 2 });
  assert.equal(snapshots.length, 1 + 1 + 100 + 2);
  assert.deepEqual(
    trades.map(({ volume }) => volume),
    [3, ...Array.from({ length: 99 }, () => 1), 2],
  );
  sink.advance(MIDNIGHT + 10 * HOUR);
  assert.deepEqual(
    gaps.map(({ from, to }) => [from - MIDNIGHT, to - MIDNIGHT]),
    [[9 * HOUR - 500, 9 * HOUR]],
  );
});

test("yesterday's last snapshot, which fronts send at night, begins nothing", () => {
  const { market, sink, snapshots } = open();
  sink.snapshot(snapshot(0, 3, { tradingDay: "20260302" }));
  sink.snapshot(snapshot(-6 * HOUR, 5_000, { tradingDay: "20260301" }));
  assert.equal(snapshots.length, 1);
  assert.deepEqual(Object.fromEntries(market.anomalies), { "snapshot-time-back": 1 });
});

test("reordering makes few ledger entries: stretches that adjoin are one, which grows", () => {
  const { sink, gaps } = open();
  sink.instrument(sampleInstrument("b"));
  const late = (id: string, second: number): void => {
    sink.snapshot(snapshot(second * 1_000, second, { id }));
    sink.snapshot(snapshot(second * 1_000 - 400, second, { id }));
    sink.advance(MIDNIGHT + second * 1_000);
  };
  const keys = (): string[] => [...new Set(gaps.map(({ from, codes }) => `${from - MIDNIGHT} ${codes.join()}`))];
  for (let second = 1; second <= 300; second++) late("a", second);
  assert.deepEqual(keys(), ["600 a"]);
  assert.equal(gaps.at(-1)!.to, MIDNIGHT + 300_000);
  for (let second = 301; second <= 600; second++) late(second % 2 === 0 ? "a" : "b", second);
  assert.deepEqual(keys(), ["600 a", "300600 b,a"]);
  late("a", 620);
  assert.equal(keys().length, 3, "further apart");
});

test("no trade is made of what was traded in a hole; the next one is", () => {
  const { sink, trades, snapshots, market } = open();
  const hole = (from: number, to: number, filledBy = ""): void =>
    sink.gap({
      feed: "f",
      from: MIDNIGHT + from,
      to: MIDNIGHT + to,
      codes: ["a"],
      cause: "unwatched",
      filledBy,
    });
  sink.snapshot(snapshot(0, 10));
  hole(0, HOUR);
  sink.snapshot(snapshot(HOUR, 90_000));
  sink.snapshot(snapshot(HOUR + 500, 90_002));
  hole(HOUR + 500, 2 * HOUR, "kline");
  sink.snapshot(snapshot(2 * HOUR, 90_005));
  hole(2 * HOUR, 20 * HOUR);
  sink.snapshot(snapshot(20 * HOUR, 70, { tradingDay: "20260303" }));
  assert.deepEqual(
    trades.map(({ volume }) => volume),
    [2, 3],
  );
  assert.deepEqual([snapshots.length, market.anomalies.size], [5, 0]);
});
