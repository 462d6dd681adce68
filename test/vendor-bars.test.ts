/** Bars from real ticks beside the bars that a vendor, and a venue itself, made of the same days. Not part of the repository. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { securities } from "@tickwire/protocol/catalog";
import { mergeKlines, type Instrument, type Kline } from "@tickwire/protocol/model";
import { Hub } from "../packages/gateway/src/core/hub.ts";
import { KlineEngine } from "../packages/gateway/src/core/klines.ts";
import { Market } from "../packages/gateway/src/core/market.ts";
import { ROOT } from "./support/process.ts";
import { readCsv, replay } from "./support/replayed.ts";

const DATA = `${ROOT}../shared/data/`;
const FIELDS = ["open", "high", "low", "close", "volume", "turnover", "openInterest"] as const;
type Field = (typeof FIELDS)[number];

/** Bars and what is compared of them. */
interface Compared {
  readonly bars: number;
  readonly exact: number;
  /** Agreeing bars by field. */
  readonly agree: Readonly<Record<Field, number>>;
  /** Bars that do not agree in open, high, low, close and volume: time and fields. */
  readonly different: readonly string[];
  /** Bars that agree in those, but not in turnover or open interest. */
  readonly beside: readonly string[];
  /** Bars of one side only. */
  readonly alone: readonly string[];
}

