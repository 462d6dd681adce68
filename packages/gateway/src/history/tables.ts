/**
 * What the database holds. Instruments are numbers in it (`codes`), so that every column but the lists of book levels is
 * fixed-size, small, and skipped by zone maps; the views put ids and timestamps back for people.
 */

/** How a column is stored: 32 and 64 bit integers, doubles, bytes, lists of doubles. */
export type ColumnKind = "i32" | "i64" | "f64" | "u8" | "list";

/** A column's name and kind. */
export type ColumnSpec = readonly [name: string, kind: ColumnKind];

const KEY: readonly ColumnSpec[] = [
  ["code", "i32"],
  ["time", "i64"],
];
const LEVELS: readonly ColumnSpec[] = [
  ["bid_prices", "list"],
  ["bid_volumes", "list"],
  ["ask_prices", "list"],
  ["ask_volumes", "list"],
];
const BAR: readonly ColumnSpec[] = [
  ...KEY,
  ...doubles("open", "high", "low", "close", "volume", "turnover", "open_interest"),
  ["flags", "u8"],
];

/** The columns of a snapshot that are plain numbers, in the order of the model's fields. */
export const SNAPSHOT_NUMBERS = [
  ["last", "last"],
  ["pre_settlement", "preSettlement"],
  ["pre_close", "preClose"],
  ["pre_open_interest", "preOpenInterest"],
  ["open", "open"],
  ["high", "high"],
  ["low", "low"],
  ["volume", "volume"],
  ["turnover", "turnover"],
  ["open_interest", "openInterest"],
  ["close", "close"],
  ["settlement", "settlement"],
  ["upper_limit", "upperLimit"],
  ["lower_limit", "lowerLimit"],
  ["pre_delta", "preDelta"],
  ["curr_delta", "currDelta"],
  ["average", "average"],
] as const;

/** The tables. `bars_15m`, `bars_1h` and `bars_1mo` are made from `bars_1m` and `bars_1d` in the same transaction. */
export const TABLES = {
  trades: [...KEY, ["seq", "i64"], ...doubles("price", "volume", "turnover"), ["direction", "u8"]],
  books: [...KEY, ["seq", "i64"], ...LEVELS],
  snapshots: [
    ...KEY,
    ["trading_day", "i32"],
    ["action_day", "i32"],
    ...doubles(...SNAPSHOT_NUMBERS.map(([column]) => column)),
    ...LEVELS,
  ],
  bars_1m: BAR,
  bars_1d: BAR,
  bars_15m: BAR,
  bars_1h: BAR,
  bars_1mo: BAR,
} as const satisfies Readonly<Record<string, readonly ColumnSpec[]>>;

/** A table's name. */
export type TableName = keyof typeof TABLES;

/** The tables of ticks: what retention takes away first. */
export const TICK_TABLES = ["trades", "books", "snapshots"] as const satisfies readonly TableName[];

/** The tables of bars. */
export const BAR_TABLES = [
  "bars_1m",
  "bars_15m",
  "bars_1h",
  "bars_1d",
  "bars_1mo",
] as const satisfies readonly TableName[];

/** The name of a table of bars. */
export type BarTable = (typeof BAR_TABLES)[number];

const SQL_TYPES: Readonly<Record<ColumnKind, string>> = {
  i32: "INTEGER",
  i64: "BIGINT",
  f64: "DOUBLE",
  u8: "UTINYINT",
  list: "DOUBLE[]",
};

/** Bits of a bar's `flags`. */
export const BAR_FLAGS = { revised: 1, gap: 2 } as const;

/** Columns of the table of gaps: it is small, and asked for by feed, so that nothing in it is packed. */
const GAP_COLUMNS = 'feed VARCHAR, "from" BIGINT, "to" BIGINT, codes VARCHAR, cause VARCHAR, filled_by VARCHAR';

/** Grows when the tables change in a way that older programs cannot read, or would not keep right. */
export const SCHEMA_VERSION = 2;

/** Statements that make the tables, and the views for people, in the database or schema `into`, where they are missing. */
export function makeTables(into = "main"): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${into}.meta (schema_version INTEGER)`,
    `CREATE TABLE IF NOT EXISTS ${into}.codes (code INTEGER, id VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS ${into}.notes (code INTEGER, note VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS ${into}.gaps (${GAP_COLUMNS})`,
    ...Object.entries(TABLES).map(
      ([table, columns]) =>
        `CREATE TABLE IF NOT EXISTS ${into}.${table} (${columns.map(([name, kind]) => `"${name}" ${SQL_TYPES[kind]}`).join(", ")})`,
    ),
  ];
}

/** Statements that make the views `v_trades`, `v_bars_1m` and so on: ids for codes, timestamps for times. */
export function makeViews(): string[] {
  return Object.keys(TABLES).map(
    (table) => `CREATE OR REPLACE VIEW v_${table} AS ${selectReadable(table as TableName)}`,
  );
}

/** A query for the rows of a table, or of a query for some of them, as people read them: `id`, `time` as UTC timestamp, then the rest. */
export function selectReadable(table: TableName, rows?: string): string {
  const rest = TABLES[table].slice(2).map(([name]) => `t."${name}"`);
  const from = rows === undefined ? table : `(${rows})`;
  return `SELECT c.id, make_timestamp_ms(t.time) AS "time", ${rest.join(", ")} FROM ${from} t JOIN codes c ON c.code = t.code`;
}

function doubles(...names: readonly string[]): ColumnSpec[] {
  return names.map((name) => [name, "f64"]);
}
