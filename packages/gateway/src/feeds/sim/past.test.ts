import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen, mergeKlines, periodSpan, type Instrument, type Kline } from "@tickwire/protocol/model";
import { Hub } from "../../core/hub.ts";
import { KlineEngine } from "../../core/klines.ts";
import { Market } from "../../core/market.ts";
import { FakeClock } from "../../../../../test/support/fake-clock.ts";
import type { Feed, FeedSink } from "../../ports/feed.ts";
import { PAST_DAYS, PAST_MINUTES } from "./past.ts";
import { makeSimFeed } from "./feed.ts";
import { SIM_DEFAULTS, type SimOptions } from "./options.ts";

const MINUTE = 60_000;
/** Wednesday 2026-03-04 10:20:30 in China. */
const MORNING = Date.UTC(2026, 2, 4, 2, 20, 30);
/** Saturday 2026-03-07 12:00 in China. */
const SATURDAY = Date.UTC(2026, 2, 7, 4);
const IDS = ["rb2605", "IF2606", "AP610", "600519.SH", "700.HK", "AAPL.US", "BTCUSDT", "EURUSD", "000001.SH"];

interface Started {
  readonly feed: Feed;
  readonly instruments: Map<string, Instrument>;
  /** First live price, and the first snapshot's volume and previous close where there is one. */
  readonly first: Map<string, { price: number; volume: number; preClose: number }>;
}

async function start(now: number, options: Partial<SimOptions> = {}): Promise<Started> {
  const feed = makeSimFeed({ ...SIM_DEFAULTS, ...options }, new FakeClock(now));
  const instruments = new Map<string, Instrument>();
  const first: Started["first"] = new Map();
  const note = (id: string, price: number, volume: number, preClose: number): void => {
    if (!first.has(id)) first.set(id, { price, volume, preClose });
  };
  const sink: FeedSink = {
    instrument: (instrument) => (instruments.set(instrument.id, instrument), true),
    trade: ({ id, price }) => note(id, price, NaN, NaN),
    book: () => {},
    snapshot: ({ id, last, volume, preClose }) => note(id, last, volume, preClose),
    reference: () => {},
    advance: () => {},
    anomaly: () => {},
    gap: () => {},
  };
  await feed.start(sink);
  return { feed, instruments, first };
}

const known = ({ instruments }: Started): string[] => IDS.filter((id) => instruments.has(id));

function assertSound(bars: readonly Kline[], { hours, priceTick, multiplier, levels }: Instrument): void {
  for (const [at, bar] of bars.entries()) {
    const { time, open, high, low, close, volume, turnover } = bar;
    const text = JSON.stringify(bar);
    if (at > 0) assert.ok(time > bars[at - 1]!.time, text);
    assert.ok(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close), text);
    if (bar.period === "1m") assert.ok(isOpen(hours, time), text);
    assert.equal(time, periodSpan(hours, bar.period, time).time, text);
    assert.ok(levels === 0 ? volume === 0 : volume > 0, text);
    const average = turnover / volume / multiplier;
    if (volume > 0) assert.ok(average >= low - priceTick && average <= high + priceTick, text);
    assert.deepEqual([bar.closed, bar.revised, bar.gap], [true, false, false]);
  }
}

for (const [name, now, sessions] of [
  ["in a session", MORNING, "real"],
  ["on a Saturday, closed", SATURDAY, "real"],
  ["in the morning, round the clock", MORNING, "open"],
  ["on a Saturday, round the clock", SATURDAY, "open"],
] as const) {
  test(`${name}: a long past of sound bars leads to the first live price`, async () => {
    const started = await start(now, { sessions });
    const { feed, instruments, first } = started;
    assert.ok(known(started).length >= 7);
    for (const id of known(started)) {
      const instrument = instruments.get(id)!;
      const minutes = feed.past!(id, "1m", Infinity, 5_000);
      assert.equal(minutes.length, 5_000, id);
      assertSound(minutes, instrument);
      const { price } = first.get(id)!;
      const { close, time } = minutes.at(-1)!;
      assert.ok(Math.abs(close - price) <= instrument.priceTick * 1.001, `${id} ${close} then ${price}`);
      assert.ok(time < now);
      if (sessions === "open") assert.equal(time, Math.floor(now / MINUTE) * MINUTE - MINUTE);
      const days = feed.past!(id, "1d", Infinity, 250);
      assert.equal(days.length, 250, id);
      assertSound(days, instrument);
    }
  });
}

