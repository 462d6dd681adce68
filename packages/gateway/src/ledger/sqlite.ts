/**
 * The ledger as a file, `ledger.sqlite` in the data directory; only this folder imports `node:sqlite`. Write-ahead log and
 * `synchronous = FULL`: what was written survives a crash of the process and of the machine.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Ledger, LedgerStatus } from "../ports/ledger.ts";
import type { Journal, JournalPast } from "../ports/journal.ts";
import { guard, openDatabase, type Run, type LedgerError } from "./connection.ts";
import { BUSY_MS } from "./settings.ts";
import { SqliteInstructions } from "./sqlite-instructions.ts";
import { readJournal, SqliteJournal } from "./sqlite-journal.ts";
import { SqliteTokens } from "./sqlite-tokens.ts";
import { SqliteUsers } from "./sqlite-users.ts";
import { transact } from "./transaction.ts";

export { LedgerError } from "./connection.ts";

/** The ledger's file in a data directory. */
export function ledgerFile(data: string): string {
  return join(data, "ledger.sqlite");
}

/** Whether a data directory has a ledger. */
export function hasLedger(data: string): boolean {
  return existsSync(ledgerFile(data));
}

/**
 * Whether a data directory's ledger has ever had a token or a user. Makes nothing; throws {@link LedgerError} for one it cannot
 * read.
 */
export function hasCredentials(data: string): boolean {
  if (!hasLedger(data)) return false;
  const file = ledgerFile(data);
  return guard(file, () => {
    const database = new DatabaseSync(file, { timeout: BUSY_MS });
    try {
      const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      const known = new Set(tables.map(({ name }) => name));
      return ["tokens", "users"].some(
        (table) => known.has(table) && database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined,
      );
    } finally {
      database.close();
    }
  });
}

/** See {@link Ledger}. */
export class SqliteLedger implements Ledger {
  readonly tokens: SqliteTokens;
  readonly users: SqliteUsers;
  readonly instructions: SqliteInstructions;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #dataVersion: StatementSync;
  readonly #news: StatementSync;
  #seenVersion: unknown;
  #seenNews: unknown;
  #journal: SqliteJournal | undefined;
  /** The last error of each kind of work, while it has not gone well again: a full disk still lets everybody read. */
  readonly #errors = { journal: "", write: "", read: "" };

  /** Opens the ledger of a data directory; makes both where they are missing. Throws {@link LedgerError}. */
  constructor(data: string) {
    this.#file = ledgerFile(data);
    this.#database = guard(this.#file, () => openDatabase(this.#file));
    this.#dataVersion = this.#database.prepare("PRAGMA data_version");
    this.#news = this.#database.prepare("SELECT count FROM news");
    this.tokens = new SqliteTokens(this.#database, this.#run);
    this.users = new SqliteUsers(this.#database, this.#run);
    this.instructions = new SqliteInstructions(this.#database, this.#run);
    this.changed();
  }

  journal(): Journal {
    if (this.#journal === undefined || this.#journal.closed) {
      this.#journal = new SqliteJournal(this.#file, this.#database, this.#run, (error) => {
        this.#errors.journal = error;
      });
    }
    return this.#journal;
  }

  /** What {@link Journal.load} gives, for who only reads: no thread is started. */
  readJournal(): JournalPast {
    return this.#run("read", () => readJournal(this.#database));
  }

  changed(): boolean {
    return this.#run("read", () => {
      const version = this.#dataVersion.get()?.["data_version"];
      if (version === this.#seenVersion) return false;
      const news = this.#readNews();
      const changed = news !== this.#seenNews;
      this.#seenVersion = version;
      this.#seenNews = news;
      return changed;
    });
  }

  status(): LedgerStatus {
    if (!this.#database.isOpen) return { state: "closed", detail: "" };
    const detail = this.#errors.journal || this.#errors.write || this.#errors.read;
    return { state: detail === "" ? "ok" : "failing", detail };
  }

  close(): void {
    void this.#journal?.close();
    if (this.#database.isOpen) this.#database.close();
  }

  /** Does something with the database and remembers whether that went well. A write is one transaction. */
  readonly #run: Run = (kind, work) => {
    try {
      const result = guard(this.#file, kind === "read" ? work : () => this.#write(work));
      this.#errors[kind] = "";
      return result;
    } catch (error) {
      this.#errors[kind] = (error as LedgerError).message;
      throw error;
    }
  };

  /** Writes so that what it changes itself is no news. */
  #write<T>(work: () => T): T {
    let before: unknown;
    let after: unknown;
    const result = transact(this.#database, () => {
      before = this.#readNews();
      const value = work();
      after = this.#readNews();
      return value;
    });
    if (before === this.#seenNews) this.#seenNews = after;
    return result;
  }

  #readNews(): unknown {
    return this.#news.get()?.["count"];
  }
}
