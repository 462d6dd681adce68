/**
 * `npm run bench -- history [--ticks N] [--instruments N] [--rounds N]`: 500 bars of each period of one of many instruments,
 * through the history as a gateway asks it, beside the same question in plain SQL over the ticks. The past is made in the
 * database: N trades of round-the-clock instruments, spread over time so that there are 500 bars of four hours, as they would
 * have been recorded (all instruments mixed, in order of time), with their bars. Prints JSON: medians in milliseconds.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PERIODS, type Period } from "@tickwire/protocol/model";
import { Database } from "../packages/gateway/src/history/database.ts";
import { openDuckDbHistory } from "../packages/gateway/src/history/duckdb.ts";
import { insertRolled, LEVELS, rollAll } from "../packages/gateway/src/history/rollup.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { toInstrument } from "./product.ts";
import { makeCodes } from "./senders.ts";

const { values } = parseArgs({
  options: {
    ticks: { type: "string", default: "100000000" },
    instruments: { type: "string", default: "100" },
    rounds: { type: "string", default: "21" },
  },
});
const ticks = Number(values.ticks);
const codes = makeCodes(Number(values.instruments));
const rounds = Number(values.rounds);

const LIMIT = 500;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** 500 bars of four hours, and some. */
const SPAN = 90 * DAY;
const END = Date.UTC(2026, 2, 2);
const BEGIN = END - SPAN;
/** Rows that are made in one statement: what is made at once is held in memory. */
const SLICE = 5_000_000;
/** Days from before the ticks, so that there are 500 months. */
const DAYS = 500 * 31;
const LENGTHS: Readonly<Partial<Record<Period, number>>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": 60 * MINUTE,
  "2h": 120 * MINUTE,
  "4h": 240 * MINUTE,
  "1d": DAY,
};

/** A query for the bars of a length that the ticks make. */
function selectBars(length: number): string {
  return `SELECT code, time // ${length} * ${length} AS begin, arg_min(price, seq), max(price), min(price), arg_max(price, seq),
    sum(volume), sum(turnover), 'NaN'::DOUBLE, 0 FROM trades`;
}

async function fill(database: Database): Promise<void> {
  const { writer } = database;
  for (const [at, id] of codes.entries()) await writer.run("INSERT INTO codes VALUES ($1, $2)", [at, id]);
  for (let from = 0; from < ticks; from += SLICE) {
    const to = Math.min(ticks, from + SLICE);
    await writer.run(
      `INSERT INTO trades SELECT hash(i) % ${codes.length}, ${BEGIN} + i * ${SPAN} // ${ticks}, i,
         84160 + hash(i + 1) % 10000 / 100, 1 + hash(i + 2) % 100, 84160, 1 + i % 2 FROM range(${from}, ${to}) r(i)`,
    );
    process.stderr.write(`\r${Math.round((100 * to) / ticks)} % of ${ticks} ticks`);
  }
  for (let day = BEGIN; day < END; day += DAY) {
    const range = `time >= ${day} AND time < ${day + DAY}`;
    await writer.run(
      `INSERT INTO bars_1m ${selectBars(MINUTE)} WHERE ${range} GROUP BY code, begin ORDER BY begin, code`,
    );
    for (const level of LEVELS.filter(({ source }) => source === "bars_1m")) {
      await writer.run(insertRolled(level, `${range} AND time < ${level.nameOf(END - 1)}`));
    }
  }
  await writer.run(
    `INSERT INTO bars_1d SELECT c.code, ${END} - d * ${DAY}, 1, 3, 1, 2, 10, 20, 'NaN'::DOUBLE, 0
     FROM range(1, ${DAYS}) r(d), codes c ORDER BY d DESC, c.code`,
  );
  for (const level of LEVELS.filter(({ source }) => source === "bars_1d")) {
    for (const sql of rollAll(level, END - DAYS * DAY, END)) await writer.run(sql);
  }
  await writer.run("CHECKPOINT");
}

/** Median over instruments drawn evenly, in milliseconds. */
async function time(
  run: (code: string) => Promise<number>,
  count: number,
): Promise<{ p50ms: number; p99ms: number; bars: number }> {
  const millis: number[] = [];
  let bars = 0;
  for (let round = 0; round < count; round++) {
    const start = performance.now();
    bars = await run(codes[(round * 37) % codes.length]!);
    millis.push(performance.now() - start);
  }
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toPrecision(3));
  return { p50ms: at(0.5), p99ms: at(0.99), bars };
}

/** The same question to the ticks; of weeks and months as many days, which is less work. */
function plainSql(period: Period): string {
  const length = LENGTHS[period] ?? DAY;
  return `SELECT time // ${length} * ${length} AS begin, arg_min(price, seq), max(price), min(price), arg_max(price, seq),
    sum(volume), sum(turnover) FROM trades WHERE code = $1::INTEGER GROUP BY begin ORDER BY begin DESC LIMIT ${LIMIT}`;
}

const folder = await mkdtemp(join(tmpdir(), "tickwire-bench-"));
const file = join(folder, "history.duckdb");
const settings = { file, threads: Math.max(1, availableParallelism() - 1) };
const database = await Database.open({ ...settings, threads: availableParallelism() });
const filling = performance.now();
await fill(database);
const filledSeconds = Math.round((performance.now() - filling) / 1000);
const rows = { ticks, minutes: await database.readNumber("SELECT count(*) FROM bars_1m") };
const plain: Partial<Record<Period, Awaited<ReturnType<typeof time>>>> = {};
for (const period of PERIODS) {
  plain[period] = await time(
    async (code) => (await database.read(plainSql(period), [codes.indexOf(code)]))[0]!.length,
    5,
  );
}
await database.close();

const opening = performance.now();
const retention = { keepTicksDays: 1e5, keepBarsDays: 1e5, maxBytes: Infinity };
const history = await openDuckDbHistory({ database: settings, retention }, makeSystemClock());
const openMs = Math.round(performance.now() - opening);
const tails = performance.now();
await history.readTails();
const tailsMs = Math.round(performance.now() - tails);
const report: Record<string, unknown> = {};
for (const period of PERIODS) {
  const product = await time(
    async (code) => (await history.readMerged(toInstrument(code), period, Infinity, LIMIT)).length,
    rounds,
  );
  const ratio = Number((plain[period]!.p50ms / product.p50ms).toPrecision(3));
  report[period] = { tickwire: product, sql: plain[period], "sql over tickwire": ratio };
  process.stderr.write(`${period}: ${JSON.stringify(report[period])}\n`);
}
await history.close();
const megabytes = Math.round((await stat(file)).size / 1e6);
await rm(folder, { recursive: true });
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, kernel: release(), node: process.version };
const figures = {
  bench: "history",
  machine,
  rows,
  instruments: codes.length,
  megabytes,
  filledSeconds,
  openMs,
  tailsMs,
  periods: report,
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
