/** What is known of each instrument's bars in each table, so that a read knows how far back to look. */
import type { Database } from "./database.ts";
import { longAt, type Rows } from "./rows.ts";
import { BAR_TABLES, type BarTable } from "./tables.ts";

/** Where an instrument's bars begin and end, and about how many there are, old versions included. */
export interface Extent {
  first: number;
  last: number;
  count: number;
}

const MINUTE = 60_000;

/** Follows the extents of all tables of bars. */
export class Extents {
  readonly #tables: ReadonlyMap<BarTable, Map<number, Extent>>;

  private constructor(tables: ReadonlyMap<BarTable, Map<number, Extent>>) {
    this.#tables = tables;
  }

  /** Reads what a database has. */
  static async read(database: Database): Promise<Extents> {
    const tables = new Map<BarTable, Map<number, Extent>>();
    for (const table of BAR_TABLES)
      if (table !== "bars_1m") tables.set(table, await readTable(database, table, "true"));
    tables.set("bars_1m", await readMinutes(database, tables.get("bars_15m")!));
    return new Extents(tables);
  }

  /** The extent of an instrument; undefined where it has no bar in the table. */
  get(table: BarTable, code: number): Extent | undefined {
    return this.#of(table).get(code);
  }

  /** The newest bar of every instrument in a table. */
  *newest(table: BarTable): IterableIterator<[code: number, time: number]> {
    for (const [code, { last }] of this.#of(table)) yield [code, last];
  }

  /** Takes rows that were written. */
  extend(table: BarTable, chunks: readonly Rows[]): void {
    for (const { rows, columns } of chunks) {
      const [codes, times] = columns;
      for (let row = 0; row < rows; row++) this.count(table, codes!.values[row]!, longAt(times!, row));
    }
  }

  /** Takes one bar that was written. */
  count(table: BarTable, code: number, time: number): void {
    const extents = this.#of(table);
    const extent = extents.get(code);
    if (extent === undefined) {
      extents.set(code, { first: time, last: time, count: 1 });
      return;
    }
    if (time < extent.first) extent.first = time;
    if (time > extent.last) extent.last = time;
    extent.count++;
  }

  #of(table: BarTable): Map<number, Extent> {
    return this.#tables.get(table)!;
  }
}

async function readTable(database: Database, table: BarTable, where: string): Promise<Map<number, Extent>> {
  const [codes, firsts, lasts, counts] = (await database.read(
    `SELECT code, min(time)::DOUBLE, max(time)::DOUBLE, count(*)::DOUBLE FROM ${table} WHERE ${where} GROUP BY code`,
  )) as number[][];
  return new Map(codes!.map((code, at) => [code, { first: firsts![at]!, last: lasts![at]!, count: counts![at]! }]));
}

/** Minutes older than this are not read where the quarters tell enough: a gateway with years of them starts as soon as another. */
const REACH_MS = 7 * 86_400_000;

/**
 * The extents of the bars of a minute, of which there are many: the newest are read, where the older ones begin is known from their
 * quarters, and how many there are is taken to be as it was lately. Only an instrument without newer ones is looked for further back.
 */
async function readMinutes(database: Database, quarters: ReadonlyMap<number, Extent>): Promise<Map<number, Extent>> {
  const newest = await database.readNumber("SELECT max(time) FROM bars_1m");
  const extents = await readTable(database, "bars_1m", `time >= ${newest - REACH_MS}`);
  const [codes] = (await database.read("SELECT code FROM codes")) as number[][];
  const missing = codes!.filter((code) => !extents.has(code));
  if (missing.length > 0) {
    // The newest minutes of an instrument are newer than its quarters; one that has none may have them anywhere.
    const from = missing.every((code) => quarters.has(code))
      ? `time >= ${Math.min(...missing.map((code) => quarters.get(code)!.last))}`
      : "true";
    const older = await readTable(database, "bars_1m", `code IN (${missing.join(", ")}) AND ${from}`);
    for (const [code, extent] of older) extents.set(code, extent);
  }
  for (const [code, extent] of extents) {
    const { first } = quarters.get(code) ?? extent;
    if (first >= extent.first) continue;
    const spacing = Math.max(MINUTE, (extent.last - extent.first) / extent.count);
    extent.first = first;
    extent.count = Math.ceil((extent.last - first) / spacing);
  }
  return extents;
}
