/** Which column of a file holds which field. */
import { DEPTH_LEVELS } from "@tickwire/protocol/ctp";
import { MAX_COLUMNS } from "./row.ts";

/**
 * The fields that are read, by their name in CTP's DepthMarketData, and what other recorders call them. The second
 * names are those of the tick files with `exchg,code,price,…`: prices as in CTP, cumulative figures with `total_`
 * (their `volume` and `turn_over` are differences and not read), levels counted from 0.
 */
const NAMES = {
  InstrumentID: ["code"],
  TradingDay: ["trading_date"],
  ActionDay: ["action_date"],
  UpdateTime: ["action_time"],
  UpdateMillisec: [],
  LastPrice: ["price"],
  PreSettlementPrice: ["pre_settle"],
  PreClosePrice: ["pre_close"],
  PreOpenInterest: ["pre_interest"],
  OpenPrice: ["open"],
  HighestPrice: ["high"],
  LowestPrice: ["low"],
  Volume: ["total_volume"],
  Turnover: ["total_turnover"],
  OpenInterest: ["open_interest"],
  ClosePrice: [],
  SettlementPrice: ["settle_price"],
  UpperLimitPrice: ["upper_limit"],
  LowerLimitPrice: ["lower_limit"],
  PreDelta: [],
  CurrDelta: [],
  AveragePrice: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A field that has one column. */
export type Field = keyof typeof NAMES;

/** The columns of one side of the book, best level first. */
export interface SideColumns {
  readonly prices: readonly number[];
  readonly volumes: readonly number[];
}

/** Where each field is: an index, or -1 where the file does not have it. */
export interface Columns {
  /** Columns of the file; a row has as many. */
  readonly count: number;
  readonly at: Readonly<Record<Field, number>>;
  readonly bids: SideColumns;
  readonly asks: SideColumns;
  /** Whether the time is one integer HMMSSmmm (`action_time`) instead of `HH:MM:SS` and milliseconds. */
  readonly packedTime: boolean;
  /** Whether the turnover is money at every exchange: `total_turnover` is, CTP's Turnover is not (ctp.md d.10). */
  readonly moneyTurnover: boolean;
}

const REQUIRED: readonly Field[] = ["InstrumentID", "UpdateTime", "LastPrice", "Volume"];

/**
 * Finds the columns in a header, in any order, other columns among them. Throws when one is missing without which a
 * row says nothing; the message names it and `file`.
 */
export function findColumns(header: readonly string[], file: string): Columns {
  if (header.length === 0 || header.length > MAX_COLUMNS)
    throw new Error(`${file}: the first line is not a CSV header`);
  const find = (...names: readonly string[]): number => header.findIndex((name) => names.includes(name));
  const at = Object.fromEntries(
    Object.entries(NAMES).map(([field, others]) => [field, find(field, ...others)]),
  ) as Record<Field, number>;
  const missing: string[] = REQUIRED.filter((field) => at[field] < 0).map(describe);
  if (at.TradingDay < 0 && at.ActionDay < 0) missing.push(`${describe("TradingDay")} or ${describe("ActionDay")}`);
  if (missing.length > 0) throw new Error(`${file}: missing column ${missing.join(", ")}`);
  const side = (ctp: "Bid" | "Ask", other: "bid" | "ask"): SideColumns => ({
    prices: levels((level) => find(`${ctp}Price${level + 1}`, `${other}_price_${level}`)),
    volumes: levels((level) => find(`${ctp}Volume${level + 1}`, `${other}_qty_${level}`)),
  });
  return {
    count: header.length,
    at,
    bids: side("Bid", "bid"),
    asks: side("Ask", "ask"),
    packedTime: header[at.UpdateTime] === "action_time",
    moneyTurnover: header[at.Turnover] === "total_turnover",
  };
}

/** Indices for as many levels as the file has, without gaps. */
function levels(find: (level: number) => number): number[] {
  const found = Array.from({ length: DEPTH_LEVELS }, (_, level) => find(level));
  const end = found.indexOf(-1);
  return end < 0 ? found : found.slice(0, end);
}

function describe(field: Field): string {
  const others: readonly string[] = NAMES[field];
  return others.length === 0 ? field : `${field} (or ${others.join(", ")})`;
}
