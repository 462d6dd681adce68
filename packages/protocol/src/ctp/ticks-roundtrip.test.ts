/** A snapshot through every dialect and back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  EMPTY_SIDE,
  addTradingDays,
  dayNumberOf,
  epochOf,
  localDate,
  localTime,
  tradingDaySpan,
  type BookSide,
  type Instrument,
  type Snapshot,
} from "../model/mod.ts";
import { decodeServerFrame } from "./decode-server-frame.ts";
import { INSTRUMENTS } from "../../../../test/support/samples.ts";
import type { Dialect } from "./messages.ts";
import { toSnapshot } from "./snapshots.ts";
import { makeTickEncoder } from "./ticks.ts";

const DIALECTS: readonly Dialect[] = ["seed", "legacy", "classic"];
/** 2019 to 2025: years whose holidays are known. */
const TIMES = { min: Date.UTC(2019, 0, 2), max: Date.UTC(2025, 11, 1) };

/** A price on the instrument's grid, not 0, and perhaps not available. */
function prices({ priceTick }: Instrument): fc.Arbitrary<number> {
  const onGrid = fc.integer({ min: 1, max: 100_000 }).map((steps) => Number((steps * priceTick).toFixed(6)));
  return fc.oneof({ weight: 4, arbitrary: onGrid }, { weight: 1, arbitrary: fc.constant(NaN) });
}

function volumes({ volumeDecimals }: Instrument): fc.Arbitrary<number> {
  return fc.nat(1_000_000).map((units) => units / 10 ** volumeDecimals);
}

function sides(instrument: Instrument): fc.Arbitrary<BookSide> {
  const level = fc.tuple(
    prices(instrument).filter((price) => !Number.isNaN(price)),
    volumes(instrument),
  );
  return fc
    .array(level, { maxLength: 5 })
    .map((levels) =>
      levels.length === 0
        ? EMPTY_SIDE
        : { prices: levels.map(([price]) => price), volumes: levels.map(([, volume]) => volume) },
    );
}

/** A snapshot with the id of its instrument and the dates that belong to its time. */
function withDates(fields: Omit<Snapshot, "id" | "tradingDay" | "actionDay">, { id, hours }: Instrument): Snapshot {
  const tradingDay = tradingDaySpan(hours, fields.time).day;
  return { ...fields, id, tradingDay, actionDay: localDate(hours.zone, fields.time) };
}

/** Any snapshot of an instrument, with the dates that belong to its time. */
function snapshots(instrument: Instrument): fc.Arbitrary<Snapshot> {
  const price = prices(instrument);
  const volume = volumes(instrument);
  const side = sides(instrument);
  return fc
    .record({
      time: fc.integer(TIMES),
      last: price,
      preSettlement: price,
      preClose: price,
      preOpenInterest: volume,
      open: price,
      high: price,
      low: price,
      volume,
      turnover: fc.nat(1_000_000).map((units) => units * instrument.multiplier),
      openInterest: volume,
      close: price,
      settlement: price,
      upperLimit: price,
      lowerLimit: price,
      preDelta: fc.nat(100).map((percent) => percent / 100),
      currDelta: fc.nat(100).map((percent) => percent / 100),
      average: price,
      bids: side,
      asks: side,
    })
    .map((fields) => withDates(fields, instrument));
}

/**
 * Whether a wall clock tells this time at all: not in the hour that is shown twice when clocks are set back, nor, for an
 * exchange that puts the trading day into ActionDay at night, in the small hours of a Monday, when it is closed.
 */
function isTold({ time, actionDay, tradingDay }: Snapshot, { hours, exchange }: Instrument): boolean {
  const clock = localTime(hours.zone, time);
  if (epochOf(hours.zone, actionDay, clock, time - Math.floor(time / 1000) * 1000) !== time) return false;
  if (exchange !== "DCE" || actionDay !== tradingDay || clock >= "06:00:00") return true;
  return dayNumberOf(addTradingDays(hours.holidays, tradingDay, -1)) === dayNumberOf(tradingDay) - 1;
}

const anyTick = fc
  .constantFrom(...INSTRUMENTS)
  .chain((instrument) => fc.record({ instrument: fc.constant(instrument), snapshot: snapshots(instrument) }))
  .filter(({ instrument, snapshot }) => isTold(snapshot, instrument));

test("a snapshot comes back from every dialect as it went in", () => {
  const encoders = new Map(DIALECTS.map((dialect) => [dialect, makeTickEncoder(dialect)]));
  fc.assert(
    fc.property(anyTick, ({ instrument, snapshot }) => {
      for (const [dialect, encode] of encoders) {
        const frame = decodeServerFrame(encode(snapshot, instrument));
        assert.ok(frame.kind === "tick");
        assert.equal(frame.msgType, dialect === "classic" ? "RtnDepthMarketData" : "OnRtnDepthMarketData");
        const received = toSnapshot(frame.tick, instrument)!;
        assert.ok(
          Number.isNaN(snapshot.average)
            ? Number.isNaN(received.average)
            : Math.abs(received.average - snapshot.average) < 1e-6,
        );
        assert.deepEqual({ ...received, average: snapshot.average }, snapshot);
      }
    }),
  );
});

test("noise of binary arithmetic never shows", () => {
  const clean = makeTickEncoder("classic");
  const noise = fc.integer({ min: -2, max: 2 }).map((ulps) => 1 + ulps * Number.EPSILON);
  fc.assert(
    fc.property(anyTick, noise, ({ instrument, snapshot }, factor) => {
      const noisy = (side: Snapshot["bids"]): Snapshot["bids"] => ({
        ...side,
        prices: side.prices.map((price) => price * factor),
      });
      const dirty: Snapshot = {
        ...snapshot,
        last: snapshot.last * factor,
        high: snapshot.high * factor,
        turnover: snapshot.turnover * factor,
        bids: noisy(snapshot.bids),
      };
      assert.equal(clean(dirty, instrument), clean(snapshot, instrument));
    }),
  );
});
