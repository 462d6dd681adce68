/** Columns into a table, by the database's own vectors: no value of a batch becomes a JavaScript object. */
import duckdb from "@duckdb/node-bindings";
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  LIST,
  UTINYINT,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import type { Column, Rows } from "./rows.ts";
import { TABLES, type ColumnKind, type TableName } from "./tables.ts";

/** Rows that one vector of the database holds. */
const VECTOR_ROWS = 2048;

const TYPES: Readonly<Record<ColumnKind, DuckDBType>> = {
  i32: INTEGER,
  i64: BIGINT,
  f64: DOUBLE,
  u8: UTINYINT,
  list: LIST(DOUBLE),
};
const WIDTHS: Readonly<Record<ColumnKind, number>> = { i32: 4, i64: 8, f64: 8, u8: 1, list: 16 };

/** Entries of a list vector: offset and length as 64-bit words, of which the upper halves stay zero. */
const entries = new Uint32Array(4 * VECTOR_ROWS);

/** Appends rows to a table inside the connection's transaction. */
export async function appendRows(
  connection: DuckDBConnection,
  table: TableName,
  chunks: readonly Rows[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  const chunk = DuckDBDataChunk.create(TABLES[table].map(([, kind]) => TYPES[kind]));
  try {
    for (const { rows, columns } of chunks) {
      for (let from = 0; from < rows; from += VECTOR_ROWS) {
        const count = Math.min(VECTOR_ROWS, rows - from);
        chunk.reset();
        for (let at = 0; at < columns.length; at++) {
          fill(duckdb.data_chunk_get_vector(chunk.chunk, at), columns[at]!, from, count);
        }
        chunk.rowCount = count;
        appender.appendDataChunk(chunk);
      }
    }
  } finally {
    appender.closeSync();
  }
}

function fill(vector: duckdb.Vector, column: Column, from: number, count: number): void {
  if (column.kind === "list") return fillList(vector, column, from, count);
  const width = WIDTHS[column.kind];
  const { buffer, byteOffset } = column.values;
  duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + from * width, count * width);
}

function fillList(
  vector: duckdb.Vector,
  { ends, values }: Column & { kind: "list" },
  from: number,
  count: number,
): void {
  const base = from === 0 ? 0 : ends[from - 1]!;
  let start = base;
  for (let row = 0; row < count; row++) {
    const end = ends[from + row]!;
    entries[4 * row] = start - base;
    entries[4 * row + 2] = end - start;
    start = end;
  }
  const total = start - base;
  duckdb.list_vector_reserve(vector, total);
  duckdb.list_vector_set_size(vector, total);
  duckdb.copy_data_to_vector(vector, 0, entries.buffer, 0, count * WIDTHS.list);
  if (total === 0) return;
  const child = duckdb.list_vector_get_child(vector);
  duckdb.copy_data_to_vector(child, 0, values.buffer, values.byteOffset + base * 8, total * 8);
}
