/** Where the stored past of each instrument ends, read once when a gateway starts. */
import type { Aggressor, Kline, Trade } from "@tickwire/protocol/model";
import type { Tail } from "../ports/history.ts";
import type { Database } from "./database.ts";
import { BAR_COLUMNS, toKlines } from "./kline-rows.ts";
import { QUARTER } from "./rollup.ts";

/** Bars are stored when their minute is over: trades without one are among the newest. Older ones are not looked at. */
const REACH_MS = 10 * 60_000;
/** Most trades that are read, the newest ones. */
const MAX_ROWS = 500_000;

/** Over a weekend and a night a trading day has begun at most this long before its end; a longer holiday is not covered. */
const DAY_REACH_MS = 80 * 3_600_000;
/** Quarters older than this are read hour by hour: the longest period within a day is four hours. */
const QUARTERS_REACH_MS = 8 * 3_600_000;
const HOUR = 4 * QUARTER;
const MONTH_MS = 32 * 86_400_000;

/** Tails as they are read: minutes stay columns, of which there may be a million rows, until somebody wants them. */
export interface StoredTails {
  readonly tails: readonly {
    readonly id: string;
    /** Rows of `minutes`. */
    readonly from: number;
    readonly to: number;
    readonly days: readonly Kline[];
    readonly trades: readonly Trade[];
    readonly newest: Tail["newest"];
    readonly note: string;
  }[];
  /** As {@link toKlines} takes them. */
  readonly minutes: readonly Float64Array<ArrayBuffer>[];
}

/** Reads the tails. `codes`: ids; `barred`: up to when an instrument's stored bars reach, by code. */
export async function readTails(
  database: Database,
  codes: ReadonlyMap<number, string>,
  barred: ReadonlyMap<number, number>,
): Promise<StoredTails> {
  const [code, ...minutes] = await readMinutes(database);
  const ranges = new Map(rangesOf(code!));
  const days = new Map(await readDays(database, codes));
  const trades = new Map<number, Trade[]>();
  for (const [of, trade] of await readTrades(database, codes, barred)) {
    const list = trades.get(of);
    if (list === undefined) trades.set(of, [trade]);
    else list.push(trade);
  }
  const newest = new Map(await readNewest(database));
  const notes = await readNotes(database);
  const known = new Set([...ranges.keys(), ...days.keys(), ...trades.keys(), ...newest.keys(), ...notes.keys()]);
  const tails = Array.from(known, (of) => {
    const [from, to] = ranges.get(of) ?? [0, 0];
    const parts = { days: days.get(of) ?? [], trades: trades.get(of) ?? [], newest: newest.get(of) };
    return { id: codes.get(of)!, from, to, ...parts, note: notes.get(of) ?? "" };
  });
  return { tails, minutes };
}

/** The tails of a history; an instrument's minutes are made when they are asked for. */
export function toTails({ tails, minutes }: StoredTails): Tail[] {
  return tails.map(({ id, from, to, days, trades, newest, note }) => ({
    id,
    get minutes() {
      return toKlines(
        id,
        "1m",
        minutes.map((column) => column.subarray(from, to)),
      );
    },
    days,
    trades,
    newest,
    note,
  }));
}

/**
 * What the day under way is made of, for each instrument: its newest quarter of an hour by minutes, its newest hour and the hours
 * before that by quarters, and what is older by hours. All minutes of a thousand instruments would be a million rows.
 */
