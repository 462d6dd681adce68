import { join } from "node:path";

/** Where the database of the history is in a data directory. */
export function historyFile(data: string): string {
  return join(data, "history.duckdb");
}
