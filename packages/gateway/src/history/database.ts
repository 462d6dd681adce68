/** A DuckDB file: opening it, its settings, its errors in words, and queries with their statements kept. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import duckdb from "@duckdb/node-bindings";
import {
  DuckDBInstance,
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  type DuckDBValue,
} from "@duckdb/node-api";
import { makeFolder } from "../folder.ts";
import { StoreError } from "./errors.ts";
import { LEVELS, rollAll, type Level } from "./rollup.ts";
import { makeTables, makeViews, SCHEMA_VERSION } from "./tables.ts";

/** How a database is opened. */
export interface DatabaseOptions {
  readonly file: string;
  /** Threads of the database itself. */
  readonly threads: number;
  readonly readOnly?: boolean;
}

/** The log is folded into the file when it has grown to this: the most that an opening after a crash has to replay. */
const CHECKPOINT_BYTES = "64MB";
/** Memory that the database may use; what needs more is done on disk. */
const MEMORY_LIMIT = "1GB";

/** Levels that databases of version 1 do not have. */
const NEW_LEVELS = LEVELS.filter(({ table }) => table !== "bars_15m");

/** A parameter of a query: a whole number that is compared with a BIGINT, or an id. */
export type Parameter = number | string;

/** An open database with one connection to write and one to read. */
export class Database {
  readonly file: string;
  readonly writer: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #reader: DuckDBConnection;
  readonly #statements = new Map<string, DuckDBPreparedStatement>();
  /** Reads take turns: a prepared statement holds one set of parameters. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: string, instance: DuckDBInstance, writer: DuckDBConnection, reader: DuckDBConnection) {
    this.file = file;
    this.#instance = instance;
    this.writer = writer;
    this.#reader = reader;
  }

  /** Opens, and makes what is missing. Rejects with {@link StoreError}, its message for people. */
  static async open({ file, threads, readOnly = false }: DatabaseOptions): Promise<Database> {
    let instance: DuckDBInstance | undefined;
    try {
      if (!readOnly) makeFolder(dirname(file));
      instance = await DuckDBInstance.create(file, {
        threads: String(threads),
        memory_limit: MEMORY_LIMIT,
        checkpoint_threshold: CHECKPOINT_BYTES,
        ...(readOnly ? { access_mode: "READ_ONLY" } : {}),
      });
      const writer = await instance.connect();
      if (!readOnly) for (const sql of [...makeTables(), ...makeViews()]) await writer.run(sql);
      const database = new Database(file, instance, writer, await instance.connect());
      await database.#checkVersion(readOnly);
      return database;
    } catch (error) {
      instance?.closeSync();
      throw toStoreError(error, file);
    }
  }

  /** Runs a query on the reading connection and answers its columns. */
  read(sql: string, parameters: readonly Parameter[] = []): Promise<DuckDBValue[][]> {
    return this.#inTurn(async () => {
      const reader = await (await this.#bind(sql, parameters)).runAndReadAll();
      // Without rows the reader has no columns either.
      return reader.currentRowCount > 0 ? reader.getColumns() : Array.from({ length: reader.columnCount }, () => []);
    });
  }

  /** Runs a query whose columns are all DOUBLE and never NULL: thousands of rows without a JavaScript value for each. */
  readDoubles(sql: string, parameters: readonly Parameter[] = []): Promise<Float64Array<ArrayBuffer>[]> {
    return this.#inTurn(async () => toDoubles(await (await this.#bind(sql, parameters)).run()));
  }

  /** The first value of a query as a number; 0 where it has none. */
  async readNumber(sql: string, parameters: readonly Parameter[] = []): Promise<number> {
    return Number((await this.read(sql, parameters))[0]?.[0] ?? 0);
  }

  /** Runs statements that change something, as one transaction. */
  async transact(run: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    await this.writer.run("BEGIN");
    try {
      await run(this.writer);
      await this.writer.run("COMMIT");
    } catch (error) {
      // A commit that failed has rolled back by itself; then this fails, and says nothing new.
      await this.writer.run("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  /** Bytes in use: blocks that hold something, and the log. */
  async usedBytes(): Promise<number> {
    const sql = "SELECT (total_blocks - free_blocks) * block_size FROM pragma_database_size()";
    const log = await stat(`${this.file}.wal`).catch(() => undefined);
    return (await this.readNumber(sql)) + (log?.size ?? 0);
  }

  /** Waits for reads under way, folds the log into the file and closes. */
  async close(): Promise<void> {
    await this.#turn;
    for (const statement of this.#statements.values()) statement.destroySync();
    this.#reader.closeSync();
    this.writer.closeSync();
    this.#instance.closeSync();
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const answer = this.#turn.then(run);
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async #bind(sql: string, parameters: readonly Parameter[]): Promise<DuckDBPreparedStatement> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = await this.#reader.prepare(sql)));
    for (const [at, value] of parameters.entries()) {
      if (typeof value === "string") statement.bindVarchar(at + 1, value);
      else statement.bindBigInt(at + 1, BigInt(value));
    }
    return statement;
  }

  async #checkVersion(readOnly: boolean): Promise<void> {
    const known = await this.readNumber("SELECT max(schema_version) FROM meta");
    if (known > SCHEMA_VERSION) {
      const message = `${this.file} was made by a newer tickwire (schema ${known}, this one knows ${SCHEMA_VERSION})`;
      throw new StoreError("version", message);
    }
    if (known === SCHEMA_VERSION) return;
    if (readOnly) {
      throw new StoreError("version", `${this.file} was made by an older tickwire: start the gateway on it once`);
    }
    await this.transact(async (connection) => {
      if (known > 0) for (const level of NEW_LEVELS) await this.#fill(connection, level);
      await connection.run(`INSERT INTO meta VALUES (${SCHEMA_VERSION})`);
    });
  }

  async #fill(connection: DuckDBConnection, level: Level): Promise<void> {
    const first = await this.readNumber(`SELECT min(time) FROM ${level.source}`);
    const last = await this.readNumber(`SELECT max(time) FROM ${level.source}`);
    for (const sql of rollAll(level, first, last)) await connection.run(sql);
  }
}

async function toDoubles(result: DuckDBMaterializedResult): Promise<Float64Array<ArrayBuffer>[]> {
  const columns = Array.from({ length: result.columnCount }, () => new Float64Array(result.rowCount));
  let at = 0;
  for (const { chunk, rowCount } of await result.fetchAllChunks()) {
    for (const [index, column] of columns.entries()) {
      const { buffer, byteOffset } = duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk, index), rowCount * 8);
      column.set(new Float64Array(buffer, byteOffset, rowCount), at);
    }
    at += rowCount;
  }
  return columns;
}

function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/conflicting lock|being used by another process/i.test(message)) {
    const holder = /PID (\d+)/.exec(message)?.[1];
    const who = holder === undefined ? "another process" : `process ${holder}`;
    return new StoreError("busy", `${file} is in use by ${who}: one process at a time can open it`);
  }
  return new StoreError("unusable", `cannot use ${file}: ${message.split("\n")[0]!}`);
}
