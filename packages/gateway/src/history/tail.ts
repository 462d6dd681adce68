/** Where the stored past of each instrument ends, read once when a gateway starts. */
import type { Aggressor, Kline, Trade } from "@tickwire/protocol/model";
import type { Tail } from "../ports.ts";
import type { Database } from "./database.ts";
import { BAR_COLUMNS, toKlines } from "./kline-rows.ts";
import { QUARTER } from "./rollup.ts";

/** Bars are stored when their minute is over: trades without one are among the newest. Older ones are not looked at. */
const REACH_MS = 10 * 60_000;
/** Most trades that are read, the newest ones. */
const MAX_ROWS = 500_000;

/** Over a weekend and a night a trading day has begun at most this long before its end; a longer holiday is not covered. */
const DAY_REACH_MS = 80 * 3_600_000;
/** A trading day has at most so many quarters of an hour. */
const DAY_QUARTERS = 96;
const MONTH_MS = 32 * 86_400_000;

type Growing = { readonly [K in "minutes" | "days" | "trades"]: Tail[K][number][] };

/** Builds the tails. `codes`: ids; `barred`: up to when an instrument's stored bars reach, by code. */
export async function readTails(
  database: Database,
  codes: ReadonlyMap<number, string>,
  barred: ReadonlyMap<number, number>,
): Promise<Tail[]> {
  const tails = new Map<number, Growing>();
  const tailOf = (code: number): Growing => {
    let tail = tails.get(code);
    if (tail === undefined) tails.set(code, (tail = { minutes: [], days: [], trades: [] }));
    return tail;
  };
  const begin = (code: number): number => barred.get(code) ?? -Infinity;
  for (const [code, minutes] of await readMinutes(database, codes)) tailOf(code).minutes.push(...minutes);
  for (const [code, days] of await readDays(database, codes)) tailOf(code).days.push(...days);
  for (const [code, trade] of await readTrades(database, codes)) {
    if (trade.time >= begin(code)) tailOf(code).trades.push(trade);
  }
  return [...tails].map(([code, tail]) => ({ id: codes.get(code)!, ...tail }));
}

/** The minutes of each instrument's newest 96 quarters of an hour, and those after them. */
async function readMinutes(database: Database, codes: ReadonlyMap<number, string>): Promise<[number, Kline[]][]> {
  const newest = await database.readNumber("SELECT max(time) FROM bars_1m");
  const columns = await database.read(
    `WITH quarters AS (
       SELECT code, time, row_number() OVER (PARTITION BY code ORDER BY time DESC) AS age FROM bars_15m WHERE time >= $1
     ), begins AS (SELECT code, min(time) AS begin FROM quarters WHERE age <= ${DAY_QUARTERS} GROUP BY code)
     SELECT code, ${BAR_COLUMNS} FROM (
       SELECT b.*, b.rowid AS version FROM bars_1m b LEFT JOIN begins USING (code)
       WHERE time >= $1 AND time >= coalesce(begin, $2)
     ) ORDER BY code, time, version`,
    [newest - DAY_REACH_MS, newest - 2 * QUARTER],
  );
  return byCode("1m", columns as number[][], codes);
}

async function readDays(database: Database, codes: ReadonlyMap<number, string>): Promise<[number, Kline[]][]> {
  const newest = await database.readNumber("SELECT max(time) FROM bars_1d");
  const columns = await database.read(
    `SELECT code, ${BAR_COLUMNS} FROM bars_1d WHERE time >= $1 ORDER BY code, bars_1d.time, rowid`,
    [newest - MONTH_MS],
  );
  return byCode("1d", columns as number[][], codes);
}

/** Splits columns that are ordered by code. */
function byCode(
  period: "1m" | "1d",
  [code, ...columns]: readonly number[][],
  codes: ReadonlyMap<number, string>,
): [number, Kline[]][] {
  const parts: [number, Kline[]][] = [];
  for (let from = 0; from < code!.length;) {
    const of = code![from]!;
    let to = from + 1;
    while (to < code!.length && code![to] === of) to++;
    const part = columns.map((column) => column.slice(from, to));
    parts.push([of, toKlines(codes.get(of)!, period, part)]);
    from = to;
  }
  return parts;
}

async function readTrades(database: Database, codes: ReadonlyMap<number, string>): Promise<[number, Trade][]> {
  const newest = await database.readNumber("SELECT max(time) FROM trades");
  const columns = await database.read(
    `SELECT code, time::DOUBLE, seq::DOUBLE, price, volume, turnover, direction FROM
       (SELECT * FROM trades WHERE time >= $1 ORDER BY time DESC, seq DESC LIMIT ${MAX_ROWS}) AS t ORDER BY t.time, t.seq`,
    [newest - REACH_MS],
  );
  const [code, time, seq, price, volume, turnover, direction] = columns as number[][];
  return code!.map((of, at) => [
    of,
    {
      id: codes.get(of)!,
      seq: seq![at]!,
      time: time![at]!,
      price: price![at]!,
      volume: volume![at]!,
      turnover: turnover![at]!,
      direction: direction![at] as Aggressor,
    },
  ]);
}
