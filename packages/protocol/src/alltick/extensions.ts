/**
 * What AllTick says it does not have, as commands of tickwire's own: bars and tickers pushed, the past over the socket, search,
 * and one's own subscriptions. Their numbers lie outside the vendor's block (22000 to 22999), so they never meet one of its.
 * Envelope, errors, replace semantics and the reply's `cmd_id` (one more) are those of alltick.md 2 and 3.
 */
import type { Period } from "../model/kline.ts";
import type { EpochMs } from "../model/ticks.ts";
import { MAX_KLINES } from "./http-limits.ts";
import { klineTypeOf, periodOfKlineType } from "./klines.ts";
import { isNumeric, toMillis, toNumber, toObject, type JsonObject } from "./scalars.ts";
import { readSymbols } from "./symbols.ts";

/** The `cmd_id` of each extension. Numbers once given are never given again. */
export const ALLTICK_EXTENSIONS = {
  subscribeKline: 32000,
  subscribeTicker: 32002,
  cancel: 32004,
  listSubscriptions: 32006,
  search: 32008,
  tradeHistory: 32010,
  klineHistory: 32012,
  klinePush: 32998,
  tickerPush: 32999,
} as const;

/** Most trades of one page; more are not given. */
export const MAX_HISTORY_TRADES = 1_000;
/** Most instruments of one search; more are not given. */
export const MAX_FOUND = 100;
const DEFAULT_HISTORY_TRADES = 500;
const DEFAULT_FOUND = 20;
/** Longest text to search for, in characters. */
const MAX_QUERY_CHARS = 64;

/** What 32004 clears: 0 both, 1 bars, 2 tickers. */
export type ExtensionCancelType = 0 | 1 | 2;

/** One entry of a subscription to bars. */
export interface KlineSymbol {
  readonly code: string;
  readonly period: Period;
}

/** Where a page of trades begins: after this one. */
export interface TradeCursor {
  readonly time: EpochMs;
  readonly seq: number;
}

/** What a client of tickwire can ask besides the vendor's requests. */
export type ExtensionRequest =
  | { readonly kind: "subscribe-kline"; readonly symbols: readonly KlineSymbol[] }
  | { readonly kind: "subscribe-ticker"; readonly codes: readonly string[] }
  | { readonly kind: "cancel-extension"; readonly cancelType: ExtensionCancelType }
  | { readonly kind: "list-subscriptions" }
  | { readonly kind: "search"; readonly query: string; readonly limit: number }
  | TradeHistoryRequest
  | KlineHistoryRequest;

/** A page of the trades with `from <= time < to`. `to` is Infinity where the range has no end. */
export interface TradeHistoryRequest {
  readonly kind: "trade-history";
  readonly code: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly limit: number;
  readonly after?: TradeCursor;
}

/** The newest `limit` bars that begin before or at `end`; Infinity is now. */
export interface KlineHistoryRequest {
  readonly kind: "kline-history";
  readonly code: string;
  readonly period: Period;
  readonly end: EpochMs;
  readonly limit: number;
}

/** The cursor's text; the empty text stands for none. */
export function encodeCursor(cursor: TradeCursor | undefined): string {
  return cursor === undefined ? "" : `${cursor.time}.${cursor.seq}`;
}

