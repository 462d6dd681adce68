/** The recorded past on disk: what is kept, what a gateway says when it cannot keep it, and the command `tickwire history`. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Kline } from "@tickwire/protocol/model";
import { BatchBuilder } from "../packages/gateway/src/history/batch.ts";
import { Database } from "../packages/gateway/src/history/database.ts";
import { retain } from "../packages/gateway/src/history/retention.ts";
import { Store } from "../packages/gateway/src/history/store.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { Command } from "./support/process.ts";
import { BTCUSDT, makeSnapshot } from "./support/samples.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const START = Date.UTC(2026, 2, 2);

const bar = (time: number, n: number): Kline => ({
  id: "BTCUSDT",
  period: "1m",
  time,
  open: n,
  high: n,
  low: n,
  close: n,
  volume: n,
  turnover: n,
  openInterest: NaN,
  closed: true,
  revised: false,
  gap: false,
});

/** A history of ten days: a trade and a book a minute, a bar a minute of which every tenth was revised, one snapshot. */
async function fill(file: string): Promise<void> {
  const store = await Store.open({ file, threads: 1 });
  const builder = new BatchBuilder(store.codes);
  for (let n = 0; n < 14_400; n++) {
    const time = START + n * MINUTE;
    builder.addTick("trade", { id: "BTCUSDT", seq: n + 1, time, price: n, volume: 1, turnover: n, direction: 1 });
    builder.addTick("book", {
      id: "BTCUSDT",
      seq: n + 1,
      time,
      bids: { prices: [n, 1], volumes: [2, 3] },
      asks: { prices: [], volumes: [] },
    });
    builder.addBar(bar(time, n));
    if (n % 10 === 0) builder.addBar({ ...bar(time, n), high: n + 1, revised: true });
  }
  for (let day = -20; day < 10; day++) builder.addBar({ ...bar(START + day * DAY, 50 + day), period: "1d" });
  builder.addTick("snapshot", makeSnapshot("rb2605", { time: START }));
  await store.write(builder.take()!.batch);
  await store.close();
}

/** Does something with the database of a fresh history. */
async function withFilled(run: (file: string, folder: string) => Promise<void>): Promise<void> {
  const folder = makeDataFolder();
  const file = join(folder, "history.duckdb");
  await fill(file);
  await run(file, folder);
}

const readNumber = (database: Database, sql: string): Promise<number> => database.readNumber(sql);

describe("retention", () => {
  it("takes away what is too old, ticks and minutes each by their own age", () =>
    withFilled(async (file) => {
      const database = await Database.open({ file, threads: 1 });
      const end = START + 10 * DAY;
      await retain(database, { keepTicksDays: 1, keepBarsDays: 4, maxBytes: Infinity }, end);
      assert.equal(await readNumber(database, "SELECT min(time) FROM trades"), end - DAY);
      assert.equal(await readNumber(database, "SELECT count(*) FROM books"), 1_440);
      assert.equal(await readNumber(database, "SELECT count(*) FROM snapshots"), 0);
      assert.equal(await readNumber(database, "SELECT min(time) FROM bars_1m"), end - 4 * DAY);
      assert.equal(await readNumber(database, "SELECT count(DISTINCT time) FROM bars_1m"), 4 * 1_440);
      await database.close();
    }));

  it("takes away the oldest of what is too much: ticks, and minutes when there are none left", async () => {
    const store = await Store.open({ file: join(makeDataFolder(), "history.duckdb"), threads: 1 });
    const { database } = store;
    const builder = new BatchBuilder([]);
    const rows = 300_000;
    for (let n = 0; n < rows; n++) {
      const price = ((n * 7919) % 9973) / 7;
      builder.addTick("trade", {
        id: `X${n % 50}`,
        seq: n,
        time: START + n,
        price,
        volume: n % 10,
        turnover: n,
        direction: 1,
      });
      if (n % 10 === 0) builder.addBar(bar(START + n * MINUTE, n));
    }
    await store.write(builder.take()!.batch);
    const limits = { keepTicksDays: 1e5, keepBarsDays: 1e5 };
    await database.writer.run("CHECKPOINT");
    const used = await database.usedBytes();
    assert.equal(await retain(database, { ...limits, maxBytes: used }, START), used);
    assert.equal(await readNumber(database, "SELECT count(*) FROM trades"), rows, "what is not too much stays");
    await retain(database, { ...limits, maxBytes: Math.floor(used * 0.8) }, START);
    const [left, first] = [
      await readNumber(database, "SELECT count(*) FROM trades"),
      await readNumber(database, "SELECT min(time) FROM trades"),
    ];
    assert.ok(left > rows / 10 && left < (rows * 9) / 10, `${left} trades left`);
    assert.equal(first, START + rows - left, "the oldest went");
    assert.equal(await readNumber(database, "SELECT count(*) FROM bars_1m"), rows / 10);
    for (let round = 0; round < 6; round++) await retain(database, { ...limits, maxBytes: 1 }, START);
    assert.equal(await readNumber(database, "SELECT count(*) FROM trades"), 0);
    assert.equal(await readNumber(database, "SELECT count(*) FROM bars_1m"), 0);
    await store.close();
  });
});

