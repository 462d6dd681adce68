/** Connections to the ledger's file: one for each thread that uses it. */
import { chmodSync, closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "../folder.ts";
import { migrate } from "./migrations.ts";
import { BUSY_MS } from "./settings.ts";

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

/** Does work on the database, keeps account of whether it goes well, and names the file in whatever it throws. */
export type Run = <T>(kind: "read" | "write", work: () => T) => T;

/** Does what is asked, and throws {@link LedgerError} with the file's name for whatever it throws. */
export function guard<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new LedgerError(`ledger ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Opens a file for reading and writing, makes it where it is missing, and brings it up to date. */
export function openDatabase(file: string): DatabaseSync {
  return waitWhileBusy(() => open(file));
}

function open(file: string): DatabaseSync {
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
