/** A history that no gateway has open: what there is of it, copies of parts of it, and itself in order. For commands. */
import { rename, rm, stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Gap } from "../ports/feed.ts";
import type { GapQuery } from "../ports/history.ts";
import { Database } from "./database.ts";
import { readGaps, SELECT_GAPS } from "./gaps.ts";
import { BAR_TABLES, makeTables, makeViews, SCHEMA_VERSION, selectReadable, TABLES, type TableName } from "./tables.ts";

/** What a table holds. */
export interface TableStats {
  readonly table: TableName;
  readonly rows: number;
  readonly instruments: number;
  /** Milliseconds since the epoch; `NaN` where it is empty. */
  readonly first: number;
  readonly last: number;
}

/** What is copied. */
export interface Selection {
  readonly table: TableName;
  /** Ids; empty: all. */
  readonly codes: readonly string[];
  /** `from <= time < to`. */
  readonly from: number;
  readonly to: number;
}

/** Told how much of the work is done, 0 to 1. */
export type OnProgress = (done: number) => void;

const POLL_MS = 200;
const DAY = 86_400_000;
/** Threads of a command, which has the machine to itself. */
const THREADS = 4;

/** Rows, instruments and range of each table. Rejects with `StoreError`. */
export async function readStats(file: string): Promise<TableStats[]> {
  return withDatabase(file, true, async (database) => {
    const stats: TableStats[] = [];
    for (const table of Object.keys(TABLES) as TableName[]) {
      const sql = `SELECT count(*)::DOUBLE, count(DISTINCT code)::DOUBLE, min(time)::DOUBLE, max(time)::DOUBLE FROM ${table}`;
      const [[rows], [instruments], [first], [last]] = (await database.read(sql)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      stats.push({ table, rows: rows!, instruments: instruments!, first: first ?? NaN, last: last ?? NaN });
    }
    return stats;
  });
}

/** The gaps that a history tells of. Rejects with `StoreError`. */
export async function readStoredGaps(file: string, query: GapQuery): Promise<Gap[]> {
  return withDatabase(file, true, async (database) => {
    // A gateway from before there were gaps has made no table for them.
    const tables = await database.readNumber("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'gaps'");
    return tables === 0 ? [] : readGaps(database, query);
  });
}

/** Copies what is selected to `out` in order of time: instrument ids, UTC timestamps, of a bar its newest version. Answers the rows. */
export async function exportRows(
  file: string,
  { table, codes, from, to }: Selection,
  out: string,
  format: "parquet" | "csv",
  onProgress: OnProgress,
): Promise<number> {
  return withDatabase(file, true, async ({ writer }) => {
    const where = [`time >= ${bound(from)}`, `time < ${bound(to)}`];
    if (codes.length > 0) where.push(`code IN (SELECT code FROM codes WHERE id IN (${codes.map(quote).join(", ")}))`);
    const query = `${selectReadable(table, selectNewest(table, where.join(" AND ")))} ORDER BY t.time, t.version`;
    const options = format === "csv" ? "FORMAT csv, HEADER" : "FORMAT parquet, COMPRESSION zstd";
    const result = await watch(writer, onProgress, () =>
      writer.runAndReadAll(`COPY (${query}) TO ${quote(out)} (${options})`),
    );
    return Number(result.getRows()[0]?.[0] ?? 0);
  });
}

/**
 * Writes the database anew: rows of an instrument and a day beside each other, which makes reads of the past quicker, only
 * the newest version of a bar, and no free space. The old file is replaced when the new one is complete. Answers both sizes.
 */
export async function compact(file: string, onProgress: OnProgress): Promise<{ before: number; after: number }> {
  const fresh = `${file}.compact`;
  await Promise.all([rm(fresh, { force: true }), rm(`${fresh}.wal`, { force: true })]);
  let before = 0;
  await withDatabase(file, false, async ({ writer }) => {
    await writer.run("CHECKPOINT");
    before = (await stat(file)).size;
    await writer.run(`ATTACH ${quote(fresh)} AS fresh`);
    for (const sql of makeTables("fresh")) await writer.run(sql);
    await writer.run(`INSERT INTO fresh.meta VALUES (${SCHEMA_VERSION})`);
    await writer.run("INSERT INTO fresh.codes SELECT * FROM codes ORDER BY code");
    await writer.run("INSERT INTO fresh.notes SELECT code, arg_max(note, rowid) FROM notes GROUP BY code");
    await writer.run(`INSERT INTO fresh.gaps ${SELECT_GAPS}`);
    const tables = Object.keys(TABLES) as TableName[];
    for (const [at, table] of tables.entries()) {
      const part: OnProgress = (done) => onProgress((at + done) / tables.length);
      await watch(writer, part, () => writer.run(`INSERT INTO fresh.${table} ${selectOrdered(table)}`));
    }
    await writer.run("CHECKPOINT fresh");
    await writer.run("DETACH fresh");
  });
  await rename(fresh, file);
  await withDatabase(file, false, async () => {});
  return { before, after: (await stat(file)).size };
}

/** All rows of a table in the order in which they are read: day after day, within a day instrument by instrument. */
function selectOrdered(table: TableName): string {
  // A month of bars is as much as a day of ticks.
  const slab = isBars(table) ? 30 * DAY : DAY;
  const columns = TABLES[table].map(([name]) => `"${name}"`).join(", ");
  return `SELECT ${columns} FROM (${selectNewest(table, "true")}) ORDER BY time // ${slab}, code, time, version`;
}

/** The rows of a table that `where` chooses, of a bar its newest version only; `version` grows with the order of writing. */
function selectNewest(table: TableName, where: string): string {
  const rows = `SELECT *, rowid AS version FROM ${table} WHERE ${where}`;
  if (!isBars(table)) return rows;
  return `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY code, time ORDER BY version DESC) AS age FROM (${rows})) WHERE age = 1`;
}

function isBars(table: TableName): boolean {
  return (BAR_TABLES as readonly TableName[]).includes(table);
}

async function withDatabase<T>(file: string, readOnly: boolean, run: (database: Database) => Promise<T>): Promise<T> {
  const database = await Database.open({ file, threads: THREADS, readOnly });
  try {
    if (!readOnly) for (const sql of makeViews()) await database.writer.run(sql);
    return await run(database);
  } finally {
    await database.close();
  }
}

/** Runs a statement and tells how far it has come. */
async function watch<T>(connection: DuckDBConnection, onProgress: OnProgress, run: () => Promise<T>): Promise<T> {
  await connection.run("SET enable_progress_bar = true");
  await connection.run("SET enable_progress_bar_print = false");
  const timer = setInterval(() => onProgress(Math.max(0, connection.progress.percentage) / 100), POLL_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
    onProgress(1);
  }
}

function bound(time: number): number {
  return Math.ceil(Math.max(-8.64e15, Math.min(8.64e15, time)));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