test("days are the merges of their minutes, exactly", async () => {
  const started = await start(MORNING, { sessions: "real" });
  const { feed, instruments } = started;
  for (const id of known(started)) {
    const { hours } = instruments.get(id)!;
    const merged = mergeKlines(feed.past!(id, "1m", Infinity, PAST_MINUTES), hours, "1d");
    const days = feed.past!(id, "1d", Infinity, 10);
    assert.deepEqual(
      merged.filter(({ time }) => time >= days[0]!.time && time <= days.at(-1)!.time),
      days,
      id,
    );
  }
});

test("a future's minutes of today add up to its first snapshot, and yesterday closed at its previous close", async () => {
  const { feed, instruments, first } = await start(MORNING);
  const { hours } = instruments.get("rb2605")!;
  const days = mergeKlines(feed.past!("rb2605", "1m", Infinity, PAST_MINUTES), hours, "1d", MORNING);
  const { volume, preClose } = first.get("rb2605")!;
  assert.deepEqual([days.at(-1)!.volume, days.at(-1)!.closed], [volume, false]);
  assert.equal(days.at(-2)!.close, preClose);
});

test("pages fit together, whatever their size, and equal seeds have equal pasts", async () => {
  const one = await start(MORNING);
  const other = await start(MORNING);
  const strange = await start(MORNING, { seed: 2 });
  for (const period of ["1m", "1d"] as const) {
    const whole = one.feed.past!("rb2605", period, Infinity, 700);
    const paged: Kline[] = [];
    while (paged.length < 700) {
      const end = paged[0]?.time ?? Infinity;
      paged.unshift(...other.feed.past!("rb2605", period, end, Math.min(130, 700 - paged.length)));
    }
    assert.deepEqual(paged, whole);
    assert.notDeepEqual(strange.feed.past!("rb2605", period, Infinity, 700), whole);
  }
});

test("a past has an end, and a stranger none", async () => {
  const { feed } = await start(MORNING);
  assert.equal(feed.past!("BTCUSDT", "1m", Infinity, 100_000).length, PAST_MINUTES);
  assert.equal(feed.past!("700.HK", "1d", Infinity, 100_000).length, PAST_DAYS);
  assert.deepEqual(feed.past!("700.HK", "1d", 0, 10), []);
  assert.deepEqual(feed.past!("nobody", "1m", Infinity, 10), []);
});

test("live bars go on from the past: the day's bar of a future is its snapshot, and minutes follow without a hole", async () => {
  const clock = new FakeClock(MORNING);
  const feed = makeSimFeed({ ...SIM_DEFAULTS, instruments: ["rb2605", "700.HK", "ec2606"] }, clock);
  const hub = new Hub();
  const market = new Market(hub);
  const engine = new KlineEngine(hub, { past: (...question) => feed.past!(...question) });
  market.tap(engine);
  await feed.start(market.sink());
  clock.advance(5 * MINUTE);
  for (const id of ["rb2605", "ec2606"]) {
    const { open, high, low, last, volume, openInterest } = hub.channel(id).last.snapshot!;
    const day = engine.live(id, "1d")!;
    assert.deepEqual([day.open, day.close, day.volume, day.openInterest], [open, last, volume, openInterest]);
    assert.deepEqual([day.high, day.low, day.gap], [high, low, true]);
  }
  for (const id of ["rb2605", "700.HK"]) {
    const live = engine.recent(id, 10);
    const bars = [...feed.past!(id, "1m", live[0]!.time, 10), ...live];
    for (const [at, bar] of bars.entries()) if (at > 0) assert.equal(bar.time - bars[at - 1]!.time, MINUTE);
    assert.deepEqual([...engine.quarantined], []);
  }
});
