import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { BookSide, Snapshot } from "@tickwire/protocol/model";
import fc from "fast-check";
import {
  listen,
  MIDNIGHT,
  openMarket,
  sampleBook,
  sampleInstrument,
  sampleSnapshot,
  sampleTrade,
} from "../../../../test/support/core-stage.ts";

const DAY = 86_400_000;

const side: fc.Arbitrary<BookSide> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })), { maxLength: 2 })
  .map((levels) => ({ prices: levels.map(([price]) => price), volumes: levels.map(([, volume]) => volume) }));

const step = fc.record({
  ms: fc.integer({ min: 0, max: 900 }),
  volume: fc.integer({ min: 0, max: 4 }),
  price: fc.integer({ min: 1, max: 9 }),
  nextDay: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  bids: side,
  asks: side,
});

/** Snapshots as an exchange sends them: time, volume and turnover grow, and begin again with a trading day. */
const history = fc.array(step, { minLength: 1, maxLength: 30 }).map((steps) => {
  let [time, volume, turnover, day] = [MIDNIGHT, 0, 0, 20260302];
  return steps.map((one): Snapshot => {
    if (one.nextDay) [time, volume, turnover, day] = [time + DAY, 0, 0, day + 1];
    time += one.ms;
    volume += one.volume;
    turnover += one.volume * one.price * 10;
    return sampleSnapshot({
      id: "a",
      time,
      tradingDay: String(day),
      last: one.price,
      volume,
      turnover,
      bids: one.bids,
      asks: one.asks,
    });
  });
});

test("the trades of a day add up to the day, whatever its snapshots were", () => {
  fc.assert(
    fc.property(history, (list) => {
      const { market, sink, trades, snapshots } = openMarket();
      for (const snapshot of list) sink.snapshot(snapshot);
      const dayAt = new Map(list.map(({ time, tradingDay }) => [time, tradingDay]));
      for (const day of new Set(list.map(({ tradingDay }) => tradingDay))) {
        const ofDay = list.filter(({ tradingDay }) => tradingDay === day);
        const last = ofDay.at(-1)!;
        // Only the day that was joined midway counts from its first snapshot; every later one from zero.
        const from = ofDay[0] === list[0] ? ofDay[0]! : { volume: 0, turnover: 0 };
        const derived = trades.filter(({ time }) => dayAt.get(time) === day);
        assert.equal(
          derived.reduce((sum, { volume }) => sum + volume, 0),
          last.volume - from.volume,
        );
        assert.equal(
          derived.reduce((sum, { turnover }) => sum + turnover, 0),
          last.turnover - from.turnover,
        );
      }
      const news = list.filter((snapshot, at) => at === 0 || !isDeepStrictEqual(snapshot, list[at - 1]));
      assert.deepEqual(snapshots, news);
      const repeats = list.length - news.length;
      const crossed = news.filter(({ bids, asks }) => bids.prices[0]! > asks.prices[0]!).length;
      assert.deepEqual(
        [market.anomalies.get("snapshot-duplicate") ?? 0, market.anomalies.get("book-crossed") ?? 0],
        [repeats, crossed],
      );
      assert.equal(market.anomalies.size, Number(repeats > 0) + Number(crossed > 0));
    }),
  );
});

/** Both sides as one text. */
function shape({ bids, asks }: { readonly bids: BookSide; readonly asks: BookSide }): string {
  return JSON.stringify([bids, asks]);
}

test("a book is published exactly when a side changes", () => {
  fc.assert(
    fc.property(history, (list) => {
      const { sink, books } = openMarket();
      for (const snapshot of list) sink.snapshot(snapshot);
      const expected = list.filter((snapshot, at) => at === 0 || shape(snapshot) !== shape(list[at - 1]!));
      assert.deepEqual(
        books.map(({ time, bids, asks }) => [time, bids, asks]),
        expected.map(({ time, bids, asks }) => [time, bids, asks]),
      );
    }),
  );
});

test("out of one snapshot come its trade, its book and itself, in this order, numbered upwards", () => {
  const { market, sink, channel } = openMarket();
  const order: string[] = [];
  for (const kind of ["snapshot", "book", "trade"] as const) {
    channel.subscribe(
      { key: "order", kind, conflate: false, encode: () => kind },
      { deliver: ({ text }) => order.push(text) },
      false,
    );
  }
  const snapshot = sampleSnapshot({ id: "a", time: MIDNIGHT, last: 5, volume: 1, turnover: 50 });
  sink.snapshot(snapshot);
  sink.snapshot({ ...snapshot, time: MIDNIGHT + 1, volume: 2, turnover: 100, bids: { prices: [4], volumes: [1] } });
  assert.deepEqual(order, ["book", "snapshot", "trade", "book", "snapshot"]);
  assert.ok(channel.last.book!.seq > channel.last.trade!.seq);
  assert.deepEqual(market.counts, { trade: 1, book: 2, snapshot: 2, deliveries: 2 + 3 + 3 + 2 });
});

