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
import type { Gap } from "../ports/feed.ts";
import type { GapQuery, TradeMark, TradePage } from "../ports/history.ts";
import { appendRows } from "./appender.ts";
import type { Batch } from "./batch.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { readGaps, writeGaps } from "./gaps.ts";
import { Extents, type Extent } from "./extents.ts";
import { LEVELS, MONTH, QUARTER, Rollup, rollUnits } from "./rollup.ts";
import type { Rows } from "./rows.ts";
import { BAR_COLUMNS, toKlines } from "./kline-rows.ts";
import { readTails, type StoredTails } from "./tail.ts";
import { BAR_TABLES, type BarTable, type TableName } from "./tables.ts";

/** What a period is merged from, the best first, and how many of those it takes at most. A level may not suit an instrument. */
const SOURCES: Readonly<Record<Period, readonly Source[]>> = {
  "1m": [["bars_1m", 1]],
  "5m": [["bars_1m", 5]],
  "15m": [["bars_15m", 1]],
  "30m": [["bars_15m", 2]],
  "1h": [
    ["bars_1h", 1],
    ["bars_15m", 4],
  ],
  "2h": [
    ["bars_1h", 2],
    ["bars_15m", 8],
  ],
  "4h": [
    ["bars_1h", 4],
    ["bars_15m", 16],
  ],
  "1d": [["bars_1d", 1]],
  "1w": [["bars_1d", 7]],
  "1M": [
    ["bars_1mo", 1],
    ["bars_1d", 31],
  ],
};
type Source = readonly [table: BarTable, parts: number];
/** What the bars of a table are, and how long. */
const BARS: Readonly<Record<BarTable, readonly [period: Period, length: number]>> = {
  bars_1m: ["1m", 60_000],
  bars_15m: ["15m", QUARTER],
  bars_1h: ["1h", 4 * QUARTER],
  bars_1d: ["1d", 86_400_000],
  bars_1mo: ["1M", MONTH],
};
/** How much further back is looked when a range has held too few bars. */
const WIDEN = 4;

/** A range of one instrument's bars in one table. */
interface Range {
  readonly id: string;
  readonly code: number;
  readonly source: Source;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly limit: number;
}

/** An open history. Reads may run while a batch is written and see what is committed. */
export class Store {
  readonly database: Database;
  readonly #codes: Map<string, number>;
  readonly #extents: Extents;
  readonly #rollups: ReadonlyMap<TableName, Rollup>;
  /** By zone and level: whether it suits. */
  readonly #suits = new Map<string, boolean>();

  private constructor(database: Database, codes: Map<string, number>, extents: Extents) {
    this.database = database;
    this.#codes = codes;
    this.#extents = extents;
    this.#rollups = new Map(LEVELS.map((level) => [level.table, new Rollup(level, extents.newest(level.source))]));
  }

  /** Opens the database. Rejects with `StoreError`. */
  static async open(options: DatabaseOptions): Promise<Store> {
    const database = await Database.open(options);
    const [codes, ids] = await database.read("SELECT code, id FROM codes");
    const byId = new Map(ids!.map((id, at) => [String(id), Number(codes![at])]));
    return new Store(database, byId, await Extents.read(database));
  }

  /** Instruments that have a number. */
  get codes(): [code: number, id: string][] {
    return [...this.#codes].map(([id, code]) => [code, id]);
  }

  /** Writes a batch as one transaction. After a rejection nothing of it is stored, and the store must be opened anew. */
  async write({ codes, notes, gaps, tables }: Batch): Promise<void> {
    const byTable = new Map<TableName, Rows[]>(tables.map(([table]) => [table, []]));
    for (const [table, rows] of tables) byTable.get(table)!.push(rows);
    const stale = Array.from(this.#rollups.values(), (rollup) => {
      const { level } = rollup;
      return [level, rollup.take(byTable.get(level.source) ?? [])] as const;
    });
    await this.database.transact(async (connection) => {
      for (const [code, id] of codes) await connection.run("INSERT INTO codes VALUES ($1, $2)", [code, id]);
      for (const [code, note] of notes) await connection.run("INSERT INTO notes VALUES ($1, $2)", [code, note]);
      await writeGaps(connection, gaps);
      for (const [table, chunks] of byTable) await appendRows(connection, table, chunks);
      for (const [level, units] of stale) for (const sql of rollUnits(level, units)) await connection.run(sql);
    });
    for (const [code, id] of codes) this.#codes.set(id, code);
    for (const table of BAR_TABLES) this.#extents.extend(table, byTable.get(table) ?? []);
    for (const [{ table }, units] of stale) {
      for (const [unit, of] of units) for (const code of of) this.#extents.count(table, code, unit);
    }
  }

