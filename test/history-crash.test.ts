/**
 * Kills a recording gateway without warning, again and again, and looks at what is left: the database opens, holds
 * everything that was told to be committed, and the bar in progress goes on where it was.
 * TICKWIRE_TEST_KILLS sets how often.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Database } from "../packages/gateway/src/history/database.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { Command } from "./support/process.ts";

const KILLS = Number(process.env["TICKWIRE_TEST_KILLS"] ?? 8);
const MINUTE = 60_000;
const CODE = "BTCUSDT";

interface Health {
  readonly status: string;
  readonly history: { readonly committed: number; readonly state: string };
}

interface Minute {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
}

const folder = makeDataFolder();
const file = join(folder, "history.duckdb");

async function start(): Promise<{ gateway: Command; http: string }> {
  const gateway = new Command(
    ["serve", "--port", "0", "--data", folder, "--feed", `sim?rate=100&instruments=${CODE},rb*`],
    {
      TICKWIRE_HISTORY_RECORD: "all",
      TICKWIRE_LOG_LEVEL: "error",
    },
  );
  const [, port] = await gateway.says(/127\.0\.0\.1:(\d+)/);
  return { gateway, http: `http://127.0.0.1:${port}` };
}

async function readHealth(http: string): Promise<Health> {
  return (await (await fetch(`${http}/healthz`)).json()) as Health;
}

/** Rows of all tables that come in by themselves, and the stored trades of the newest minute. */
async function inspect(): Promise<{ rows: number; minute: Minute | undefined }> {
  const database = await Database.open({ file, threads: 1, readOnly: true });
  try {
    const tables = ["trades", "books", "snapshots", "bars_1m", "bars_1d", "notes"];
    const counts = await Promise.all(tables.map((table) => database.readNumber(`SELECT count(*) FROM ${table}`)));
    const columns = await database.read(
      `SELECT (time // ${MINUTE} * ${MINUTE})::DOUBLE AS minute, arg_min(price, row(time, seq)), max(price), min(price), sum(volume)
       FROM trades JOIN codes USING (code) WHERE id = $1 GROUP BY minute ORDER BY minute DESC LIMIT 1`,
      [CODE],
    );
    const [time, open, high, low, volume] = columns.map(([value]) => value as number);
    const minute = time === undefined ? undefined : { time, open: open!, high: high!, low: low!, volume: volume! };
    return { rows: counts.reduce((sum, count) => sum + count, 0), minute };
  } finally {
    await database.close();
  }
}

async function fetchMinute(http: string, time: number): Promise<Minute | undefined> {
  const query = {
    trace: "crash",
    data: { code: CODE, kline_type: 1, kline_timestamp_end: 0, query_kline_num: 3, adjust_type: 0 },
  };
  const url = `${http}/quote-b-api/kline?token=demo&query=${encodeURIComponent(JSON.stringify(query))}`;
  const { data } = (await (await fetch(url)).json()) as { data: { kline_list: Record<string, string>[] } };
  const bar = data.kline_list.find(({ timestamp }) => Number(timestamp) * 1000 === time);
  if (bar === undefined) return undefined;
  const { open_price: open, high_price: high, low_price: low, volume } = bar;
  return { time, open: Number(open), high: Number(high), low: Number(low), volume: Number(volume) };
}

test(`${KILLS} times killed, nothing that was committed is lost`, { timeout: 60_000 + KILLS * 15_000 }, async () => {
  let floor = 0;
  let compared = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = floor === 0 ? undefined : (await inspect()).minute;
    const { gateway, http } = await start();
    if (before !== undefined) {
      const bar = await fetchMinute(http, before.time);
      assert.ok(bar !== undefined, "the bar that was in progress is there");
      assert.equal(bar.open, before.open);
      assert.ok(bar.high >= before.high && bar.low <= before.low && bar.volume >= before.volume - 1e-9);
      compared++;
    }
    await wait(100 + Math.random() * 1_500);
    const { history, status } = await readHealth(http);
    assert.equal(status, "ok");
    await gateway.stop("SIGKILL");
    const { rows } = await inspect();
    assert.ok(rows >= floor + history.committed, `${rows} rows of ${floor} + ${history.committed} committed`);
    floor = rows;
  }
  assert.ok(compared > 0 && floor > 0);

  const { gateway } = await start();
  await wait(300);
  assert.equal((await gateway.stop()).code, 0);
  await compareStoredBars();
});

/** Every stored bar of a minute is what the stored trades of that minute make. */
async function compareStoredBars(): Promise<void> {
  const database = await Database.open({ file, threads: 1, readOnly: true });
  try {
    const different = await database.read(
      `WITH bars AS (
         SELECT code, time, arg_max(open, rowid) AS open, arg_max(high, rowid) AS high, arg_max(low, rowid) AS low,
           arg_max(close, rowid) AS close, arg_max(volume, rowid) AS volume FROM bars_1m GROUP BY code, time
       ), made AS (
         SELECT code, time // ${MINUTE} * ${MINUTE} AS minute, arg_min(price, row(time, seq)) AS open, max(price) AS high,
           min(price) AS low, arg_max(price, row(time, seq)) AS close, fsum(volume) AS volume FROM trades GROUP BY code, minute
       )
       SELECT b.*, m.* FROM bars b LEFT JOIN made m ON m.code = b.code AND m.minute = b.time
       JOIN codes c ON c.code = b.code WHERE c.id = $1
         AND (m.open IS DISTINCT FROM b.open OR m.high IS DISTINCT FROM b.high OR m.low IS DISTINCT FROM b.low
           OR m.close IS DISTINCT FROM b.close OR abs(m.volume - b.volume) > 1e-6)`,
      [CODE],
    );
    assert.deepEqual(
      different[0],
      [],
      JSON.stringify(different, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value)),
    );
  } finally {
    await database.close();
  }
}
