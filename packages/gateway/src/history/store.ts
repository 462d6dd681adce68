/** The history in a database: batches in, bars and trades out. Used by the database's thread, by commands and benches. */
import {
  mergeKlines,
  periodEnd,
  type Aggressor,
  type EpochMs,
  type Instrument,
  type Kline,
  type Period,
  type Trade,
} from "@tickwire/protocol/model";
import type { TradePage } from "../ports.ts";
import { appendRows } from "./appender.ts";
import type { Batch } from "./batch.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { QUARTER, Quarters, quarterOf, rollQuarters } from "./rollup.ts";
import { BAR_COLUMNS, toKlines } from "./kline-rows.ts";
import { longAt, type Rows } from "./rows.ts";
import { readTails, type StoredTails } from "./tail.ts";
import type { TableName } from "./tables.ts";

/** What a period is merged from, and how many of those it takes at most. */
const SOURCES: Readonly<Record<Period, readonly [table: BarTable, parts: number]>> = {
  "1m": ["bars_1m", 1],
  "5m": ["bars_1m", 5],
  "15m": ["bars_15m", 1],
  "30m": ["bars_15m", 2],
  "1h": ["bars_15m", 4],
  "2h": ["bars_15m", 8],
  "4h": ["bars_15m", 16],
  "1d": ["bars_1d", 1],
  "1w": ["bars_1d", 7],
  "1M": ["bars_1d", 31],
};
const LENGTHS = { bars_1m: 60_000, bars_15m: QUARTER, bars_1d: 86_400_000 } as const;
/** How much further back is looked when a range has held too few bars. */
const WIDEN = 4;

type BarTable = keyof typeof LENGTHS;

/** What is known of an instrument's bars in one table. */
interface Extent {
  first: number;
  last: number;
  count: number;
}

/** An open history. Reads may run while a batch is written and see what is committed. */
export class Store {
  readonly database: Database;
  readonly #codes: Map<string, number>;
  readonly #extents: Readonly<Record<BarTable, Map<number, Extent>>>;
  readonly #quarters: Quarters;

  private constructor(
    database: Database,
    codes: Map<string, number>,
    extents: Readonly<Record<BarTable, Map<number, Extent>>>,
  ) {
    this.database = database;
    this.#codes = codes;
    this.#extents = extents;
    this.#quarters = new Quarters([...extents.bars_1m].map(([code, { last }]) => [code, last]));
  }

  /** Opens the database. Rejects with `StoreError`. */
  static async open(options: DatabaseOptions): Promise<Store> {
    const database = await Database.open(options);
    const [codes, ids] = await database.read("SELECT code, id FROM codes");
    const byId = new Map(ids!.map((id, at) => [String(id), Number(codes![at])]));
    const extents = {
      bars_1m: await readExtents(database, "bars_1m"),
      bars_15m: await readExtents(database, "bars_15m"),
      bars_1d: await readExtents(database, "bars_1d"),
    };
    return new Store(database, byId, extents);
  }

  /** Instruments that have a number. */
  get codes(): [code: number, id: string][] {
    return [...this.#codes].map(([id, code]) => [code, id]);
  }

  /** Writes a batch as one transaction. After a rejection nothing of it is stored, and the store must be opened anew. */
  async write({ codes, tables }: Batch): Promise<void> {
    const byTable = Map.groupBy(tables, ([table]) => table);
    const minutes = (byTable.get("bars_1m") ?? []).map(([, rows]) => rows);
    const stale = this.#quarters.take(minutes);
    await this.database.transact(async (connection) => {
      for (const [code, id] of codes) await connection.run("INSERT INTO codes VALUES ($1, $2)", [code, id]);
      for (const [table, chunks] of byTable) {
        await appendRows(
          connection,
          table,
          chunks.map(([, rows]) => rows),
        );
      }
      for (const sql of rollQuarters(stale)) await connection.run(sql);
    });
    for (const [code, id] of codes) this.#codes.set(id, code);
    this.#extend("bars_1m", minutes);
    for (const [quarter, of] of stale) for (const code of of) this.#count("bars_15m", code, quarter);
    this.#extend(
      "bars_1d",
      (byTable.get("bars_1d") ?? []).map(([, rows]) => rows),
    );
  }

  /** See `History.readBars`. */
  async readBars(id: string, period: "1m" | "1d", from: EpochMs, to: EpochMs, limit: number): Promise<Kline[]> {
    const code = this.#codes.get(id);
    if (code === undefined || limit <= 0) return [];
    return this.#newest(id, code, `bars_${period}`, period, from, to, limit, (bars) => bars);
  }

  /** See `History.readMerged`. */
  async readMerged(instrument: Instrument, period: Period, end: EpochMs, limit: number): Promise<Kline[]> {
    const { id, hours } = instrument;
    const code = this.#codes.get(id);
    if (code === undefined || limit <= 0) return [];
    const [table] = SOURCES[period];
    const merge = (bars: Kline[]): Kline[] => mergeKlines(bars, hours, period).filter(({ time }) => time <= end);
    const to = end === Infinity ? Infinity : periodEnd(hours, period, end);
    return this.#newest(id, code, table, period, -Infinity, to, limit, merge);
  }

