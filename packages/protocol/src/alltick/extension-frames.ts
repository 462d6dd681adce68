/** The pushes and replies of the extensions as a client reads them: figures that were left out are NaN. None of it throws. */
import { PERIODS, type Kline, type Period } from "../model/kline.ts";
import type { Ticker } from "../model/ticker.ts";
import type { Trade } from "../model/ticks.ts";
import { decodeCursor, type KlineSymbol, type TradeCursor } from "./extensions.ts";
import { toNumber, toObject, type JsonObject } from "./scalars.ts";
import { readTrade } from "./tick-readers.ts";
import type { WireInstrument } from "./tickers.ts";

/** A page of the past, as a client reads it. */
export interface FoundTrades {
  /** Ascending by time. */
  readonly trades: readonly Trade[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: TradeCursor | undefined;
}

/** What a connection is subscribed to. */
export interface SubscriptionList {
  readonly trades: readonly string[];
  /** `level` is what was asked for; 0: all. */
  readonly books: readonly { readonly code: string; readonly level: number }[];
  readonly klines: readonly KlineSymbol[];
  readonly tickers: readonly string[];
}

/** The `data` of push 32998; undefined when it cannot be read. */
export function readKlinePush(data: JsonObject): Kline | undefined {
  const { code } = data;
  const period = PERIODS[toNumber(data["kline_type"]) - 1];
  return typeof code === "string" && period !== undefined ? readKline(code, period, data) : undefined;
}

/** The `data` of push 32999; undefined when it cannot be read. */
export function readTickerPush(data: JsonObject): Ticker | undefined {
  const { code, trading_day: tradingDay } = data;
  const time = toNumber(data["tick_time"]);
  if (typeof code !== "string" || Number.isNaN(time)) return undefined;
  const figure = (name: string): number => toNumber(data[name]);
  return {
    id: code,
    time,
    tradingDay: typeof tradingDay === "string" ? tradingDay : "",
    last: figure("last_price"),
    base: figure("base_price"),
    change: figure("change"),
    changePercent: figure("change_percent"),
    open: figure("open_price"),
    high: figure("high_price"),
    low: figure("low_price"),
    volume: figure("volume"),
    turnover: figure("turnover"),
    openInterest: figure("open_interest"),
    bid: figure("bid_price"),
    bidVolume: figure("bid_volume"),
    ask: figure("ask_price"),
    askVolume: figure("ask_volume"),
  };
}

/** The bars of a reply 32013; those that cannot be read are left out. */
export function readKlineHistory(data: JsonObject): Kline[] {
  const { code } = data;
  const period = PERIODS[toNumber(data["kline_type"]) - 1];
  if (typeof code !== "string" || period === undefined) return [];
  return readList(data["kline_list"], (item) => readKline(code, period, item));
}

/** The page of a reply 32011; trades that cannot be read are left out. */
export function readTradeHistory(data: JsonObject): FoundTrades {
  const cursor = data["next_cursor"];
  return {
    trades: readList(data["tick_list"], readTrade),
    next: decodeCursor(typeof cursor === "string" ? cursor : ""),
  };
}

/** The instruments of a reply 32009, as they are on the wire. */
export function readFoundInstruments(data: JsonObject): WireInstrument[] {
  return readList(data["instrument_list"], (item) =>
    typeof item["code"] === "string" ? (item as unknown as WireInstrument) : undefined,
  );
}

/** The lists of a reply 32007. */
export function readSubscriptionList(data: JsonObject): SubscriptionList {
  return {
    trades: readList(data["trade_list"], codeOf),
    books: readList(data["depth_list"], (item) => {
      const code = codeOf(item);
      return code === undefined ? undefined : { code, level: toNumber(item["depth_level"]) || 0 };
    }),
    klines: readList(data["kline_list"], (item): KlineSymbol | undefined => {
      const code = codeOf(item);
      const period = PERIODS[toNumber(item["kline_type"]) - 1];
      return code === undefined || period === undefined ? undefined : { code, period };
    }),
    tickers: readList(data["ticker_list"], codeOf),
  };
}

/** A bar of either wire; undefined when it has no time. HTTP has no flags: nothing is closed, revised or missing there. */
export function readKline(id: string, period: Period, data: JsonObject): Kline | undefined {
  const time = toNumber(data["timestamp"]) * 1_000;
  if (Number.isNaN(time)) return undefined;
  return {
    id,
    period,
    time,
    open: toNumber(data["open_price"]),
    high: toNumber(data["high_price"]),
    low: toNumber(data["low_price"]),
    close: toNumber(data["close_price"]),
    volume: toNumber(data["volume"]),
    turnover: toNumber(data["turnover"]),
    openInterest: toNumber(data["open_interest"]),
    closed: toNumber(data["closed"]) === 1,
    revised: toNumber(data["revised"]) === 1,
    gap: toNumber(data["gap"]) === 1,
  };
}

function codeOf({ code }: JsonObject): string | undefined {
  return typeof code === "string" ? code : undefined;
}

function readList<T>(list: unknown, read: (item: JsonObject) => T | undefined): T[] {
  if (!Array.isArray(list)) return [];
  const items: T[] = [];
  for (const item of list as readonly unknown[]) {
    const object = toObject(item);
    const value = object === undefined ? undefined : read(object);
    if (value !== undefined) items.push(value);
  }
  return items;
}