function chinaTime(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

/** The 5-minute bars that the engine makes of recorded files, those of one minute in the order in which they were told last. */
async function play(files: readonly string[]): Promise<{ five: Kline[]; days: Kline[]; engine: KlineEngine }> {
  const kept = new Map<string, Kline>();
  const keepBar = (bar: Kline): void => void kept.set(`${bar.period} ${bar.time}`, bar);
  let engine: KlineEngine | undefined;
  const { instruments } = await replay(files, (hub) => (engine = new KlineEngine(hub, { keepBar })));
  const [{ id, hours }] = instruments as [Instrument];
  for (const bar of engine!.recent(id, 1)) kept.set(`1m ${bar.time}`, bar);
  const bars = [...kept.values()].toSorted((a, b) => a.time - b.time);
  const minutes = bars.filter(({ period }) => period === "1m");
  const days = bars.filter(({ period }) => period === "1d");
  return { five: mergeKlines(minutes, hours, "5m"), days, engine: engine! };
}

function compare(ours: readonly Kline[], file: string): Compared {
  const known = new Map(ours.map((bar) => [chinaTime(bar.time), bar]));
  const agree = Object.fromEntries(FIELDS.map((field) => [field, 0])) as Record<Field, number>;
  const different: string[] = [];
  const alone: string[] = [];
  const beside: string[] = [];
  let exact = 0;
  for (const row of readCsv(file)) {
    const at = row["datetime"]!;
    const bar = known.get(at);
    known.delete(at);
    if (bar === undefined) {
      alone.push(`vendor only ${at}`);
      continue;
    }
    const names = { turnover: "money", openInterest: "open_interest" } as const;
    const theirs = (field: Field): number => Number(row[field in names ? names[field as keyof typeof names] : field]);
    const wrong = FIELDS.filter((field) => bar[field] !== theirs(field));
    for (const field of FIELDS) if (!wrong.includes(field)) agree[field]++;
    const said = wrong.map((field) => `${field} ${bar[field]} (vendor ${theirs(field)})`).join(", ");
    if (wrong.some((field) => field !== "turnover" && field !== "openInterest")) different.push(`${at} ${said}`);
    else {
      exact++;
      if (said !== "") beside.push(`${at} ${said}`);
    }
  }
  for (const at of known.keys()) alone.push(`ours only ${at}`);
  return { bars: ours.length, exact, agree, different, alone, beside };
}

function print(context: TestContext, name: string, compared: Compared, why: string): void {
  const { bars, exact, agree, different, alone, beside } = compared;
  const of = bars - alone.filter((text) => text.startsWith("ours")).length;
  context.diagnostic(`${name}: ${exact} of ${of} bars agree exactly in open, high, low, close and volume`);
  context.diagnostic(`${name}: by field ${FIELDS.map((field) => `${field} ${agree[field]}`).join(", ")}`);
  for (const text of [...alone, ...different, ...beside]) context.diagnostic(`${name}: ${text}`);
  if (why !== "") context.diagnostic(`${name}: ${why}`);
}

const recorded = (folder: string, ...names: string[]): { files: string[]; vendor: string; skip: string | false } => {
  const files = names.map((name) => `${DATA}${folder}/${name}`);
  const vendor = `${DATA}${folder}/vendor-5min.csv`;
  return { files, vendor, skip: [...files, vendor].every((file) => existsSync(file)) ? false : `no data in ${folder}` };
};

const IF = recorded("IF2101", "CFFEX.IF.HOT_tick_20210104.csv.gz", "CFFEX.IF.HOT_tick_20210105.csv.gz");
test("IF2101: every bar of two days agrees in every field", { skip: IF.skip }, async (context) => {
  const { five, days, engine } = await play(IF.files);
  const compared = compare(five, IF.vendor);
  print(context, "IF2101", compared, "");
  assert.deepEqual([compared.bars, compared.exact, compared.alone, compared.different], [96, 96, [], []]);
  for (const field of FIELDS) assert.equal(compared.agree[field], 96, field);
  // The first day as the exchange itself counted it, auction included. (Its own high, 5298.8, fell between two snapshots.)
  assert.deepEqual(
    days.map(({ open, high, low, close, volume, turnover }) => [open, high, low, close, volume, turnover]),
    [[5230, 5298, 5192, 5260, 84_288, 132_807_388_020]],
  );
  // After the close come ticks that carry the settlement price only.
  assert.deepEqual(Object.fromEntries(engine.quarantined), { "outside-session": 5 });
});

const RU = recorded("ru1901", "20181008.tick-ctp.csv.gz", "20181009.tick-ctp.csv.gz");
test("ru1901: all bars but two, which the vendor cut elsewhere, agree", { skip: RU.skip }, async (context) => {
  const { five, days } = await play(RU.files);
  const compared = compare(five, RU.vendor);
  const moved = "the vendor put the last 10-20 s of ticks before 2018-10-09 10:10 into the bar that begins there";
  const early =
    "its open interest of three bars that end a session is not yet the exchange's last (321724 on 2018-10-08)";
  print(context, "ru1901", compared, `${moved}; its file begins on 2018-10-08 at 09:20; ${early}`);
  assert.equal(compared.agree.openInterest, 129);
  assert.equal(compared.exact, 132);
  assert.deepEqual(
    compared.different.map((text) => text.slice(0, 16)),
    ["2018-10-09 10:05", "2018-10-09 10:10"],
  );
  assert.deepEqual(
    compared.alone,
    ["00", "05", "10", "15"].map((minute) => `ours only 2018-10-08 09:${minute}:00`),
  );
  assert.equal(compared.agree.turnover, 132);
  // Both bars together are what the vendor has in both.
  const cut = five.filter(({ time }) => /10-09 10:(05|10)/.test(chinaTime(time)));
  assert.equal(
    cut.reduce((sum, { volume }) => sum + volume, 0),
    56_432 + 25_490,
  );
  // The day before the first night, all of it; then the night and the day after it as one trading day.
  assert.deepEqual(
    days.map(({ time, open, volume }) => [chinaTime(time).slice(0, 10), open, volume]),
    [
      ["2018-10-08", 12_480, 257_762],
      ["2018-10-09", 12_320, 740_820],
    ],
  );
});

const AP = recorded("AP010", "20200806.tick-ctp.csv.gz");
test(
  "AP010: close and open interest agree, all that one tick a second can tell",
  { skip: AP.skip },
  async (context) => {
    const { five } = await play(AP.files);
    const compared = compare(five, AP.vendor);
    print(
      context,
      "AP010",
      compared,
      "only one tick a second was recorded: opens, highs, lows and cuts within a second are lost",
    );
    assert.deepEqual([compared.bars, compared.alone], [45, []]);
    assert.deepEqual([compared.agree.close, compared.agree.openInterest], [45, 45]);
    assert.equal(
      five.reduce((sum, { volume }) => sum + volume, 0),
      173_493,
    );
  },
);

function figures({ time, open, high, low, close, volume, turnover }: Kline): number[] {
  return [time, open, high, low, close, volume, Number(turnover.toFixed(5))];
}

const BINANCE = `${DATA}binance-usdm/`;
const FRAMES = `${BINANCE}usdm_btcusdt_20240808.jsonl.gz`;
const VENUE = `${BINANCE}usdm_BTCUSDT_klines_1m_20240808T2354.csv`;

test(
  "BTCUSDT: minutes from a venue's raw trades are the venue's own",
  { skip: existsSync(FRAMES) ? false : "no data in binance-usdm" },
  (context) => {
    const hub = new Hub();
    const market = new Market(hub);
    const engine = new KlineEngine(hub);
    market.tap(engine);
    const sink = market.sink();
    sink.instrument(securities().find(({ id }) => id === "BTCUSDT")!);
    for (const line of gunzipSync(readFileSync(FRAMES)).toString().split("\n")) {
      if (!line.includes('"e":"trade"')) continue;
      const { data } = JSON.parse(line.slice(line.indexOf(" ") + 1)) as { data: Readonly<Record<string, string>> };
      // The venue's own bars leave out what is not a trade of the market (insurance fund, ADL).
      if (data["X"] !== "MARKET") continue;
      const [time, price, volume] = [Number(data["T"]), Number(data["p"]), Number(data["q"])];
      sink.trade({
        id: "BTCUSDT",
        seq: Number(data["t"]),
        time,
        price,
        volume,
        turnover: price * volume,
        direction: 0,
      });
    }
    const bars = engine.recent("BTCUSDT", 10);
    const rows = readCsv(VENUE);
    const venue = ["open_time", "open", "high", "low", "close", "volume", "quote_volume"];
    const theirs = rows.map((row) => venue.map((name) => Number(row[name])));
    const exact = bars.filter((bar, at) => String(figures(bar)) === String(theirs[at])).length;
    context.diagnostic(`BTCUSDT: ${exact} of ${rows.length} bars agree exactly; the recording begins within the first`);
    assert.deepEqual(bars.slice(1).map(figures), theirs.slice(1));
    assert.deepEqual(
      bars.map(({ gap }) => gap),
      [true, false, false, false, false, false],
    );
  },
);