/** The cursor of a text, undefined for one that {@link encodeCursor} did not write. */
export function decodeCursor(text: string): TradeCursor | undefined {
  const [, time, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  return time === undefined ? undefined : { time: Number(time), seq: Number(seq) };
}

/** The command and `data` of a request, as a client sends them. */
export function toWireExtension(request: ExtensionRequest): readonly [command: number, data: object] {
  switch (request.kind) {
    case "subscribe-kline": {
      const symbol_list = request.symbols.map(({ code, period }) => ({ code, kline_type: klineTypeOf(period) }));
      return [ALLTICK_EXTENSIONS.subscribeKline, { symbol_list }];
    }
    case "subscribe-ticker":
      return [ALLTICK_EXTENSIONS.subscribeTicker, { symbol_list: request.codes.map((code) => ({ code })) }];
    case "cancel-extension":
      return [ALLTICK_EXTENSIONS.cancel, { cancel_type: request.cancelType }];
    case "list-subscriptions":
      return [ALLTICK_EXTENSIONS.listSubscriptions, {}];
    case "search":
      return [ALLTICK_EXTENSIONS.search, { query: request.query, limit: request.limit }];
    case "trade-history": {
      const { code, from, to, limit, after } = request;
      const range = { from_ms: from, to_ms: Number.isFinite(to) ? to : 0 };
      return [ALLTICK_EXTENSIONS.tradeHistory, { code, ...range, limit, cursor: encodeCursor(after) }];
    }
    case "kline-history": {
      const { code, period, end, limit } = request;
      const kline_timestamp_end = Number.isFinite(end) ? Math.floor(end / 1_000) : 0;
      const data = { code, kline_type: klineTypeOf(period), kline_timestamp_end, query_kline_num: limit };
      return [ALLTICK_EXTENSIONS.klineHistory, data];
    }
  }
}

/** Reads the `data` of an extension; undefined when it cannot be. */
export const EXTENSION_READERS: ReadonlyMap<number, (data: unknown) => ExtensionRequest | undefined> = new Map<
  number,
  (data: unknown) => ExtensionRequest | undefined
>([
  [ALLTICK_EXTENSIONS.subscribeKline, readKlines],
  [ALLTICK_EXTENSIONS.subscribeTicker, readTickers],
  [ALLTICK_EXTENSIONS.cancel, readCancel],
  [ALLTICK_EXTENSIONS.listSubscriptions, () => ({ kind: "list-subscriptions" })],
  [ALLTICK_EXTENSIONS.search, readSearch],
  [ALLTICK_EXTENSIONS.tradeHistory, readTradeHistory],
  [ALLTICK_EXTENSIONS.klineHistory, readKlineHistory],
]);

/** `kline_type` is one or a list of them, for an entry or, beside `symbol_list`, for every entry without its own. */
function readKlines(data: unknown): ExtensionRequest | undefined {
  const common = toObject(data)?.["kline_type"];
  const entries = readSymbols(data, (code, entry) =>
    readPeriods(entry["kline_type"] ?? common)?.map((period): KlineSymbol => ({ code, period })),
  );
  return entries && { kind: "subscribe-kline", symbols: entries.flat() };
}

function readPeriods(types: unknown): Period[] | undefined {
  const list: readonly unknown[] = Array.isArray(types) ? types : [types];
  const periods = list.map((type) => periodOfKlineType(toNumber(type)));
  return periods.length > 0 && periods.every((period) => period !== undefined) ? periods : undefined;
}

function readTickers(data: unknown): ExtensionRequest | undefined {
  const codes = readSymbols(data, (code) => code);
  return codes && { kind: "subscribe-ticker", codes };
}

function readCancel(data: unknown): ExtensionRequest | undefined {
  const cancelType = toNumber(toObject(data)?.["cancel_type"]);
  return cancelType === 0 || cancelType === 1 || cancelType === 2
    ? { kind: "cancel-extension", cancelType }
    : undefined;
}

function readSearch(data: unknown): ExtensionRequest | undefined {
  const fields = toObject(data);
  const query = fields?.["query"];
  if (fields === undefined || typeof query !== "string") return undefined;
  const limit = readCount(fields, "limit", DEFAULT_FOUND, MAX_FOUND);
  if (limit === undefined || query.trim() === "" || query.length > MAX_QUERY_CHARS) return undefined;
  return { kind: "search", query, limit };
}

function readTradeHistory(data: unknown): ExtensionRequest | undefined {
  const fields = toObject(data);
  const code = fields?.["code"];
  if (fields === undefined || typeof code !== "string") return undefined;
  const from = readTime(fields, "from_ms");
  const to = readTime(fields, "to_ms");
  const limit = readCount(fields, "limit", DEFAULT_HISTORY_TRADES, MAX_HISTORY_TRADES);
  const cursor = fields["cursor"] ?? "";
  if (from === undefined || to === undefined || limit === undefined || typeof cursor !== "string") return undefined;
  const range = { kind: "trade-history", code, from, to: to === 0 ? Infinity : to, limit } as const;
  if (cursor === "") return range;
  const after = decodeCursor(cursor);
  return after && { ...range, after };
}

function readKlineHistory(data: unknown): ExtensionRequest | undefined {
  const fields = toObject(data);
  const code = fields?.["code"];
  if (fields === undefined || typeof code !== "string") return undefined;
  const period = periodOfKlineType(toNumber(fields["kline_type"]));
  const end = readTime(fields, "kline_timestamp_end");
  const limit = readCount(fields, "query_kline_num", MAX_KLINES, MAX_KLINES);
  if (period === undefined || end === undefined || limit === undefined) return undefined;
  const endMs = end === 0 ? Infinity : toMillis(end);
  return { kind: "kline-history", code, period, end: endMs, limit };
}

/** A time that may be missing, null or empty: 0; undefined when it is no whole number from 0. */
function readTime(fields: JsonObject, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return 0;
  const time = toNumber(value);
  return Number.isSafeInteger(time) && time >= 0 ? time : undefined;
}

/** A count from 1, cut at `most`; `absent` where there is none. */
function readCount(fields: JsonObject, name: string, absent: number, most: number): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return absent;
  if (typeof value === "string" && !isNumeric(value)) return undefined;
  const count = toNumber(value);
  return Number.isInteger(count) && count >= 1 ? Math.min(count, most) : undefined;
}
