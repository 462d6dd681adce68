import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { futureOf } from "@tickwire/protocol/catalog";
import { NONE_FROM, decodeServerFrame, makeTickEncoder, readDepthMarketData } from "@tickwire/protocol/ctp";
import type { BookSide, Instrument, Snapshot } from "@tickwire/protocol/model";
import fc from "fast-check";
import { hasDblMax, toCtpSnapshot, type Quirk } from "./mapper.ts";

const DATA = new URL("../../../../../../shared/data/", import.meta.url);
const skip = existsSync(DATA) ? false : "recorded data is not here (../shared/data)";
const NEAR = Date.UTC(2025, 10);

type Fields = Readonly<Record<string, unknown>>;

const PLAIN: Fields = {
  InstrumentID: "rb2605",
  TradingDay: "20251114",
  ActionDay: "20251114",
  UpdateTime: "10:00:00",
  UpdateMillisec: 500,
  LastPrice: 4000,
  Volume: 10,
  Turnover: 400_000,
  AveragePrice: 40_000,
};

interface Mapped {
  readonly snapshot: Snapshot | undefined;
  readonly quirks: readonly Quirk[];
}

function map(fields: Fields, instrument = futureOf(String(fields["InstrumentID"] ?? "rb2605"), NEAR)!): Mapped {
  const quirks: Quirk[] = [];
  const snapshot = toCtpSnapshot(readDepthMarketData(fields), instrument, (quirk) => quirks.push(quirk));
  return { snapshot, quirks };
}

function moment(fields: Fields): readonly unknown[] {
  const { snapshot, quirks } = map({ ...PLAIN, ...fields });
  return [snapshot?.tradingDay, snapshot?.actionDay, new Date(snapshot!.time).toISOString().slice(0, 19), ...quirks];
}

function money(fields: Fields): readonly unknown[] {
  const { snapshot, quirks } = map({ ...PLAIN, ...fields });
  return [snapshot?.turnover, snapshot?.average, ...quirks];
}

test("a sound tick passes unchanged, and nothing is counted", () => {
  const { snapshot, quirks } = map(PLAIN);
  assert.deepEqual(quirks, []);
  assert.equal(snapshot?.time, Date.UTC(2025, 10, 14, 2, 0, 0, 500));
  assert.deepEqual([snapshot?.last, snapshot?.turnover, snapshot?.average], [4000, 400_000, 4000]);
});

test("night dates are put right by exchange: SHFE has both right, DCE the trading day in both, CZCE the calendar day", () => {
  // The night of Thursday 2025-11-13 opens the trading day of Friday, the one of Friday that of Monday.
  const night = { UpdateTime: "21:30:00" };
  const real = ["20251114", "20251113", "2025-11-13T13:30:00"];
  assert.deepEqual(moment({ ...night, TradingDay: "20251114", ActionDay: "20251113" }), real);
  const dce = { ...night, InstrumentID: "m2605" };
  assert.deepEqual(moment({ ...dce, TradingDay: "20251114", ActionDay: "20251114" }), [...real, "ctp-action-day"]);
  const czce = { ...night, InstrumentID: "TA605", Turnover: 40_000, AveragePrice: 4000 };
  assert.deepEqual(moment({ ...czce, TradingDay: "20251113", ActionDay: "20251113" }), [...real, "ctp-trading-day"]);
  const friday = ["20251117", "20251114", "2025-11-14T13:30:00"];
  assert.deepEqual(moment({ ...dce, TradingDay: "20251117", ActionDay: "20251117" }), [...friday, "ctp-action-day"]);
  assert.deepEqual(moment({ ...czce, TradingDay: "20251114", ActionDay: "20251114" }), [...friday, "ctp-trading-day"]);
});

test("a date that the gateway left out is no repair", () => {
  assert.deepEqual(moment({ UpdateTime: "21:30:00", ActionDay: "" }), ["20251114", "20251113", "2025-11-13T13:30:00"]);
});

