/** The gap ledger in the database: one row for each time a gap was told, the one written last counts. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import type { GapQuery } from "../ports/history.ts";
import type { Database } from "./database.ts";
import { isAsked } from "./gap-query.ts";

/** The newest version of each gap, with its `rowid` as `version`. */
const NEWEST = `SELECT * FROM (
  SELECT *, rowid AS version, row_number() OVER (PARTITION BY feed, "from", cause, codes ORDER BY rowid DESC) AS age FROM gaps
) WHERE age = 1`;

/** A query for the newest versions alone, in the order of the table's columns. */
export const SELECT_GAPS = `SELECT feed, "from", "to", codes, cause, filled_by FROM (${NEWEST}) ORDER BY "from", version`;

/** Writes gaps inside the connection's transaction. */
export async function writeGaps(connection: DuckDBConnection, gaps: readonly Gap[]): Promise<void> {
  for (const { feed, from, to, codes, cause, filledBy } of gaps) {
    await connection.run("INSERT INTO gaps VALUES ($1, $2, $3, $4, $5, $6)", [
      feed,
      BigInt(Math.floor(from)),
      BigInt(Math.ceil(to)),
      JSON.stringify(codes),
      cause,
      filledBy,
    ]);
  }
}

/** See `History.readGaps`. */
export async function readGaps(database: Database, query: GapQuery): Promise<Gap[]> {
  const { from, to } = query;
  const [feeds, froms, tos, codes, causes, filledBys] = await database.read(
    `SELECT feed, "from"::DOUBLE, "to"::DOUBLE, codes, cause, filled_by FROM (${NEWEST})
     WHERE "to" >= $1 AND "from" < $2 ORDER BY "from", version`,
    [bound(from), bound(to)],
  );
  const gaps = feeds!.map((feed, at): Gap => ({
    feed: String(feed),
    from: Number(froms![at]),
    to: Number(tos![at]),
    codes: JSON.parse(String(codes![at])) as string[],
    cause: String(causes![at]),
    filledBy: String(filledBys![at]),
  }));
  return gaps.filter((gap) => isAsked(gap, query));
}

function bound(time: EpochMs): number {
  return Math.ceil(Math.max(-8.64e15, Math.min(8.64e15, time)));
}
