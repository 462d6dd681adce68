/** What is known of each instrument's bars in each table, so that a read knows how far back to look. */
import type { Database } from "./database.ts";
import { longAt, type Rows } from "./rows.ts";
import { BAR_TABLES, type BarTable } from "./tables.ts";

/** Where an instrument's bars begin and end, and how many there are, old versions included. */
export interface Extent {
  first: number;
  last: number;
  count: number;
}

/** Follows the extents of all tables of bars. */
export class Extents {
  readonly #tables: ReadonlyMap<BarTable, Map<number, Extent>>;

  private constructor(tables: ReadonlyMap<BarTable, Map<number, Extent>>) {
    this.#tables = tables;
  }

  /** Reads what a database has. */
  static async read(database: Database): Promise<Extents> {
    const tables = new Map<BarTable, Map<number, Extent>>();
    for (const table of BAR_TABLES) tables.set(table, await readTable(database, table));
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

async function readTable(database: Database, table: BarTable): Promise<Map<number, Extent>> {
  const [codes, firsts, lasts, counts] = (await database.read(
    `SELECT code, min(time)::DOUBLE, max(time)::DOUBLE, count(*)::DOUBLE FROM ${table} GROUP BY code`,
  )) as number[][];
  return new Map(codes!.map((code, at) => [code, { first: firsts![at]!, last: lasts![at]!, count: counts![at]! }]));
}
