import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { futureOf } from "@tickwire/protocol/catalog";
import type { Snapshot } from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import type { Footprint, MarketView } from "../ports/exchange.ts";
import { sampleSnapshot } from "../../../../test/support/core-stage.ts";
import { Venue } from "./venue.ts";

const future = futureOf("rb2605")!;

const NOBODY: Footprint = {
  bids: new Map(),
  asks: new Map(),
  takenBids: new Map(),
  takenAsks: new Map(),
  volume: 0,
  turnover: 0,
  openInterest: 0,
  last: NaN,
  high: NaN,
  low: NaN,
  time: 0,
};

/** A venue before a market that notes what it is given, and an exchange whose footprint tests set. */
function stage() {
  const published: Snapshot[] = [];
  const views: MarketView[] = [];
  const exchange = { tradingDay: "20260311", footprint: NOBODY };
  const inner: FeedSink = {
    instrument: () => true,
    trade: () => {},
    book: () => {},
    snapshot: (snapshot) => published.push(snapshot),
    reference: () => {},
    advance: () => {},
    anomaly: () => {},
    gap: () => {},
  };
  const venue = new Venue();
  venue.open({
    get tradingDay() {
      return exchange.tradingDay;
    },
    market: (_, view) => views.push(view),
    footprint: () => exchange.footprint,
  });
  const sink = venue.sink(inner);
  sink.instrument(future);
  const at = (time: number, more: Partial<Snapshot> = {}): Snapshot => ({
    ...sampleSnapshot({ id: future.id, time }),
    bids: { prices: [3499, 3498], volumes: [10, 20] },
    asks: { prices: [3501, 3502], volumes: [10, 20] },
    last: 3500,
    high: 3500,
    low: 3500,
    volume: 100,
    turnover: 100 * 3500 * future.multiplier,
    openInterest: 1000,
    ...more,
  });
  const own = (more: Partial<Footprint>): void => {
    exchange.footprint = { ...exchange.footprint, ...more };
  };
  return { venue, sink, published, views, exchange, own, at };
}

describe("Venue", () => {
  it("lets nobody trade with what was traded in a hole, or before a day was begun anew", () => {
    const { sink, views, published, at } = stage();
    const hole = { feed: "f", from: 0, to: 5_000, codes: [future.id], cause: "unwatched", filledBy: "" };
    sink.snapshot(at(1_000));
    sink.gap(hole);
    sink.snapshot(at(5_000, { volume: 900 }));
    sink.snapshot(at(100_000, { volume: 903 }));
    sink.snapshot(at(20_000, { volume: 40, tradingDay: "20260227" }));
    sink.snapshot(at(20_500, { volume: 42, tradingDay: "20260227" }));
    sink.snapshot(at(20_400, { volume: 41, tradingDay: "20260227" }));
    assert.deepEqual(
      views.map(({ time, traded }) => [time, traded]),
      [
        [1_000, 0],
        [5_000, 0],
        [100_000, 3],
        [20_000, 0],
        [20_500, 2],
      ],
    );
    assert.deepEqual(published.slice(-2), [
      at(20_500, { volume: 42, tradingDay: "20260227" }),
      at(20_400, { volume: 41, tradingDay: "20260227" }),
    ]);
  });

  it("passes a snapshot on untouched where no user has done anything", () => {
    const { sink, published, at } = stage();
    const snapshot = at(1_000);
    sink.snapshot(snapshot);
    assert.equal(published[0], snapshot);
  });

  it("shows the exchange the feed's own book and what was traded since the view before", () => {
    const { sink, views, at } = stage();
    sink.snapshot(at(1_000));
    sink.snapshot(at(2_000, { volume: 107 }));
    assert.deepEqual(
      views.map(({ traded, last, bidPrices }) => [traded, last, bidPrices[0]]),
      [
        [0, 3500, 3499],
        [7, 3500, 3499],
      ],
    );
  });

  it("makes users' orders and trades public when they are released, not when they are captured", () => {
    const { venue, sink, published, own, at } = stage();
    sink.snapshot(at(1_000));
    own({
      bids: new Map([[3500, 5]]),
      volume: 3,
      turnover: 3 * 3501 * future.multiplier,
      last: 3501,
      high: 3501,
      low: 3501,
      openInterest: 3,
    });
    const release = venue.capture(future.id);
    sink.snapshot(at(1_500));
    assert.deepEqual([published[1]?.volume, published[1]?.bids.prices[0]], [100, 3499]);
    release();
    sink.advance(1_600);
    assert.equal(published.length, 2, "two snapshots a second at most");
    sink.advance(2_000);
    const merged = published[2]!;
    assert.deepEqual(
      [
        merged.time,
        merged.volume,
        merged.last,
        merged.high,
        merged.openInterest,
        merged.bids.prices[0],
        merged.bids.volumes[0],
      ],
      [2_000, 103, 3501, 3501, 1003, 3500, 5],
    );
    assert.equal(merged.turnover, (100 * 3500 + 3 * 3501) * future.multiplier);
    sink.advance(9_000);
    assert.equal(published.length, 3);
  });

  it("adds each trade once, over views, releases and a settlement of the exchange", () => {
    const { venue, sink, published, exchange, own, at } = stage();
    sink.snapshot(at(1_000));
    for (const volume of [2, 5]) {
      own({ volume, last: 3501, high: 3501, low: 3501, turnover: volume * 10 });
      venue.capture(future.id)();
    }
    sink.snapshot(at(2_000, { volume: 110 }));
    assert.equal(published.at(-1)?.volume, 115);
    exchange.tradingDay = "20260312";
    own({ volume: 4 });
    venue.capture(future.id)();
    sink.snapshot(at(3_000, { volume: 110 }));
    assert.equal(published.at(-1)?.volume, 119);
    sink.snapshot(at(4_000, { volume: 1, tradingDay: "20260313" }));
    assert.equal(published.at(-1)?.volume, 1, "a new day of the market begins with its own volume");
  });

  it("goes on after a restart: orders of before are in the book, trades of before are not told again", () => {
    const { venue, sink, published, own, at } = stage();
    own({ bids: new Map([[3500, 5]]), volume: 50, turnover: 500, openInterest: 50, last: 3400, high: 3600, low: 3400 });
    sink.snapshot(at(1_000));
    const [first] = published;
    assert.deepEqual([first?.bids.prices[0], first?.volume, first?.last, first?.high], [3500, 100, 3500, 3500]);
    own({ volume: 52, turnover: 520, last: 3501 });
    venue.capture(future.id)();
    sink.snapshot(at(2_000));
    const merged = published.at(-1)!;
    assert.deepEqual([merged.volume, merged.turnover - first!.turnover, merged.last], [102, 20, 3501]);
  });

  it("takes from a level what users took, until the feed shows the next book", () => {
    const { venue, sink, published, own, at } = stage();
    sink.snapshot(at(1_000));
    own({ takenAsks: new Map([[3501, 10]]), volume: 10, last: 3501, high: 3501, low: 3501 });
    venue.capture(future.id)();
    sink.advance(2_000);
    assert.equal(published.at(-1)?.asks.prices[0], 3502);
    sink.snapshot(at(3_000));
    assert.equal(published.at(-1)?.asks.prices[0], 3501);
  });
});
