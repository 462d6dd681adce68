/** Transactions of the ledger's file. */
import type { DatabaseSync } from "node:sqlite";

/** Does everything in `work` or nothing. While another process writes it waits for its turn first. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