const run = (args: readonly string[], folder: string): Command => new Command(["history", ...args, "--data", folder]);

describe("tickwire history", () => {
  it("stats tells rows and ranges as JSON lines", () =>
    withFilled(async (_file, folder) => {
      const { code, stdout, stderr } = await run(["stats"], folder).ended;
      assert.deepEqual([code, stderr], [0, ""]);
      const lines = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(lines[0], {
        table: "trades",
        rows: 14_400,
        instruments: 1,
        first: "2026-03-02T00:00:00.000Z",
        last: "2026-03-11T23:59:00.000Z",
      });
      assert.ok(lines.some(({ table, rows }) => table === "bars_1m" && rows === 15_840));
    }));

  it("export writes a range of some instruments as CSV, of a bar its newest version", () =>
    withFilled(async (_file, folder) => {
      const range = ["--from", "2026-03-02T00:09:00Z", "--to", String(START + 12 * MINUTE)];
      const bars = await run(["export", "--kind", "bars-1m", "--code", "BTCUSDT", ...range], folder).ended;
      assert.equal(bars.code, 0, bars.stderr);
      assert.deepEqual(bars.stdout.trimEnd().split("\n"), [
        "id,time,open,high,low,close,volume,turnover,open_interest,flags",
        "BTCUSDT,2026-03-02 00:09:00,9.0,9.0,9.0,9.0,9.0,9.0,nan,0",
        "BTCUSDT,2026-03-02 00:10:00,10.0,11.0,10.0,10.0,10.0,10.0,nan,1",
        "BTCUSDT,2026-03-02 00:11:00,11.0,11.0,11.0,11.0,11.0,11.0,nan,0",
      ]);
      const books = await run(["export", "--kind", "books", ...range], folder).ended;
      assert.equal(books.stdout.split("\n")[1], 'BTCUSDT,2026-03-02 00:09:00,10,"[9.0, 1.0]","[2.0, 3.0]",[],[]');
      const nobody = await run(["export", "--code", "nobody"], folder).ended;
      assert.equal(nobody.stdout.trimEnd().split("\n").length, 1);
    }));

  it("export writes Parquet files, and takes wrong flags for what they are", () =>
    withFilled(async (_file, folder) => {
      const out = join(folder, "trades.parquet");
      const { code, stdout, stderr } = await run(["export", "--format", "parquet", "--out", out], folder).ended;
      assert.deepEqual([code, stdout, stderr], [0, "", `${out}: 14,400 rows\n`]);
      assert.equal(readFileSync(out).subarray(0, 4).toString(), "PAR1");
      for (const args of [
        ["--format", "parquet"],
        ["--kind", "ticks"],
        ["--from", "yesterday"],
      ]) {
        assert.equal((await run(["export", ...args], folder).ended).code, 2, args.join(" "));
      }
    }));

  it("compact keeps every row but old versions of bars, and every answer", () =>
    withFilled(async (file, folder) => {
      const answers = async (): Promise<unknown[]> => {
        const store = await Store.open({ file, threads: 1 });
        const read = await Promise.all(
          (["1m", "30m", "4h"] as const).map((period) => store.readMerged(BTCUSDT, period, Infinity, 100)),
        );
        const trades = await store.readTrades("BTCUSDT", START, START + DAY, undefined, 10_000);
        await store.close();
        return [...read, trades];
      };
      const before = await answers();
      const { code, stdout, stderr } = await run(["compact"], folder).ended;
      assert.equal(code, 0, stderr);
      const sizes = JSON.parse(stdout) as { before: number; after: number };
      assert.equal(sizes.after, statSync(file).size);
      assert.deepEqual(await answers(), before);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.includes("compact")),
        [],
      );
      const stats = (await run(["stats"], folder).ended).stdout;
      assert.match(stats, /"bars_1m","rows":14400/);
      assert.match(stats, /"books","rows":14400/);
    }));

  it("of version 1, without bars of hours and months, is brought up to date", () =>
    withFilled(async (file, folder) => {
      const answers = async (): Promise<Kline[][]> => {
        const store = await Store.open({ file, threads: 1 });
        const read = (["1h", "4h", "1M"] as const).map((period) => store.readMerged(BTCUSDT, period, Infinity, 500));
        const bars = await Promise.all(read);
        await store.close();
        return bars;
      };
      const before = await answers();
      assert.deepEqual(
        before.map(({ length }) => length),
        [240, 60, 2],
      );
      const database = await Database.open({ file, threads: 1 });
      for (const sql of ["DELETE FROM bars_1h", "DELETE FROM bars_1mo", "UPDATE meta SET schema_version = 1"]) {
        await database.writer.run(sql);
      }
      await database.close();
      const { code, stderr } = await run(["stats"], folder).ended;
      assert.equal(code, 1);
      assert.match(stderr, /made by an older tickwire/);
      assert.deepEqual(await answers(), before);
      assert.equal((await run(["stats"], folder).ended).code, 0);
    }));

  it("is opened anew without a loss, whatever is long past of some instruments", async () => {
    const file = join(makeDataFolder(), "history.duckdb");
    const ends: readonly (readonly [id: string, end: number])[] = [
      ["now", 40 * DAY],
      ["gone", 10 * DAY],
      ["once", 61 * MINUTE],
    ];
    const first = await Store.open({ file, threads: 1 });
    const builder = new BatchBuilder(first.codes);
    for (const [id, end] of ends) {
      const from = id === "once" ? end - MINUTE : 0;
      for (let at = from; at < end; at += 7 * MINUTE) builder.addBar({ ...bar(START + at, at), id });
    }
    await first.write(builder.take()!.batch);
    const ask = async (store: Store): Promise<Kline[][]> => {
      const answers: Kline[][] = [];
      for (const [id] of ends) {
        for (const period of ["1m", "15m", "4h"] as const) {
          answers.push(await store.readMerged({ ...BTCUSDT, id }, period, Infinity, 400));
        }
      }
      return answers;
    };
    const before = await ask(first);
    await first.close();
    const second = await Store.open({ file, threads: 1 });
    assert.deepEqual(await ask(second), before);
    // What comes now makes the units before it whole.
    const more = new BatchBuilder(second.codes);
    for (const [id] of ends) more.addBar({ ...bar(START + 41 * DAY, 1), id });
    await second.write(more.take()!.batch);
    const after = await ask(second);
    for (const [at, bars] of before.entries()) {
      assert.deepEqual(after[at]!.slice(0, -1), bars.slice(Math.max(0, bars.length + 1 - 400)));
    }
    await second.close();
  });

  it("says what is wrong where there is no history, or a gateway has it open", async () => {
    const folder = makeDataFolder();
    const missing = await run(["stats"], folder).ended;
    assert.deepEqual([missing.code, missing.stdout], [1, ""]);
    assert.match(missing.stderr, /history\.duckdb: there is no history/);
    const gateway = new Command(["serve", "--port", "0", "--feed", "sim?instruments=BTCUSDT", "--data", folder]);
    await gateway.says(/Or by hand: .*\n/);
    const busy = await run(["compact"], folder).ended;
    assert.deepEqual([busy.code, busy.stdout], [1, ""]);
    assert.match(busy.stderr, /in use by process \d+.*stop the gateway first/);
    assert.equal((await gateway.stop()).code, 0);
    assert.equal((await run(["stats"], folder).ended).code, 0);
  });
});

