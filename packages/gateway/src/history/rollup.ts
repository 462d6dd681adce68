/**
 * Bars of 15 minutes beside those of one minute: a chart of 500 bars of four hours reads 8,000 rows instead of 120,000.
 *
 * What always holds of what is committed: of every instrument, each quarter of an hour before its newest one has its bar,
 * made of the newest version of its minutes. The newest quarter has none; it is read minute by minute. Quarters are
 * UTC's, which suits every zone: their offsets are whole quarters.
 */
import { longAt, type Rows } from "./rows.ts";

/** A quarter of an hour, in milliseconds. */
export const QUARTER = 15 * 60_000;

/** When the quarter that holds `time` begins. */
export function quarterOf(time: number): number {
  return Math.floor(time / QUARTER) * QUARTER;
}

/** Follows the newest quarter of each instrument, and tells which quarters' bars a batch makes out of date. */
export class Quarters {
  /** By code. */
  readonly #newest: Map<number, number>;

  /** `newest`: the time of each instrument's newest stored bar of a minute. */
  constructor(newest: Iterable<readonly [code: number, time: number]>) {
    this.#newest = new Map([...newest].map(([code, time]) => [code, quarterOf(time)]));
  }

  /** When the instrument's newest quarter begins; -Infinity where it has no bars. */
  newest(code: number): number {
    return this.#newest.get(code) ?? -Infinity;
  }

  /** The quarters to make again after these bars of a minute were written: lists of codes by the quarter's beginning. */
  take(chunks: readonly Rows[]): Map<number, Set<number>> {
    const stale = new Map<number, Set<number>>();
    for (const { rows, columns } of chunks) {
      const [codes, times] = columns as [(typeof columns)[0], (typeof columns)[0]];
      for (let row = 0; row < rows; row++) this.#takeBar(codes.values[row]!, quarterOf(longAt(times, row)), stale);
    }
    // A quarter that was the newest when its minutes came, and still is, waits for the next one.
    for (const [quarter, codes] of stale) {
      for (const code of codes) if (quarter === this.#newest.get(code)) codes.delete(code);
      if (codes.size === 0) stale.delete(quarter);
    }
    return stale;
  }

  #takeBar(code: number, quarter: number, stale: Map<number, Set<number>>): void {
    const newest = this.newest(code);
    if (quarter > newest) {
      if (newest > -Infinity) add(stale, newest, code);
      this.#newest.set(code, quarter);
    }
    add(stale, quarter, code);
  }
}

function add(stale: Map<number, Set<number>>, quarter: number, code: number): void {
  const codes = stale.get(quarter);
  if (codes === undefined) stale.set(quarter, new Set([code]));
  else codes.add(code);
}

/** Quarters of instruments that one statement makes. */
const MAX_PAIRS = 2_000;

/** The statements that make the bars of quarters for some instruments from their minutes. */
export function* rollQuarters(stale: ReadonlyMap<number, ReadonlySet<number>>): IterableIterator<string> {
  const pairs = [...stale]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([quarter, codes]) => Array.from(codes, (code) => [code, quarter] as const));
  for (let at = 0; at < pairs.length; at += MAX_PAIRS) {
    const part = pairs.slice(at, at + MAX_PAIRS);
    const range = `time >= ${part[0]![1]} AND time < ${part.at(-1)![1] + QUARTER}`;
    const values = part.map(([code, quarter]) => `(${code}::INTEGER, ${quarter}::BIGINT)`).join(", ");
    yield `INSERT INTO bars_15m ${selectRolled(`${range} AND (code, time // ${QUARTER} * ${QUARTER}) IN (VALUES ${values})`)}`;
  }
}

/** A query for the bars of quarters made of the minutes that `where` chooses. */
export function selectRolled(where: string): string {
  return `
    SELECT code, time // ${QUARTER} * ${QUARTER} AS quarter, arg_min(open, time), max(high), min(low), arg_max(close, time),
      fsum(volume), fsum(turnover), arg_max(open_interest, time), bit_or(flags)
    FROM (
      SELECT *, row_number() OVER (PARTITION BY code, time ORDER BY version DESC) AS age
      FROM (SELECT *, rowid AS version FROM bars_1m WHERE ${where})
    ) WHERE age = 1 GROUP BY code, quarter ORDER BY quarter, code`;
}
