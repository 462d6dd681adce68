import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { Instrument, Snapshot } from "../model/mod.ts";
import { DEPTH_FIELDS, SEED_DEPTH_FIELDS } from "./fields.ts";
import { FUTURES, INSTRUMENTS, makeSnapshot, OTHERS } from "../../../../test/support/samples.ts";
import type { Dialect } from "./messages.ts";
import { readDepthMarketData, toSnapshot } from "./snapshots.ts";
import { makeTickEncoder } from "./ticks.ts";

const DIALECTS: readonly Dialect[] = ["seed", "legacy", "classic"];
const DATA = new URL("../../../../../shared/data/ctp-messages/depth_messages.jsonl", import.meta.url);
const [RB, AU, TA] = FUTURES as [Instrument, Instrument, Instrument];

function sample(instrument: Instrument, known: Partial<Snapshot> = {}): Snapshot {
  return makeSnapshot(instrument.id, known);
}

function bodyOf(dialect: Dialect, snapshot: Snapshot, instrument: Instrument): Record<string, unknown> {
  return JSON.parse(makeTickEncoder(dialect)(snapshot, instrument)).DepthMarketData;
}

test("classic and legacy have the 48 fields in order, the seed its own 12 first and neither reserved one", () => {
  const snapshot = sample(RB);
  assert.deepEqual(Object.keys(bodyOf("classic", snapshot, RB)), [...DEPTH_FIELDS]);
  assert.deepEqual(Object.keys(bodyOf("legacy", snapshot, RB)), [...DEPTH_FIELDS]);
  assert.deepEqual([...DEPTH_FIELDS].toSorted(), [...DEPTH_FIELDS]);
  const seed = Object.keys(bodyOf("seed", snapshot, RB));
  assert.deepEqual(seed.slice(0, 12), [...SEED_DEPTH_FIELDS]);
  assert.deepEqual(
    seed.toSorted(),
    DEPTH_FIELDS.filter((field) => !field.startsWith("reserve")),
  );
});

test("ExchangeID is empty but in the seed dialect; reserve1 is the id", () => {
  const snapshot = sample(RB);
  assert.equal(bodyOf("seed", snapshot, RB)["ExchangeID"], "SHFE");
  const { ExchangeID, ExchangeInstID, reserve1, reserve2 } = bodyOf("classic", snapshot, RB);
  assert.deepEqual([ExchangeID, ExchangeInstID, reserve1, reserve2], ["", "", "rb2605", ""]);
});

test("CZCE has the multiplier in neither Turnover nor AveragePrice, the others in both", () => {
  const money = { turnover: 3500 * 20 * 10, average: 3500, volume: 20 };
  const { Turnover, AveragePrice } = bodyOf("classic", sample(RB, money), RB);
  assert.deepEqual([Turnover, AveragePrice], [700_000, 35_000]);
  const czce = bodyOf("classic", sample(TA, { turnover: 4734 * 20 * 5, average: 4734, volume: 20 }), TA);
  assert.deepEqual([czce["Turnover"], czce["AveragePrice"]], [94_680, 4734]);
});

test("what is not available is 0; no frame holds null, NaN, an infinity or DBL_MAX", () => {
  const strange = fc.constantFrom(NaN, Infinity, -Infinity, Number.MAX_VALUE, -0, 1e-320, 1e299);
  fc.assert(
    fc.property(
      fc.constantFrom(...INSTRUMENTS),
      fc.array(strange, { minLength: 8, maxLength: 8 }),
      (instrument, numbers) => {
        const [last, volume, turnover, openInterest, average, currDelta, price, time] = numbers as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const side = { prices: [price, price], volumes: [volume] };
        const snapshot = sample(instrument, {
          last,
          volume,
          turnover,
          openInterest,
          average,
          currDelta,
          time,
          bids: side,
          asks: side,
        });
        for (const dialect of DIALECTS) {
          for (const value of Object.values(bodyOf(dialect, snapshot, instrument))) {
            assert.ok(
              typeof value === "string" || (typeof value === "number" && Math.abs(value) < 1e300),
              String(value),
            );
          }
        }
      },
    ),
  );
});

test("volumes are integers unless the instrument trades in fractions", () => {
  const known = { volume: 12.75, bids: { prices: [100], volumes: [0.1 + 0.2] } };
  const whole = bodyOf("classic", sample(RB, known), RB);
  assert.deepEqual([whole["Volume"], whole["BidVolume1"]], [12, 0]);
  const coin = OTHERS[0]!;
  const fraction = bodyOf("classic", sample(coin, known), coin);
  assert.deepEqual([fraction["Volume"], fraction["BidVolume1"]], [12.75, 0.3]);
});