test("CZCE's money has no multiplier; where a gateway put it in, and where it left another's out, that is seen", () => {
  const czce = { InstrumentID: "TA605", Volume: 10, LastPrice: 4000 };
  assert.deepEqual(money({ ...czce, Turnover: 40_000, AveragePrice: 4000 }), [200_000, 4000]);
  assert.deepEqual(money({ ...czce, Turnover: 200_000, AveragePrice: 20_000 }), [200_000, 4000, "ctp-money"]);
  assert.deepEqual(money({ Turnover: 40_000, AveragePrice: 4000 }), [400_000, 4000, "ctp-money"]);
  assert.deepEqual(money({ Turnover: 400_000, AveragePrice: 4000 }), [400_000, 4000, "ctp-money"]);
});

test("what cannot be read is left out and counted", () => {
  assert.deepEqual(map({ ...PLAIN, UpdateTime: "" }), { snapshot: undefined, quirks: ["ctp-unreadable"] });
  assert.deepEqual(map({ ...PLAIN, Volume: -1 }), { snapshot: undefined, quirks: ["ctp-unreadable"] });
});

test("marks for none become NaN, whoever printed them, and are seen in the frame", () => {
  for (const mark of ["1.7976931348623157e+308", "1.79769e+308", "1.7976931348623157e308"]) {
    assert.ok(hasDblMax(`{"CurrDelta":${mark}}`), mark);
    const { snapshot } = map({ ...PLAIN, CurrDelta: Number(mark), UpperLimitPrice: Number(mark), Turnover: mark });
    assert.ok(
      Number.isNaN(snapshot?.currDelta) && Number.isNaN(snapshot?.upperLimit) && Number.isNaN(snapshot?.turnover),
    );
  }
  const otherwise = [
    "1.7976931348623157E308",
    "1.79769313486232e+308",
    BigInt(Number.MAX_VALUE).toString(),
    "-1.79769e+308",
  ];
  for (const mark of otherwise) assert.ok(hasDblMax(`{"CurrDelta":${mark},"Volume":1}`), mark);
  assert.ok(!hasDblMax('{"LastPrice":1797.69,"Turnover":1.79769e+09}'));
});

test("levels end where there is no volume; out of order they are sorted and counted; noise is taken off", () => {
  const { snapshot, quirks } = map({
    ...PLAIN,
    BidPrice1: 3998,
    BidVolume1: 1,
    BidPrice2: 3999.0000000000005,
    BidVolume2: 2,
    AskPrice1: 4000,
    AskVolume1: 0,
    AskPrice2: 4001,
    AskVolume2: 3,
  });
  assert.deepEqual(snapshot?.bids, { prices: [3999, 3998], volumes: [2, 1] });
  assert.deepEqual(snapshot?.asks, { prices: [], volumes: [] });
  assert.deepEqual(quirks.toSorted(), ["ctp-noise", "ctp-side"]);
});

test("what tickwire itself sends in any dialect comes back as it was, without a repair", () => {
  const ids = ["rb2605", "TA605", "m2605", "au2606", "IF2603"];
  const arbitrary = fc.record({
    id: fc.constantFrom(...ids),
    ticks: fc.nat(999),
    volume: fc.nat(1e6),
    level: fc.nat(50),
  });
  const check = fc.property(arbitrary, fc.constantFrom("seed", "legacy", "classic"), (made, dialect) => {
    const instrument = futureOf(made.id, NEAR)!;
    const sent = snapshotOf(instrument, made);
    const frame = decodeServerFrame(makeTickEncoder(dialect)(sent, instrument));
    const quirks: Quirk[] = [];
    assert.ok(frame.kind === "tick");
    const received = toCtpSnapshot(frame.tick, instrument, (quirk) => quirks.push(quirk));
    assert.deepEqual(quirks, []);
    assert.deepEqual(received, { ...sent, average: received!.average });
    assert.ok(Math.abs(received!.average - sent.average) < 0.01 || Number.isNaN(sent.average));
  });
  fc.assert(check, { numRuns: 200 });
});

