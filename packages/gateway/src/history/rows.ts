/** Rows as columns of typed arrays: written on the tick path, handed to the database's thread without a copy. */
import type { ColumnKind, ColumnSpec } from "./tables.ts";

/** One column of a {@link Rows}. Only the first `rows` values count; a list's values end, row by row, at `ends`. */
export type Column =
  | { readonly kind: "i32" | "i64" | "f64" | "u8"; readonly values: NumberArray }
  | { readonly kind: "list"; readonly ends: Uint32Array<ArrayBuffer>; readonly values: Float64Array<ArrayBuffer> };

type NumberArray =
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Rows of one table, as they travel between threads. */
export interface Rows {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Rows of a chunk: twice the database's vector. More are put into another chunk, so that growing never copies much. */
const CHUNK_ROWS = 4096;
const FIRST_ROWS = 128;
/** List elements expected per row; a list column grows where there are more. */
const LEVELS_PER_ROW = 5;
const WORD = 2 ** 32;

/** A growing chunk of rows. Values of a row are put column by column, in the table's order, after `begin`. */
export class RowBuffer {
  rows = 0;
  /** Bytes that its rows take. */
  bytes = 0;
  readonly #specs: readonly ColumnSpec[];
  readonly #rowBytes: number;
  #capacity = FIRST_ROWS;
  #values: NumberArray[];
  #ends: (Uint32Array<ArrayBuffer> | undefined)[];
  #at = 0;

  constructor(specs: readonly ColumnSpec[]) {
    this.#specs = specs;
    this.#rowBytes = specs.reduce((sum, [, kind]) => sum + BYTES[kind], 0);
    this.#values = specs.map(([, kind]) => makeValues(kind, FIRST_ROWS));
    this.#ends = specs.map(([, kind]) => (kind === "list" ? new Uint32Array(FIRST_ROWS) : undefined));
  }

  /** Whether no more rows belong into it. */
  get full(): boolean {
    return this.rows === CHUNK_ROWS;
  }

  /** Begins a row. Its columns must all be put before the next call. */
  begin(): void {
    if (this.rows === this.#capacity) this.#grow();
    this.rows++;
    this.bytes += this.#rowBytes;
    this.#at = 0;
  }

  /** Puts a number into the next column, which is `i32`, `f64` or `u8`. */
  number(value: number): void {
    this.#values[this.#at++]![this.rows - 1] = value;
  }

  /** Puts a whole number into the next column, which is `i64`. */
  long(value: number): void {
    const words = this.#values[this.#at++]!;
    const high = Math.floor(value / WORD);
    const at = 2 * (this.rows - 1);
    words[at] = value - high * WORD;
    words[at + 1] = high;
  }

  /** Puts numbers into the next column, which is `list`. */
  list(numbers: readonly number[]): void {
    const column = this.#at++;
    const ends = this.#ends[column]!;
    const row = this.rows - 1;
    const start = row === 0 ? 0 : ends[row - 1]!;
    const { length } = numbers;
    let values = this.#values[column]!;
    if (start + length > values.length) {
      const larger = new Float64Array(Math.max(2 * values.length, start + length));
      larger.set(values);
      this.#values[column] = values = larger;
    }
    for (let i = 0; i < length; i++) values[start + i] = numbers[i]!;
    ends[row] = start + length;
    this.bytes += 8 * length;
  }

  /** What was put. The buffer must not be used any more. */
  take(): Rows {
    const columns = this.#specs.map(([, kind], at): Column => {
      const values = this.#values[at]!;
      return kind === "list"
        ? { kind, ends: this.#ends[at]!, values: values as Float64Array<ArrayBuffer> }
        : { kind, values };
    });
    return { rows: this.rows, columns };
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#values = this.#specs.map(([, kind], at) => {
      const old = this.#values[at]!;
      if (kind === "list") return old;
      const larger = makeValues(kind, this.#capacity);
      larger.set(old);
      return larger;
    });
    this.#ends = this.#ends.map((old) => {
      if (old === undefined) return undefined;
      const larger = new Uint32Array(this.#capacity);
      larger.set(old);
      return larger;
    });
  }
}

/** The memory of rows, for handing it over. */
export function buffersOf(rows: Rows): ArrayBuffer[] {
  return rows.columns.flatMap((column) =>
    column.kind === "list" ? [column.ends.buffer, column.values.buffer] : [column.values.buffer],
  );
}

/** Value `row` of an `i64` column. */
export function longAt(column: Column, row: number): number {
  const { values } = column;
  return values[2 * row]! + (values[2 * row + 1]! | 0) * WORD;
}

const BYTES: Readonly<Record<ColumnKind, number>> = { i32: 4, i64: 8, f64: 8, u8: 1, list: 4 };

function makeValues(kind: ColumnKind, rows: number): NumberArray {
  if (kind === "i32") return new Int32Array(rows);
  if (kind === "i64") return new Uint32Array(2 * rows);
  if (kind === "f64") return new Float64Array(rows);
  return kind === "u8" ? new Uint8Array(rows) : new Float64Array(LEVELS_PER_ROW * rows);
}