test("a price between the steps keeps what the instrument is quoted in", () => {
  const stock = OTHERS[1]!;
  assert.equal(bodyOf("seed", sample(stock, { last: 172.1234 }), stock)["LastPrice"], 172.1234);
});

test("UpdateTime, UpdateMillisec and ActionDay are the exchange's clock, also where seconds alternate between zones", () => {
  const encode = makeTickEncoder("seed");
  const at = (time: number, instrument: Instrument): unknown[] => {
    const { UpdateTime, UpdateMillisec, ActionDay } = JSON.parse(
      encode(sample(instrument, { time }), instrument),
    ).DepthMarketData;
    return [UpdateTime, UpdateMillisec, ActionDay];
  };
  const time = Date.UTC(2025, 6, 1, 16, 0, 0, 250);
  assert.deepEqual(at(time, RB), ["00:00:00", 250, "20250702"]);
  assert.deepEqual(at(time, OTHERS[1]!), ["12:00:00", 250, "20250701"]);
  assert.deepEqual(at(time - 251, AU), ["23:59:59", 999, "20250701"]);
  assert.deepEqual(at(time, AU), ["00:00:00", 250, "20250702"]);
  assert.deepEqual(at(NaN, RB), ["", 0, ""]);
});

test("a book deeper than five levels is cut, a shallower one is filled with 0", () => {
  const deep = Array.from({ length: 10 }, (_, level) => 100 - level);
  const body = bodyOf(
    "classic",
    sample(RB, { bids: { prices: deep, volumes: deep }, asks: { prices: [101], volumes: [7] } }),
    RB,
  );
  assert.deepEqual(
    [body["BidPrice5"], body["BidVolume5"], body["AskPrice1"], body["AskPrice2"], body["AskVolume2"]],
    [96, 96, 101, 0, 0],
  );
});

test(
  "real messages of several gateways are read sanely",
  { skip: existsSync(DATA) ? false : "no recorded data beside the repository" },
  () => {
    const terms: Readonly<Record<string, readonly [exchange: string, multiplier: number]>> = {
      au2602: ["SHFE", 1000],
      rb2605: ["SHFE", 10],
      rb2402: ["SHFE", 10],
      al2201: ["SHFE", 5],
      TA601: ["CZCE", 5],
      j1901: ["DCE", 100],
    };
    const lines = readFileSync(DATA, "utf8").trim().split("\n");
    assert.equal(lines.length, 7);
    for (const line of lines) {
      const body = JSON.parse(line).msg.DepthMarketData as Record<string, unknown>;
      const [exchange, multiplier] = terms[body["InstrumentID"] as string]!;
      const snapshot = toSnapshot(readDepthMarketData(body), { exchange, multiplier, hours: RB.hours })!;
      assert.ok(
        snapshot.low <= snapshot.average && snapshot.average <= snapshot.high,
        `average of ${line.slice(0, 80)}`,
      );
      const perUnit = snapshot.turnover / snapshot.volume / multiplier;
      assert.ok(Math.abs(perUnit / snapshot.average - 1) < 1e-3, `turnover of ${snapshot.id}`);
      assert.equal(snapshot.close, NaN);
      assert.ok(snapshot.bids.prices.length === snapshot.asks.prices.length && snapshot.bids.prices.length >= 1);
      assert.ok(!(Math.abs(snapshot.currDelta) > 1), "DBL_MAX");
      const again = makeTickEncoder("classic")(snapshot, {
        ...RB,
        id: snapshot.id,
        exchange,
        multiplier,
        priceTick: 0.01,
        priceDecimals: 2,
      });
      assert.doesNotMatch(again, /\d{9,}\.|\.\d{7,}|e\+308|null|NaN/);
    }
    const night = JSON.parse(lines[4]!).msg.DepthMarketData as Record<string, unknown>;
    const { time, tradingDay } = toSnapshot(readDepthMarketData(night), {
      exchange: "SHFE",
      multiplier: 10,
      hours: RB.hours,
    })!;
    assert.deepEqual([time, tradingDay], [Date.UTC(2023, 6, 11, 15, 0, 0, 500), "20230712"]);
  },
);