function snapshotOf({ id, priceTick, multiplier, priceDecimals }: Instrument, made: Record<string, unknown>): Snapshot {
  const { ticks, volume, level } = made as { readonly ticks: number; readonly volume: number; readonly level: number };
  const price = (steps: number): number => Number(((5_000 + steps) * priceTick).toFixed(priceDecimals));
  const last = price(ticks);
  const side = (sign: number): BookSide => ({ prices: [price(ticks + sign)], volumes: [level + 1] });
  return {
    id,
    time: Date.UTC(2025, 10, 14, 2, 0, 0, 500),
    tradingDay: "20251114",
    actionDay: "20251114",
    last,
    preSettlement: last,
    preClose: last,
    preOpenInterest: 1,
    open: last,
    high: last,
    low: last,
    volume,
    turnover: Math.round(last * volume * multiplier * 100) / 100,
    openInterest: 2,
    close: NaN,
    settlement: NaN,
    upperLimit: price(9_000),
    lowerLimit: price(1),
    preDelta: 0,
    currDelta: 0,
    average: volume === 0 ? NaN : last,
    bids: side(-1),
    asks: side(1),
  };
}

/** Rows of a recording by column, in strings as gateways never write them but recorders do. */
function rowsOf(path: string): Fields[] {
  const [head, ...lines] = gunzipSync(readFileSync(new URL(path, DATA)))
    .toString()
    .trim()
    .split(/\r?\n/)
    .map((line) => line.replaceAll('"', "").split(","));
  return lines.map((cells) => Object.fromEntries(head!.map((name, at) => [name, cells[at]])));
}

function checkReal({ snapshot }: Mapped, { multiplier }: Instrument): void {
  assert.ok(snapshot !== undefined);
  const { turnover, volume, average, low, high } = snapshot;
  const marked = Object.values(snapshot).some((value) => typeof value === "number" && Math.abs(value) >= NONE_FROM);
  if (marked) assert.fail(JSON.stringify(snapshot));
  if (volume === 0 || Number.isNaN(low)) return;
  // Six significant digits are all that some recorders keep.
  const within = (price: number): boolean => price >= low * 0.9999 && price <= high * 1.0001;
  if (!within(turnover / volume / multiplier) || !within(average)) assert.fail(JSON.stringify(snapshot));
}

for (const [path, near, repairs] of [
  ["AP010/20200806.tick-ctp.csv.gz", "2020-08", []],
  ["ru1901/20181009.tick-ctp.csv.gz", "2018-10", []],
  ["simnow-dce/all_instruments.csv.gz", "2023-10", []],
] as const) {
  test(`every tick of ${path} is read: its average lies between the day's low and high`, { skip }, () => {
    const seen = new Set<Quirk>();
    let count = 0;
    for (const row of rowsOf(path)) {
      const instrument = futureOf(String(row["InstrumentID"]), Date.parse(near));
      if (instrument === undefined) continue;
      const mapped = map(row, instrument);
      checkReal(mapped, instrument);
      for (const quirk of mapped.quirks) seen.add(quirk);
      count++;
    }
    assert.ok(count > 500, `${count} rows`);
    assert.deepEqual([...seen], repairs);
  });
}

test("every recorded message of a sibling gateway is read; those with DBL_MAX and noise are told", { skip }, () => {
  const lines = readFileSync(new URL("ctp-messages/depth_messages.jsonl", DATA), "utf8").trim().split("\n");
  const told = lines.map((line) => {
    const { msg } = JSON.parse(line) as { readonly msg: Readonly<Record<string, Fields>> };
    const body = msg["DepthMarketData"] ?? (msg as Fields);
    const instrument = futureOf(String(body["InstrumentID"]), Date.parse(String(body["TradingDay"]).slice(0, 4)))!;
    const mapped = map(body, instrument);
    checkReal(mapped, instrument);
    return [String(body["InstrumentID"]), hasDblMax(line), mapped.quirks.join()];
  });
  assert.deepEqual(told, [
    ["au2602", true, "ctp-noise"],
    ["rb2605", true, ""],
    ["TA601", true, ""],
    ["au2602", false, ""],
    ["rb2402", true, "ctp-noise"],
    ["al2201", false, ""],
    ["j1901", true, ""],
  ]);
});
