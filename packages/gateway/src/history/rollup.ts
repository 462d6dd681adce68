/**
 * Bars of a quarter of an hour and of an hour beside those of a minute, bars of a month beside those of a day: a chart of
 * 500 bars of four hours reads 2,000 rows instead of 120,000.
 *
 * What always holds of what is committed, at every level: of every instrument, each unit (quarter, hour, month) before its
 * newest one has its bar, made of the newest version of its parts. The newest unit has none; it is read part by part.
 */
import { zoneOffset, type EpochMs, type Instrument } from "@tickwire/protocol/model";
import { longAt, type Rows } from "./rows.ts";
import type { TableName } from "./tables.ts";

const HOUR = 3_600_000;
/** A quarter of an hour, in milliseconds. */
export const QUARTER = HOUR / 4;
/** Longest month. */
export const MONTH = 31 * 24 * HOUR;
/**
 * A bar of a day is named by midnight in its zone, which between {@link WEST} and {@link EAST} of UTC is within a day's length
 * before this much of its date: added to the name it gives a moment whose UTC date is the day's own.
 */
const EAST = 13 * HOUR;
const WEST = -11 * HOUR;
/** A month is named by the beginning of its 15th in UTC, which lies in the month everywhere. */
const MID_MONTH = 14 * 24 * HOUR;

/** A table of bars that is made from another one. */
export interface Level {
  readonly table: TableName & ("bars_15m" | "bars_1h" | "bars_1mo");
  readonly source: TableName & ("bars_1m" | "bars_1d");
  /** The time by which the unit that holds a part of this time is stored. */
  nameOf(time: EpochMs): EpochMs;
  /** The earliest time that a part of the unit has. */
  beginOf(name: EpochMs): EpochMs;
  /** A time that is later than that of any part of the unit. */
  endOf(name: EpochMs): EpochMs;
  /** SQL for `nameOf(time)`. */
  readonly name: string;
  /** Whether the units suit an instrument: each lies within one bar of every longer period. */
  suits(instrument: Instrument): boolean;
}

function makeClockLevel(table: "bars_15m" | "bars_1h", length: number, suits: Level["suits"]): Level {
  return {
    table,
    source: "bars_1m",
    nameOf: (time) => Math.floor(time / length) * length,
    beginOf: (name) => name,
    endOf: (name) => name + length,
    name: `time // ${length} * ${length}`,
    suits,
  };
}

const BARS_15M = makeClockLevel("bars_15m", QUARTER, () => true);
const BARS_1H = makeClockLevel("bars_1h", HOUR, ({ hours: { zone } }) =>
  offsetsOf(zone).every((offset) => offset % HOUR === 0),
);
const BARS_1MO: Level = {
  table: "bars_1mo",
  source: "bars_1d",
  nameOf: (time) => monthOf(time + EAST) + MID_MONTH,
  beginOf: (name) => monthOf(name) - EAST,
  endOf: (name) => monthOf(name + MONTH) - EAST,
  name: `epoch_ms(date_trunc('month', make_timestamp_ms(time + ${EAST}))) + ${MID_MONTH}`,
  suits: ({ hours: { zone } }) => offsetsOf(zone).every((offset) => offset > WEST && offset <= EAST),
};

/** All levels. Quarters and hours are UTC's: quarters suit every zone, their offsets being whole quarters. */
export const LEVELS: readonly Level[] = [BARS_15M, BARS_1H, BARS_1MO];

