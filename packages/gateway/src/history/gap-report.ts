/** What the gap ledger says to people: gaps, and how complete the data of each session is. Pure. */
import {
  addTradingDays,
  sessionsOf,
  tradingDaySpan,
  type EpochMs,
  type TradingDay,
  type TradingHours,
} from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import type { GapQuery } from "../ports/history.ts";

/** Most gaps that one report tells of, the newest ones. */
const MAX_GAPS = 10_000;
/** Most sessions of one code, the newest ones. */
const MAX_SESSIONS = 2_000;
/** A percent is told in so many parts, and never rounded up. */
const PARTS = 10_000;

/** A gap as reports write it; times are ISO 8601, UTC. */
export interface GapRow {
  readonly type: "gap";
  readonly feed: string;
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Empty: all instruments of the feed. */
  readonly codes: readonly string[];
  readonly cause: string;
  /** Empty: nothing. */
  readonly filledBy: string;
}

/** How complete a session of an instrument is, as far as it lies in the range that was asked for. */
export interface SessionRow {
  readonly type: "session";
  readonly code: string;
  readonly tradingDay: TradingDay;
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Seconds of it in gaps that nothing has filled. */
  readonly missing: number;
  /** Percent, 100 only where nothing is missing. */
  readonly completeness: number;
}

/** The whole report. */
export interface GapReport {
  /** Whether there are older gaps than those told of. */
  readonly more: boolean;
  readonly gaps: readonly GapRow[];
  readonly sessions: readonly SessionRow[];
}

/** How a round-the-clock instrument's sessions are cut that nobody knows the hours of. */
const UNKNOWN_HOURS: TradingHours = {
  zone: "UTC",
  holidays: "NONE",
  day: [["00:00", "24:00"]],
  dayStart: "00:00",
  always: true,
};

/**
 * Makes the report. Sessions are told of the code that was asked for, all of them; else of every code that an unfilled gap
 * names, those in which something is missing. Gaps of a whole feed count for each of them.
 */
export function reportGaps(
  gaps: readonly Gap[],
  query: GapQuery,
  hoursOf: (code: string) => TradingHours | undefined,
): GapReport {
  const told = gaps.slice(-MAX_GAPS);
  const open = told.filter(({ filledBy }) => filledBy === "");
  const codes = query.code === undefined ? new Set(open.flatMap((gap) => gap.codes)) : [query.code];
  const sessions = Array.from(codes, (code) => {
    const own = open.filter((gap) => gap.codes.length === 0 || gap.codes.includes(code));
    const rows = sessionRows(code, hoursOf(code) ?? UNKNOWN_HOURS, own, query);
    return query.code === undefined ? rows.filter(({ missing }) => missing > 0) : rows;
  });
  return { more: told.length < gaps.length, gaps: told.map(toRow), sessions: sessions.flat() };
}

function toRow({ feed, from, to, codes, cause, filledBy }: Gap): GapRow {
  return { type: "gap", feed, from: toIso(from), to: toIso(to), seconds: (to - from) / 1000, codes, cause, filledBy };
}

function sessionRows(code: string, hours: TradingHours, gaps: readonly Gap[], { from, to }: GapQuery): SessionRow[] {
  // The range may begin before anything was ever recorded.
  const begin = Number.isFinite(from) ? from : (gaps[0]?.from ?? to - 1);
  const first = tradingDaySpan(hours, begin).day;
  const rows: SessionRow[] = [];
  let { day } = tradingDaySpan(hours, to - 1);
  for (; day >= first && rows.length < MAX_SESSIONS; day = addTradingDays(hours.holidays, day, -1)) {
    for (const [start, end] of sessionsOf(hours, day).toReversed()) {
      const row = sessionRow(code, day, [Math.max(start, from), Math.min(end, to)], gaps);
      if (row.seconds > 0) rows.push(row);
    }
  }
  return rows.toReversed();
}

function sessionRow(
  code: string,
  tradingDay: TradingDay,
  [from, to]: readonly [EpochMs, EpochMs],
  gaps: readonly Gap[],
): SessionRow {
  let missing = 0;
  let covered = from;
  for (const gap of gaps) {
    const start = Math.max(covered, gap.from);
    const end = Math.min(to, gap.to);
    if (end <= start) continue;
    missing += end - start;
    covered = end;
  }
  const completeness = Math.floor((1 - missing / (to - from)) * 100 * PARTS) / PARTS;
  const times = { from: toIso(from), to: toIso(to), seconds: (to - from) / 1000 };
  return { type: "session", code, tradingDay, ...times, missing: missing / 1000, completeness };
}

function toIso(time: EpochMs): string {
  return new Date(time).toISOString();
}