async function readMinutes(database: Database): Promise<Float64Array<ArrayBuffer>[]> {
  const newest = await database.readNumber("SELECT max(time) FROM bars_1m");
  return database.readDoubles(
    `WITH begins AS (
       SELECT code, max(time) // ${QUARTER} * ${QUARTER} AS begin FROM bars_1m WHERE time >= $1 GROUP BY code
     )
     SELECT code::DOUBLE, ${BAR_COLUMNS} FROM (
       SELECT *, rowid AS version FROM bars_1h WHERE time >= $1 AND time < $2
       UNION ALL
       SELECT q.*, q.rowid FROM bars_15m q JOIN begins USING (code) WHERE time >= $1 AND time >= least($2, begin // ${HOUR} * ${HOUR})
       UNION ALL
       SELECT b.*, b.rowid FROM bars_1m b JOIN begins USING (code) WHERE time >= $1 AND time >= begin
     ) AS parts ORDER BY code, parts.time, version`,
    [newest - DAY_REACH_MS, Math.floor((newest - QUARTERS_REACH_MS) / HOUR) * HOUR],
  );
}

async function readDays(database: Database, codes: ReadonlyMap<number, string>): Promise<[number, Kline[]][]> {
  const newest = await database.readNumber("SELECT max(time) FROM bars_1d");
  const columns = await database.readDoubles(
    `SELECT code::DOUBLE, ${BAR_COLUMNS} FROM bars_1d WHERE time >= $1 ORDER BY code, bars_1d.time, rowid`,
    [newest - MONTH_MS],
  );
  const [code, ...rest] = columns;
  return Array.from(rangesOf(code!), ([of, [from, to]]) => {
    const part = rest.map((column) => column.subarray(from, to));
    return [of, toKlines(codes.get(of)!, "1d", part)];
  });
}

/** The newest trade of each code that had one lately. */
async function readNewest(database: Database): Promise<[number, NonNullable<Tail["newest"]>][]> {
  const newest = await database.readNumber("SELECT max(time) FROM trades");
  const [code, time, seq] = await database.readDoubles(
    `WITH ends AS (SELECT code, max(time) AS time FROM trades WHERE time >= $1 GROUP BY code)
     SELECT t.code::DOUBLE, t.time::DOUBLE, max(t.seq)::DOUBLE FROM trades t JOIN ends USING (code, time)
     WHERE t.time >= $1 GROUP BY t.code, t.time`,
    [newest - DAY_REACH_MS],
  );
  return Array.from(code!, (of, at) => [of, { seq: seq![at]!, time: time![at]! }]);
}

async function readNotes(database: Database): Promise<Map<number, string>> {
  const [code, note] = await database.read("SELECT code, note FROM notes ORDER BY rowid");
  return new Map(code!.map((of, at) => [Number(of), String(note![at])]));
}

/** Where each code's rows are in a column that is ordered by code. */
function* rangesOf(
  codes: ArrayLike<number>,
): IterableIterator<[code: number, range: readonly [from: number, to: number]]> {
  for (let from = 0, to = 0; from < codes.length; from = to) {
    while (to < codes.length && codes[to] === codes[from]) to++;
    yield [codes[from]!, [from, to]];
  }
}

/** The newest trades that no stored bar covers, ascending, each with its instrument's code. */
async function readTrades(
  database: Database,
  codes: ReadonlyMap<number, string>,
  barred: ReadonlyMap<number, number>,
): Promise<[number, Trade][]> {
  const newest = await database.readNumber("SELECT max(time) FROM trades");
  const [code, time, seq, price, volume, turnover, direction] = await database.readDoubles(
    `SELECT code::DOUBLE, time::DOUBLE, seq::DOUBLE, price, volume, turnover, direction::DOUBLE FROM
       (SELECT * FROM trades WHERE time >= $1 ORDER BY time DESC, seq DESC LIMIT ${MAX_ROWS}) AS t ORDER BY t.time, t.seq`,
    [newest - REACH_MS],
  );
  const trades: [number, Trade][] = [];
  for (const [at, of] of code!.entries()) {
    if (time![at]! < (barred.get(of) ?? -Infinity)) continue;
    const trade = {
      seq: seq![at]!,
      time: time![at]!,
      price: price![at]!,
      volume: volume![at]!,
      turnover: turnover![at]!,
    };
    trades.push([of, { id: codes.get(of)!, ...trade, direction: direction![at] as Aggressor }]);
  }
  return trades;
}