/** Beginning of a month in UTC. */
function monthOf(time: EpochMs): EpochMs {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** Years whose winters and summers are looked at: what a zone did before has no bars of minutes, what it will do is not known. */
const [FIRST_YEAR, LAST_YEAR] = [1990, 2040] as const;

function offsetsOf(zone: string): number[] {
  const offsets: number[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (const month of [0, 6]) offsets.push(zoneOffset(zone, Date.UTC(year, month)));
  }
  return offsets;
}

/** Codes by the name of a unit of theirs whose bar is to be made again. */
export type Stale = ReadonlyMap<EpochMs, ReadonlySet<number>>;

/** Follows the newest unit of each instrument at a level, and tells which units' bars a batch makes out of date. */
export class Rollup {
  readonly level: Level;
  /** By code. */
  readonly #newest: Map<number, EpochMs>;

  /** `newest`: the time of each instrument's newest stored bar in the source. */
  constructor(level: Level, newest: Iterable<readonly [code: number, time: EpochMs]>) {
    this.level = level;
    this.#newest = new Map([...newest].map(([code, time]) => [code, level.nameOf(time)]));
  }

  /** The name of the instrument's newest unit; -Infinity where it has no bars. */
  newest(code: number): EpochMs {
    return this.#newest.get(code) ?? -Infinity;
  }

  /** The units to make again after these bars of the source were written. */
  take(chunks: readonly Rows[]): Stale {
    const stale = new Map<EpochMs, Set<number>>();
    for (const { rows, columns } of chunks) {
      const [codes, times] = columns as [(typeof columns)[0], (typeof columns)[0]];
      for (let row = 0; row < rows; row++) {
        this.#takeBar(codes.values[row]!, this.level.nameOf(longAt(times, row)), stale);
      }
    }
    // A unit that was the newest when its parts came, and still is, waits for the next one.
    for (const [name, codes] of stale) {
      for (const code of codes) if (name === this.#newest.get(code)) codes.delete(code);
      if (codes.size === 0) stale.delete(name);
    }
    return stale;
  }

  #takeBar(code: number, name: EpochMs, stale: Map<EpochMs, Set<number>>): void {
    const newest = this.newest(code);
    if (name > newest) {
      if (newest > -Infinity) add(stale, newest, code);
      this.#newest.set(code, name);
    }
    add(stale, name, code);
  }
}

function add(stale: Map<EpochMs, Set<number>>, name: EpochMs, code: number): void {
  const codes = stale.get(name);
  if (codes === undefined) stale.set(name, new Set([code]));
  else codes.add(code);
}

/** Units of instruments that one statement makes. */
const MAX_PAIRS = 2_000;

/** The statements that make the bars of units for some instruments from their parts. */
export function* rollUnits(level: Level, stale: Stale): IterableIterator<string> {
  const pairs = [...stale]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([name, codes]) => Array.from(codes, (code) => [code, name] as const));
  for (let at = 0; at < pairs.length; at += MAX_PAIRS) {
    const part = pairs.slice(at, at + MAX_PAIRS);
    const range = `time >= ${level.beginOf(part[0]![1])} AND time < ${level.endOf(part.at(-1)![1])}`;
    const values = part.map(([code, name]) => `(${code}::INTEGER, ${name}::BIGINT)`).join(", ");
    yield insertRolled(level, `${range} AND (code, ${level.name}) IN (VALUES ${values})`);
  }
}

/** What one statement reads when all of a level is made: minutes day by day, days at once. */
const SLICES = { bars_1m: 24 * HOUR, bars_1d: Infinity } as const;

/** The statements that make a level of all that its source holds between two times: for a database from before there was the level. */
export function* rollAll(level: Level, first: EpochMs, last: EpochMs): IterableIterator<string> {
  const { table, source } = level;
  const slice = SLICES[source];
  if (slice === Infinity) yield insertRolled(level, "true");
  else {
    for (let from = Math.floor(first / slice) * slice; from <= last; from += slice) {
      yield insertRolled(level, `time >= ${from} AND time < ${from + slice}`);
    }
  }
  yield `DELETE FROM ${table} WHERE (code, time) IN (SELECT code, max(time) FROM ${table} GROUP BY code)`;
}

/** The statement that makes the bars of units of the parts that `where` chooses. */
export function insertRolled({ table, source, name }: Level, where: string): string {
  return `
    INSERT INTO ${table}
    SELECT code, ${name} AS unit, arg_min(open, time), max(high), min(low), arg_max(close, time), fsum(volume), fsum(turnover),
      coalesce(arg_max(open_interest, time) FILTER (NOT isnan(open_interest)), 'NaN'), bit_or(flags)
    FROM (
      SELECT *, row_number() OVER (PARTITION BY code, time ORDER BY version DESC) AS age
      FROM (SELECT *, rowid AS version FROM ${source} WHERE ${where})
    ) WHERE age = 1 GROUP BY code, unit ORDER BY unit, code`;
}