  /** See `History.readTrades`. */
  async readTrades(
    id: string,
    from: EpochMs,
    to: EpochMs,
    after: { readonly time: EpochMs; readonly seq: number } | undefined,
    limit: number,
  ): Promise<TradePage> {
    const code = this.#codes.get(id);
    if (code === undefined) return { trades: [], more: false };
    const columns = await this.database.read(
      `SELECT time::DOUBLE, seq::DOUBLE, price, volume, turnover, direction FROM trades
       WHERE code = $1::INTEGER AND time >= $2 AND time < $3 AND (time > $4 OR (time = $4 AND seq > $5))
       ORDER BY time, seq LIMIT $6`,
      [code, ...clamp(Math.max(from, after?.time ?? from), to), after?.time ?? MIN_TIME, after?.seq ?? 0, limit + 1],
    );
    const [times, seqs, prices, volumes, turnovers, directions] = columns as number[][];
    const trades = times!.slice(0, limit).map((time, at): Trade => ({
      id,
      seq: seqs![at]!,
      time,
      price: prices![at]!,
      volume: volumes![at]!,
      turnover: turnovers![at]!,
      direction: directions![at] as Aggressor,
    }));
    return { trades, more: times!.length > limit };
  }

  /** See `History.readTails`. */
  readTails(): Promise<StoredTails> {
    const barred = new Map([...this.#extents.bars_1m].map(([code, { last }]) => [code, last + LENGTHS.bars_1m]));
    return readTails(this.database, new Map(this.codes), barred);
  }

  /** Folds the log into the file and closes. */
  close(): Promise<void> {
    return this.database.close();
  }

  /**
   * The newest `limit` bars that `merge` makes of stored ones in a range. How far back to look is guessed from how dense
   * the instrument's bars are, and widened until there are enough: the table is in order of time, so a short range is cheap.
   */
  async #newest(
    id: string,
    code: number,
    table: BarTable,
    period: Period,
    from: EpochMs,
    to: EpochMs,
    limit: number,
    merge: (bars: Kline[]) => Kline[],
  ): Promise<Kline[]> {
    const extent = this.#extentOf(table, code);
    if (extent === undefined) return [];
    const first = Math.max(from, extent.first);
    const spacing = Math.max(LENGTHS[table], (extent.last - extent.first) / extent.count);
    const end = Math.min(to, extent.last + 1);
    // One bar more, and the two at the ends of the range may be cut.
    let reach = (limit + 3) * SOURCES[period][1] * spacing;
    for (;;) {
      const start = Math.max(first, end - reach);
      const bars = merge(await this.#readBase(id, code, table, start, end));
      // The oldest bar may be cut where the range is: it is not counted unless nothing lies before the range.
      if (start <= first) return bars.slice(-limit);
      if (bars.length > limit) return bars.slice(-limit);
      reach *= WIDEN;
    }
  }

  /** Where the instrument has bars; of quarters it counts the newest one, which has no bar yet. */
  #extentOf(table: BarTable, code: number): Extent | undefined {
    if (table !== "bars_15m") return this.#extents[table].get(code);
    const minutes = this.#extents.bars_1m.get(code);
    if (minutes === undefined) return undefined;
    const { first, last } = minutes;
    return { first: quarterOf(first), last, count: (this.#extents.bars_15m.get(code)?.count ?? 0) + 1 };
  }

  async #readBase(id: string, code: number, table: BarTable, from: number, to: number): Promise<Kline[]> {
    if (table !== "bars_15m") return this.#readTable(id, code, table, from, to);
    const tail = this.#quarters.newest(code);
    const quarters = await this.#readTable(id, code, table, from, Math.min(to, tail));
    return [...quarters, ...(await this.#readTable(id, code, "bars_1m", Math.max(from, tail), to))];
  }

  /** The newest version of each stored bar in a range, ascending. The database keeps the order of writing by itself. */
  async #readTable(id: string, code: number, table: BarTable, from: number, to: number): Promise<Kline[]> {
    if (!(from < to)) return [];
    const columns = await this.database.readDoubles(
      `SELECT ${BAR_COLUMNS} FROM ${table} WHERE code = $1::INTEGER AND time >= $2 AND time < $3`,
      [code, ...clamp(from, to)],
    );
    return toKlines(id, table === "bars_1d" ? "1d" : table === "bars_15m" ? "15m" : "1m", columns);
  }

  #extend(table: BarTable, chunks: readonly Rows[]): void {
    for (const { rows, columns } of chunks) {
      const [codes, times] = columns;
      for (let row = 0; row < rows; row++) this.#count(table, codes!.values[row]!, longAt(times!, row));
    }
  }

  #count(table: BarTable, code: number, time: number): void {
    const extent = this.#extents[table].get(code);
    if (extent === undefined) {
      this.#extents[table].set(code, { first: time, last: time, count: 1 });
      return;
    }
    if (time < extent.first) extent.first = time;
    if (time > extent.last) extent.last = time;
    extent.count++;
  }
}

/** Bounds that a BIGINT holds. */
const MIN_TIME = -8_640_000_000_000_000;
const MAX_TIME = 8_640_000_000_000_000;

function clamp(from: number, to: number): [number, number] {
  return [Math.ceil(Math.max(MIN_TIME, from)), Math.ceil(Math.min(MAX_TIME, to))];
}

async function readExtents(database: Database, table: TableName): Promise<Map<number, Extent>> {
  const [codes, firsts, lasts, counts] = (await database.read(
    `SELECT code, min(time)::DOUBLE, max(time)::DOUBLE, count(*)::DOUBLE FROM ${table} GROUP BY code`,
  )) as number[][];
  return new Map(codes!.map((code, at) => [code, { first: firsts![at]!, last: lasts![at]!, count: counts![at]! }]));
}