const serve = (folder: string): Command =>
  new Command(["serve", "--port", "0", "--feed", "sim?instruments=BTCUSDT", "--data", folder]);

describe("a gateway's data directory", () => {
  it("that cannot be used ends the start with 2 and says why", async () => {
    const file = join(makeDataFolder(), "file");
    writeFileSync(file, "");
    const { code, stderr } = await serve(file).ended;
    assert.equal(code, 2, stderr);
    assert.ok(stderr.includes(file), stderr);
  });

  it("with a database that is none ends the start with 2 and says why", async () => {
    const folder = makeDataFolder();
    writeFileSync(join(folder, "history.duckdb"), "not a database at all".repeat(1_000));
    const { code, stderr } = await serve(folder).ended;
    assert.equal(code, 2, stderr);
    assert.match(stderr, /data: cannot use .*history\.duckdb/);
  });

  it("in use by another gateway ends the start with 1 and names it", async () => {
    const folder = makeDataFolder();
    const first = serve(folder);
    await first.says(/Or by hand: .*\n/);
    const { code, stderr } = await serve(folder).ended;
    assert.equal(code, 1, stderr);
    assert.match(stderr, new RegExp(`in use by process ${first.child.pid}`));
    await first.stop();
  });

  it("is not touched when history is off", async () => {
    const folder = makeDataFolder();
    const gateway = new Command(["serve", "--port", "0", "--feed", "sim?instruments=BTCUSDT", "--data", folder], {
      TICKWIRE_HISTORY_ENABLED: "false",
    });
    const [, port] = await gateway.says(/127\.0\.0\.1:(\d+)/);
    const health = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as { history: { state: string } };
    assert.equal(health.history.state, "ok");
    assert.equal((await gateway.stop()).code, 0);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("history")),
      [],
    );
  });
});