  /** See `History.readBars`. */
  async readBars(id: string, period: "1m" | "1d", from: EpochMs, to: EpochMs, limit: number): Promise<Kline[]> {
    const code = this.#codes.get(id);
    if (code === undefined || limit <= 0) return [];
    return this.#newest({ id, code, source: [`bars_${period}`, 1], from, to, limit }, (bars) => bars);
  }

  /** See `History.readMerged`. */
  async readMerged(instrument: Instrument, period: Period, end: EpochMs, limit: number): Promise<Kline[]> {
    const { id, hours } = instrument;
    const code = this.#codes.get(id);
    if (code === undefined || limit <= 0) return [];
    const source = SOURCES[period].find(([table]) => this.#isFor(table, instrument))!;
    const merge = (bars: Kline[]): Kline[] => mergeKlines(bars, hours, period).filter(({ time }) => time <= end);
    const to = end === Infinity ? Infinity : periodEnd(hours, period, end);
    return this.#newest({ id, code, source, from: -Infinity, to, limit }, merge);
  }

  /** See `History.readTrades`. */
  async readTrades(
    id: string,
    from: EpochMs,
    to: EpochMs,
    after: TradeMark | undefined,
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

  /** See `History.readGaps`. */
  readGaps(query: GapQuery): Promise<Gap[]> {
    return readGaps(this.database, query);
  }

  /** See `History.readTails`. */
  readTails(): Promise<StoredTails> {
    const [, minute] = BARS.bars_1m;
    const barred = new Map(Array.from(this.#extents.newest("bars_1m"), ([code, last]) => [code, last + minute]));
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
    { id, code, source: [table, parts], from, to, limit }: Range,
    merge: (bars: Kline[]) => Kline[],
  ): Promise<Kline[]> {
    const extent = this.#extentOf(table, code);
    if (extent === undefined) return [];
    const first = Math.max(from, extent.first);
    const spacing = Math.max(BARS[table][1], (extent.last - extent.first) / extent.count);
    const end = Math.min(to, extent.last + 1);
    // One bar more, and the two at the ends of the range may be cut.
    let reach = (limit + 3) * parts * spacing;
    for (;;) {
      const start = Math.max(first, end - reach);
      const bars = merge(await this.#readBase(id, code, table, start, end));
      // The oldest bar may be cut where the range is: it is not counted unless nothing lies before the range.
      if (start <= first) return bars.slice(-limit);
      if (bars.length > limit) return bars.slice(-limit);
      reach *= WIDEN;
    }
  }

  #isFor(table: BarTable, instrument: Instrument): boolean {
    const level = this.#rollups.get(table)?.level;
    if (level === undefined) return true;
    const key = `${table} ${instrument.hours.zone}`;
    let suits = this.#suits.get(key);
    if (suits === undefined) this.#suits.set(key, (suits = level.suits(instrument)));
    return suits;
  }

  /** Where the instrument has bars; of a level it counts the newest unit, which has no bar yet. */
  #extentOf(table: BarTable, code: number): Extent | undefined {
    const level = this.#rollups.get(table)?.level;
    if (level === undefined) return this.#extents.get(table, code);
    const parts = this.#extents.get(level.source, code);
    if (parts === undefined) return undefined;
    const count = (this.#extents.get(table, code)?.count ?? 0) + 1;
    return { first: level.beginOf(level.nameOf(parts.first)), last: parts.last, count };
  }

  async #readBase(id: string, code: number, table: BarTable, from: EpochMs, to: EpochMs): Promise<Kline[]> {
    const rollup = this.#rollups.get(table);
    if (rollup === undefined) return this.#readTable(id, code, table, from, to);
    const { level } = rollup;
    const newest = rollup.newest(code);
    const units = await this.#readTable(id, code, table, from, Math.min(to, newest));
    const parts = await this.#readTable(id, code, level.source, Math.max(from, level.beginOf(newest)), to);
    return [...units, ...parts];
  }

  /** The newest version of each stored bar in a range, ascending. The database keeps the order of writing by itself. */
  async #readTable(id: string, code: number, table: BarTable, from: EpochMs, to: EpochMs): Promise<Kline[]> {
    if (!(from < to)) return [];
    const columns = await this.database.readDoubles(
      `SELECT ${BAR_COLUMNS} FROM ${table} WHERE code = $1::INTEGER AND time >= $2 AND time < $3`,
      [code, ...clamp(from, to)],
    );
    return toKlines(id, BARS[table][0], columns);
  }
}

/** Bounds that a BIGINT holds. */
const MIN_TIME = -8_640_000_000_000_000;
const MAX_TIME = 8_640_000_000_000_000;

function clamp(from: number, to: number): [number, number] {
  return [Math.ceil(Math.max(MIN_TIME, from)), Math.ceil(Math.min(MAX_TIME, to))];
}
