/** Events on their way to the database: written as rows, bounded, taken as one batch that becomes one transaction. */
import type { Book, BookSide, Kline, Snapshot, Trade } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import type { EventOf, TickKind } from "../ports/market.ts";
import { buffersOf, RowBuffer, type Rows } from "./rows.ts";
import { BAR_FLAGS, SNAPSHOT_NUMBERS, TABLES, type TableName } from "./tables.ts";

/** What a gap takes while it waits, and each of its codes, about. */
const GAP_BYTES = 256;
const CODE_BYTES = 32;

/** What one transaction writes. */
export interface Batch {
  readonly rows: number;
  /** Instruments that the database has not seen: their number and id. */
  readonly codes: readonly (readonly [code: number, id: string])[];
  readonly notes: readonly (readonly [code: number, note: string])[];
  readonly gaps: readonly Gap[];
  readonly tables: readonly (readonly [table: TableName, rows: Rows])[];
}

/** Collects events until they are taken. */
export class BatchBuilder {
  /** Rows and bytes that wait. */
  rows = 0;
  bytes = 0;
  readonly #codes: Map<string, number>;
  #nextCode: number;
  readonly #open = new Map<TableName, RowBuffer>();
  #sealed: [TableName, Rows][] = [];
  #newCodes: [number, string][] = [];
  #notes: [number, string][] = [];
  #gaps: Gap[] = [];

  /** `codes`: the instruments that the database knows. */
  constructor(codes: Iterable<readonly [code: number, id: string]>) {
    this.#codes = new Map([...codes].map(([code, id]) => [id, code]));
    this.#nextCode = Math.max(0, ...this.#codes.values()) + 1;
  }

  /** Adds an event. */
  addTick<K extends TickKind>(kind: K, event: EventOf[K]): void {
    if (kind === "trade") this.#addTrade(event as Trade);
    else if (kind === "book") this.#addBook(event as Book);
    else this.#addSnapshot(event as Snapshot);
  }

  /** Adds a closed bar of `1m` or `1d`. */
  addBar(bar: Kline): void {
    const table = bar.period === "1d" ? "bars_1d" : "bars_1m";
    const row = this.#begin(table, bar.id, bar.time);
    row.number(bar.open);
    row.number(bar.high);
    row.number(bar.low);
    row.number(bar.close);
    row.number(bar.volume);
    row.number(bar.turnover);
    row.number(bar.openInterest);
    row.number((bar.revised ? BAR_FLAGS.revised : 0) | (bar.gap ? BAR_FLAGS.gap : 0));
    this.#end(table, row);
  }

  /** Adds a note about an instrument. */
  addNote(id: string, note: string): void {
    this.#notes.push([this.#codeOf(id), note]);
    this.rows++;
    this.bytes += 2 * note.length;
  }

  /** Adds a gap. */
  addGap(gap: Gap): void {
    this.#gaps.push(gap);
    this.rows++;
    this.bytes += GAP_BYTES + CODE_BYTES * gap.codes.length;
  }

  /** Everything that waits, and the memory to hand over with it; undefined when nothing does. */
  take(): { readonly batch: Batch; readonly transfer: ArrayBuffer[] } | undefined {
    if (this.rows === 0) return undefined;
    const tables = this.#sealed;
    for (const [table, buffer] of this.#open) tables.push([table, buffer.take()]);
    const batch = { rows: this.rows, codes: this.#newCodes, notes: this.#notes, gaps: this.#gaps, tables };
    this.#open.clear();
    this.#sealed = [];
    this.#newCodes = [];
    this.#notes = [];
    this.#gaps = [];
    this.rows = this.bytes = 0;
    return { batch, transfer: tables.flatMap(([, rows]) => buffersOf(rows)) };
  }

  #addTrade(trade: Trade): void {
    const row = this.#begin("trades", trade.id, trade.time);
    row.long(trade.seq);
    row.number(trade.price);
    row.number(trade.volume);
    row.number(trade.turnover);
    row.number(trade.direction);
    this.#end("trades", row);
  }

  #addBook(book: Book): void {
    const row = this.#begin("books", book.id, book.time);
    row.long(book.seq);
    putSide(row, book.bids);
    putSide(row, book.asks);
    this.#end("books", row);
  }

  #addSnapshot(snapshot: Snapshot): void {
    const row = this.#begin("snapshots", snapshot.id, snapshot.time);
    row.number(Number(snapshot.tradingDay));
    row.number(Number(snapshot.actionDay));
    for (let i = 0; i < SNAPSHOT_NUMBERS.length; i++) row.number(snapshot[SNAPSHOT_NUMBERS[i]![1]]);
    putSide(row, snapshot.bids);
    putSide(row, snapshot.asks);
    this.#end("snapshots", row);
  }

  #begin(table: TableName, id: string, time: number): RowBuffer {
    let row = this.#open.get(table);
    if (row === undefined) this.#open.set(table, (row = new RowBuffer(TABLES[table])));
    this.bytes -= row.bytes;
    row.begin();
    row.number(this.#codeOf(id));
    row.long(time);
    return row;
  }

  #end(table: TableName, row: RowBuffer): void {
    this.rows++;
    this.bytes += row.bytes;
    if (!row.full) return;
    this.#sealed.push([table, row.take()]);
    this.#open.delete(table);
  }

  #codeOf(id: string): number {
    let code = this.#codes.get(id);
    if (code === undefined) {
      code = this.#nextCode++;
      this.#codes.set(id, code);
      this.#newCodes.push([code, id]);
    }
    return code;
  }
}

function putSide(row: RowBuffer, side: BookSide): void {
  row.list(side.prices);
  row.list(side.volumes);
}
