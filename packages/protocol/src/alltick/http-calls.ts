/** The calls of AllTick's HTTP service, and what each is asked with (alltick.md 1, 5): paths and shapes of requests. */
import type { AllTickEndpoint } from "./codes.ts";
import { MAX_BATCH_KLINES, MAX_KLINES } from "./http-limits.ts";
import { MAX_CODE_CHARS } from "./limits.ts";
import { toMillis } from "./scalars.ts";
import { list, record, text, whole, type Read, type Shape } from "./schema.ts";

/** Path before the calls of each endpoint (alltick.md 1). */
export const ALLTICK_HTTP_PATHS: Readonly<Record<AllTickEndpoint, string>> = {
  stock: "/quote-stock-b-api",
  general: "/quote-b-api",
};

/** Path before the suspension lists. */
export const SUSPENSION_PATH = "/api/suspension";

/** Longest text of an instrument search that is taken, in characters. */
const MAX_QUERY_CHARS = 64;
/** A list may be longer than any plan, as it is cut; not so long that reading it costs. */
const LIST_LENGTH = { min: 1, max: 5_000 };
/** Most instruments on one page. */
const MAX_PAGE_SIZE = 500;

const code = text("Code, case-sensitive", { maxLength: MAX_CODE_CHARS, example: "BTCUSDT" });

/** One question for bars. */
const klineQuery = record("KlineQuery", "Which bars: the newest up to a moment.", {
  code,
  kline_type: whole("1: 1m, 2: 5m, 3: 15m, 4: 30m, 5: 1h, 6: 2h, 7: 4h, 8: day, 9: week, 10: month", {
    values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    example: 1,
  }),
  kline_timestamp_end: whole("Newest bar that is wanted may begin here, unix seconds; 0: the newest there is", {
    fallback: 0,
    min: 0,
  }),
  query_kline_num: whole(`How many bars; kline gives ${MAX_KLINES}, batch-kline ${MAX_BATCH_KLINES} at most`, {
    min: 1,
    example: 2,
  }),
  adjust_type: whole("Price adjustment of stocks; there is none but 0", { fallback: 0, values: [0] }),
});

const symbolList = record("SymbolQuery", "Which instruments.", {
  symbol_list: list("Instruments", record("SymbolCode", "An instrument.", { code }), LIST_LENGTH),
});

/** What `data` of each call's request is. The last two calls are tickwire's own. */
export const HTTP_DATA = {
  kline: klineQuery,
  "batch-kline": record("BatchKlineQuery", "Several questions for bars at once.", {
    data_list: list("Groups, each a code with a kline_type", klineQuery, LIST_LENGTH),
  }),
  "trade-tick": symbolList,
  "depth-tick": symbolList,
  static_info: symbolList,
  ticker: symbolList,
  instruments: record("InstrumentQuery", "Which instruments: all that fit every condition.", {
    q: text("Code, name, or pinyin initials of the name, whole or in part; empty: any", {
      fallback: "",
      maxLength: MAX_QUERY_CHARS,
      example: "lwg",
    }),
    kind: text("future, stock, index, forex, metal, energy, commodity, crypto, cfd-index; empty: any", {
      fallback: "",
    }),
    exchange: text("Exchange such as SHFE or NASDAQ; empty: any", { fallback: "" }),
    page: whole("Page, from 1", { fallback: 1, min: 1, max: 1_000_000 }),
    size: whole("Instruments on a page", { fallback: 100, min: 1, max: MAX_PAGE_SIZE }),
  }),
} as const satisfies Readonly<Record<string, Shape<unknown>>>;

/** A call. */
export type HttpCall = keyof typeof HTTP_DATA;

/** What each call is asked with. */
export type HttpData = { readonly [C in HttpCall]: Read<(typeof HTTP_DATA)[C]> };

/** One question for bars. */
export type KlineQuery = HttpData["kline"];

/** Whether there is a call of that name; `static_info` is a call of the stock endpoint alone (alltick.md 5.3). */
export function isHttpCall(endpoint: AllTickEndpoint, name: string): name is HttpCall {
  return Object.hasOwn(HTTP_DATA, name) && (name !== "static_info" || endpoint === "stock");
}

/** The moment up to which bars are asked for, in milliseconds; `Infinity` for the newest. Milliseconds are recognised. */
export function klineEnd({ kline_timestamp_end: end }: KlineQuery): number {
  return end === 0 ? Infinity : toMillis(end);
}
