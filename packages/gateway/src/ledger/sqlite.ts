/**
 * The ledger as a file, `ledger.sqlite` in the data directory. The only importer of `node:sqlite`. Write-ahead log and
 * `synchronous = FULL`: what was written survives a crash of the process and of the machine.
 */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { makeFolder } from "../folder.ts";
import type { Ledger, LedgerStatus } from "../ports.ts";
import { migrate, readVersion } from "./migrations.ts";
import { BUSY_MS } from "./settings.ts";
import { SqliteTokens, type Run } from "./sqlite-tokens.ts";

/** Between two attempts at what SQLite itself does not wait for: processes that open a new file at the same moment. */
const RETRY_MS = 10;
/** SQLite's result code for a lock that others hold. */
const SQLITE_BUSY = 5;
/** Only the owner reads it: hashes are no secrets, but who may come in is nobody else's business. */
const OWNER_ONLY = 0o600;

/** A ledger that cannot be used. The message names the file and says why. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}

/** The ledger's file in a data directory. */
export function ledgerFile(data: string): string {
  return join(data, "ledger.sqlite");
}

/** Whether a data directory has a ledger. */
export function hasLedger(data: string): boolean {
  return existsSync(ledgerFile(data));
}

/** Whether a data directory's ledger has ever had a token. Makes nothing; throws {@link LedgerError} for one it cannot read. */
export function hasIssuedTokens(data: string): boolean {
  if (!hasLedger(data)) return false;
  const file = ledgerFile(data);
  return guard(file, () => {
    const database = new DatabaseSync(file, { timeout: BUSY_MS });
    try {
      return readVersion(database) > 0 && database.prepare("SELECT 1 FROM tokens LIMIT 1").get() !== undefined;
    } finally {
      database.close();
    }
  });
}

/** See {@link Ledger}. */
export class SqliteLedger implements Ledger {
  readonly tokens: SqliteTokens;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #dataVersion: StatementSync;
  #seen: unknown;
  /** The last error of each kind of work, while it has not gone well again: a full disk still lets everybody read. */
  readonly #errors = { read: "", write: "" };

  /** Opens the ledger of a data directory; makes both where they are missing. Throws {@link LedgerError}. */
  constructor(data: string) {
    this.#file = ledgerFile(data);
    this.#database = guard(this.#file, () => waitWhileBusy(() => openDatabase(this.#file)));
    this.#dataVersion = this.#database.prepare("PRAGMA data_version");
    this.tokens = new SqliteTokens(this.#database, this.#run);
    this.changed();
  }

  changed(): boolean {
    const seen = this.#run("read", () => this.#dataVersion.get()?.["data_version"]);
    const changed = seen !== this.#seen;
    this.#seen = seen;
    return changed;
  }

  status(): LedgerStatus {
    if (!this.#database.isOpen) return { state: "closed", detail: "" };
    const detail = this.#errors.write || this.#errors.read;
    return { state: detail === "" ? "ok" : "failing", detail };
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Does something with the database and remembers whether that went well. */
  readonly #run: Run = (kind, work) => {
    try {
      const result = guard(this.#file, work);
      this.#errors[kind] = "";
      return result;
    } catch (error) {
      this.#errors[kind] = (error as LedgerError).message;
      throw error;
    }
  };
}

function guard<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new LedgerError(`ledger ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function waitWhileBusy<T>(work: () => T): T {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return work();
    } catch (error) {
      const busy = ((error as { readonly errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;
      if (!busy || waited >= BUSY_MS) throw error;
      Atomics.wait(cell, 0, 0, RETRY_MS);
    }
  }
}

function openDatabase(file: string): DatabaseSync {
  makeFolder(dirname(file));
  // Before the database has it, so that nobody ever sees it with other rights; its log files get the same ones.
  closeSync(openSync(file, "a", OWNER_ONLY));
  chmodSync(file, OWNER_ONLY);
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
