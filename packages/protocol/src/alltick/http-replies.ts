/** HTTP answers as the client reads them, of any age of the service and whatever their HTTP status (alltick.md 6, 11). */
import { ALLTICK_ERRORS } from "../errors.ts";
import type { Kline, Period } from "../model/kline.ts";
import type { Listing } from "../model/listing.ts";
import type { Ticker } from "../model/ticker.ts";
import type { Book, Trade } from "../model/ticks.ts";
import { readKline, readTickerPush } from "./extension-frames.ts";
import { periodOfKlineType } from "./klines.ts";
import { ALLTICK_OK } from "./messages.ts";
import { parseObject, toNumber, toObject, type JsonObject } from "./scalars.ts";
import { readBook, readTrade } from "./tick-readers.ts";

/** What a client got: data, or why not. */
export type HttpReply =
  | { readonly ok: true; readonly trace: string; readonly data: JsonObject }
  | { readonly ok: false; readonly ret: number; readonly msg: string; readonly trace: string };

/** The bars of one question, ascending. */
export interface KlineReply {
  readonly code: string;
  readonly period: Period;
  readonly bars: readonly Kline[];
}

/**
 * Reads the envelope of an answer; never throws. The body decides; a body without `ret` is judged by the HTTP status and by
 * `error_msg` (429 of the vendor's gateway).
 */
export function decodeHttpReply(status: number, body: string): HttpReply {
  const frame = parseObject(body) ?? {};
  const ret = toNumber(frame["ret"] ?? (frame["error_msg"] === undefined ? status : ALLTICK_ERRORS.rateLimit.ret));
  const data = toObject(frame["data"]);
  const trace = toText(frame["trace"]);
  if (ret === ALLTICK_OK && data !== undefined) return { ok: true, trace, data };
  const msg = toText(frame["msg"] ?? frame["error_msg"]) || `HTTP status ${status}`;
  return { ok: false, ret: ret === ALLTICK_OK ? status : ret, msg, trace };
}

/** The bars in `data` of kline; undefined when they cannot be read. */
export function decodeKlines(data: JsonObject): KlineReply | undefined {
  return readGroup(data, data["kline_list"]);
}

/** The groups in `data` of batch-kline, those that can be read. */
export function decodeBatchKlines(data: JsonObject): KlineReply[] {
  return elements(data["kline_list"]).flatMap((group) => readGroup(group, group["kline_data"]) ?? []);
}

/** The trades in `data` of trade-tick. */
export function decodeTradeTicks(data: JsonObject): Trade[] {
  return elements(data["tick_list"]).flatMap((tick) => readTrade(tick) ?? []);
}

/** The books in `data` of depth-tick; zero-filled levels are left out. */
export function decodeDepthTicks(data: JsonObject): Book[] {
  return elements(data["tick_list"]).flatMap((tick) => readBook(tick) ?? []);
}

/** The tickers in `data` of ticker. The instruments in `data` of instruments are read by `readFoundInstruments`. */
export function decodeTickers(data: JsonObject): Ticker[] {
  return elements(data["ticker_list"]).flatMap((ticker) => readTickerPush(ticker) ?? []);
}

/** The listings in `data` of static_info. */
export function decodeStaticInfo(data: JsonObject): Listing[] {
  return elements(data["static_info_list"]).map((info) => ({
    id: toText(info["symbol"]),
    nameCn: toText(info["name_cn"]),
    nameEn: toText(info["name_en"]),
    nameHk: toText(info["name_hk"]),
    exchange: toText(info["exchange"]),
    board: toText(info["board"]),
    currency: toText(info["currency"]),
    lotSize: toText(info["lot_size"]),
    totalShares: toText(info["total_shares"]),
    circulatingShares: toText(info["circulating_shares"]),
    hkShares: toText(info["hk_shares"]),
    eps: toText(info["eps"]),
    epsTtm: toText(info["eps_ttm"]),
    bps: toText(info["bps"]),
    dividendYield: toText(info["dividend_yield"]),
  }));
}

/** Sorted, because one client's author met a service that was not. Only the last bar can be forming, and may be. */
function readGroup(group: JsonObject, list: unknown): KlineReply | undefined {
  const code = toText(group["code"]);
  const period = periodOfKlineType(toNumber(group["kline_type"]));
  if (code === "" || period === undefined) return undefined;
  const bars = elements(list).flatMap((bar) => readKline(code, period, bar) ?? []);
  return { code, period, bars: bars.toSorted((a, b) => a.time - b.time).map(closeAllButLast) };
}

function closeAllButLast(bar: Kline, index: number, bars: readonly Kline[]): Kline {
  return index < bars.length - 1 ? { ...bar, closed: true } : bar;
}

function elements(list: unknown): JsonObject[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.map(toObject).filter((item) => item !== undefined);
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