test("of shuffled snapshots each is published or counted, and what is published never loses ground but where a day begins anew", () => {
  const shuffled = history.chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));
  fc.assert(
    fc.property(shuffled, (list) => {
      const { market, sink, snapshots } = openMarket();
      for (const snapshot of list) sink.snapshot(snapshot);
      const left =
        (market.anomalies.get("snapshot-time-back") ?? 0) + (market.anomalies.get("snapshot-duplicate") ?? 0);
      assert.equal(snapshots.length + left, list.length);
      let begun = 0;
      for (const [at, snapshot] of snapshots.entries()) {
        const before = snapshots[at - 1] ?? snapshot;
        if (before.time - snapshot.time > 60_000 && snapshot.volume < before.volume) {
          begun++;
          continue;
        }
        assert.ok(snapshot.tradingDay >= before.tradingDay);
        const ahead =
          snapshot.time >= before.time || snapshot.volume > before.volume || snapshot.tradingDay > before.tradingDay;
        assert.ok(ahead, "later, or with trades that were not known");
      }
      assert.equal(market.anomalies.get("snapshot-anew") ?? 0, begun);
    }),
  );
});

test("equal times are normal: several snapshots of one second all go out", () => {
  const { market, sink, trades, snapshots } = openMarket();
  for (const volume of [1, 3, 6])
    sink.snapshot(sampleSnapshot({ id: "a", time: MIDNIGHT, last: 5, volume, turnover: volume * 50 }));
  assert.deepEqual(
    trades.map(({ volume }) => volume),
    [2, 3],
  );
  assert.equal(snapshots.length, 3);
  assert.equal(market.anomalies.size, 0);
});

test("joined midway, a watcher of trades gets the last price and no volume; before any price, nothing", () => {
  const { sink, channel } = openMarket();
  sink.snapshot(sampleSnapshot({ id: "a", time: MIDNIGHT }));
  assert.equal(channel.last.trade, undefined);
  sink.snapshot(sampleSnapshot({ id: "a", time: MIDNIGHT + 1, last: 7 }));
  assert.deepEqual(
    { ...channel.last.trade!, seq: 0 },
    { id: "a", seq: 0, time: MIDNIGHT + 1, price: 7, volume: 0, turnover: 0, direction: 0 },
  );
});

test("announcing again replaces the instrument's data, also for the day under way", () => {
  const { sink, channel, snapshots } = openMarket();
  sink.trade(sampleTrade("a", MIDNIGHT, 5, 1));
  assert.ok(sink.instrument({ ...sampleInstrument("a"), multiplier: 5, name: "new" }));
  sink.trade(sampleTrade("a", MIDNIGHT + 500, 5, 1));
  assert.equal(channel.instrument?.name, "new");
  assert.deepEqual(
    snapshots.map(({ average }) => average),
    [5, 10],
  );
});

test("an instrument belongs to the feed that announced it first; what others send for it is counted", () => {
  const { market, sink, trades, books, snapshots } = openMarket();
  const other = market.sink();
  assert.equal(other.instrument({ ...sampleInstrument("a"), name: "stolen" }), false);
  other.trade(sampleTrade("a", MIDNIGHT, 5, 1));
  other.book(sampleBook("a", MIDNIGHT, 5, 6));
  other.snapshot(sampleSnapshot({ id: "a", time: MIDNIGHT }));
  other.reference("a", { time: MIDNIGHT, preClose: 1, preSettlement: 1, upperLimit: 1, lowerLimit: 1 });
  sink.trade(sampleTrade("nobody", MIDNIGHT, 5, 1));
  assert.deepEqual([trades.length, books.length, snapshots.length], [0, 0, 0]);
  assert.deepEqual(Object.fromEntries(market.anomalies), { "foreign-instrument": 4, "unknown-instrument": 1 });
  assert.equal(market.instrument("a")?.name, "a");
  assert.ok(other.instrument(sampleInstrument("b")));
  assert.deepEqual(
    [...market.instruments()].map(({ id }) => id),
    ["a", "b"],
  );
});

test("a feed listed earlier takes over what a later one made on demand, and begins its story anew", () => {
  const { market, hub } = openMarket();
  const [earlier, later] = [market.sink(), market.sink()];
  const instrument = sampleInstrument("x");
  assert.equal(later.instrument(instrument), true);
  later.trade(sampleTrade("x", MIDNIGHT, 5, 1));
  later.trade(sampleTrade("x", MIDNIGHT + 1, 6, 1));
  assert.equal(earlier.instrument(instrument), true);
  assert.equal(hub.channel("x").last.trade, undefined);
  later.trade(sampleTrade("x", MIDNIGHT + 2, 7, 1));
  later.advance(MIDNIGHT + 10_000);
  assert.equal(hub.channel("x").last.trade, undefined);
  earlier.trade(sampleTrade("x", MIDNIGHT - DAY, 9, 1));
  assert.equal(hub.channel("x").last.trade?.price, 9);
  assert.equal(hub.channel("x").last.snapshot?.open, 9);
  assert.equal(later.instrument(instrument), false);
  assert.equal(market.anomalies.get("foreign-instrument"), 1);
});

test("one feed's time does not push out another feed's snapshots", () => {
  const { hub, market, sink, snapshots } = openMarket();
  const other = market.sink();
  other.instrument(sampleInstrument("b"));
  const others = listen(hub.channel("b"), "snapshot");
  for (const ms of [0, 100]) {
    sink.trade(sampleTrade("a", MIDNIGHT + ms, 5, 1));
    other.trade(sampleTrade("b", MIDNIGHT + ms, 5, 1));
  }
  other.advance(MIDNIGHT + 600);
  assert.deepEqual([snapshots.length, others.length], [1, 2]);
});

test("a late trade is published and counted", () => {
  const { market, sink, trades } = openMarket();
  sink.trade(sampleTrade("a", MIDNIGHT + 10, 5, 1));
  sink.trade(sampleTrade("a", MIDNIGHT + 5, 5, 1));
  assert.equal(trades.length, 2);
  assert.equal(market.anomalies.get("trade-time-back"), 1);
});
