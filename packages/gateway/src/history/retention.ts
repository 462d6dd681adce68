/** What is kept no longer: by age, then by size. Ticks go first; bars are small and stay as long as they may. */
import type { Database } from "./database.ts";
import { TICK_TABLES, type TableName } from "./tables.ts";

/** What may be kept. */
export interface Retention {
  /** Days that ticks are kept. */
  readonly keepTicksDays: number;
  /** Days that bars of a minute are kept; bars of a day stay. */
  readonly keepBarsDays: number;
  /** Bytes that the database may take. */
  readonly maxBytes: number;
}

const DAY = 86_400_000;
/** When there is too much, this share of what is allowed is made free, so that it is not done every minute. */
const FREED_SHARE = 0.2;
const MINUTE_TABLES = ["bars_1m", "bars_15m", "bars_1h"] as const satisfies readonly TableName[];

/** Takes away what is too old at `now`, then the oldest of what is too much. Answers the bytes in use afterwards. */
export async function retain(
  database: Database,
  { keepTicksDays, keepBarsDays, maxBytes }: Retention,
  now: number,
): Promise<number> {
  let changed = await deleteBefore(database, TICK_TABLES, now - keepTicksDays * DAY);
  changed = (await deleteBefore(database, MINUTE_TABLES, now - keepBarsDays * DAY)) || changed;
  changed = (await deleteGapsBefore(database, now - keepBarsDays * DAY)) || changed;
  let used = changed ? await fold(database) : await database.usedBytes();
  if (used <= maxBytes) return used;
  // The log may hold what the file will not: it is folded in before anything is taken away.
  used = await fold(database);
  if (used <= maxBytes) return used;
  // Minutes go when there are no ticks left to go.
  const tables = (await hasRows(database, TICK_TABLES)) ? TICK_TABLES : MINUTE_TABLES;
  const share = Math.min(1, (used - maxBytes * (1 - FREED_SHARE)) / used);
  return (await deleteBefore(database, tables, await oldest(database, tables, share))) ? fold(database) : used;
}

async function hasRows(database: Database, tables: readonly TableName[]): Promise<boolean> {
  for (const table of tables) {
    if ((await database.readNumber(`SELECT count(*) FROM (SELECT 1 FROM ${table} LIMIT 1)`)) > 0) return true;
  }
  return false;
}

/** The time up to which this share of the rows reaches. */
async function oldest(database: Database, tables: readonly TableName[], share: number): Promise<number> {
  const all = tables.map((table) => `SELECT time FROM ${table}`).join(" UNION ALL ");
  return Math.ceil(await database.readNumber(`SELECT approx_quantile(time, ${share}) FROM (${all})`)) + 1;
}

async function deleteBefore(database: Database, tables: readonly TableName[], time: number): Promise<boolean> {
  let deleted = false;
  for (const table of tables) {
    const found = await database.readNumber(`SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE time < $1 LIMIT 1)`, [
      time,
    ]);
    if (found === 0) continue;
    await database.transact(async (connection) => {
      await connection.run(`DELETE FROM ${table} WHERE time < ${time}`);
    });
    deleted = true;
  }
  return deleted;
}

/** Gaps go with the bars that they tell about. */
async function deleteGapsBefore(database: Database, time: number): Promise<boolean> {
  if ((await database.readNumber('SELECT count(*) FROM gaps WHERE "to" < $1', [time])) === 0) return false;
  await database.transact(async (connection) => void (await connection.run(`DELETE FROM gaps WHERE "to" < ${time}`)));
  return true;
}

/** Makes the space of what was deleted free for what comes. A read under way can keep that from happening now. */
async function fold(database: Database): Promise<number> {
  await database.writer.run("CHECKPOINT").catch(() => {});
  return database.usedBytes();
}
