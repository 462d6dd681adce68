/** The messages of AllTick's WebSocket, each with an example that the codec wrote. */
import {
  encodeError,
  encodeOk,
  encodeRequest,
  encodeTradePage,
  klineTypeOf,
  makeBookEncoder,
  makeKlineEncoder,
  makeTickerEncoder,
  makeTradeEncoder,
  toWireInstrument,
  toWireLiveKline,
  type AllTickRequest,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import {
  SAMPLE_BOOK,
  SAMPLE_COIN,
  SAMPLE_FUTURE,
  SAMPLE_KLINE,
  SAMPLE_SNAPSHOT,
  SAMPLE_TIME,
  SAMPLE_TRADE,
} from "./samples.ts";
import type { MessageText } from "./schemas.ts";

const { id: CODE } = SAMPLE_COIN;
const TRACE = "3baaa938-f92c-4a74-a228-fd49d5e2f8bc";
const HOUR = 3_600_000;

/** Each request with what it is for and, where its reply holds data, an example of that. */
const COMMANDS: { readonly [K in AllTickRequest["kind"]]: Command<K> } = {
  heartbeat: { summary: "22000: heartbeat, every 10 seconds", request: {} },
  "subscribe-depth": {
    summary: "22002: replace the list of books",
    request: { symbols: [{ code: CODE, level: 5 }] },
  },
  "subscribe-trade": { summary: "22004: replace the list of trades", request: { codes: [CODE] } },
  cancel: { summary: "22006: 0 everything, 1 books, 2 trades", request: { cancelType: 0 } },
  "subscribe-kline": {
    summary: "32000, tickwire's own: replace the list of bars",
    request: { symbols: [{ code: CODE, period: "1m" }] },
  },
  "subscribe-ticker": {
    summary: "32002, tickwire's own: replace the list of tickers",
    request: { codes: [SAMPLE_FUTURE.id] },
  },
  "cancel-extension": {
    summary: "32004, tickwire's own: 0 bars and tickers, 1 bars, 2 tickers",
    request: { cancelType: 0 },
  },
  "list-subscriptions": {
    summary: "32006, tickwire's own: what this connection is subscribed to",
    request: {},
    data: JSON.stringify({
      trade_list: [{ code: CODE }],
      depth_list: [{ code: CODE, depth_level: 5 }],
      kline_list: [{ code: CODE, kline_type: 1 }],
      ticker_list: [{ code: CODE }],
    }),
  },
  search: {
    summary: "32008, tickwire's own: find instruments by code, name or pinyin initials",
    request: { query: "lwg", limit: 20 },
    data: JSON.stringify({ instrument_list: [toWireInstrument(SAMPLE_FUTURE)] }),
  },
  "trade-history": {
    summary: "32010, tickwire's own: a page of trades",
    request: { code: CODE, from: SAMPLE_TIME - HOUR, to: SAMPLE_TIME, limit: 500 },
    data: encodeTradePage(CODE, [SAMPLE_TRADE], SAMPLE_TRADE, SAMPLE_COIN),
  },
  "kline-history": {
    summary: "32012, tickwire's own: bars",
    request: { code: CODE, period: "1m", end: SAMPLE_TIME, limit: 500 },
    data: JSON.stringify({
      code: CODE,
      kline_type: klineTypeOf(SAMPLE_KLINE.period),
      kline_list: [toWireLiveKline(SAMPLE_KLINE, SAMPLE_COIN)],
    }),
  },
};

interface Command<K extends AllTickRequest["kind"]> {
  readonly summary: string;
  readonly request: Omit<Extract<AllTickRequest, { readonly kind: K }>, "kind">;
  readonly data?: string;
}

const NAMED = Object.entries(COMMANDS).map(([kind, { summary, request, data }], index) => {
  const text = encodeRequest({ kind, ...request } as AllTickRequest, index + 1, TRACE);
  const { cmd_id: cmdId } = JSON.parse(text) as { cmd_id: number };
  const header = { cmdId, seqText: String(index + 1), trace: TRACE };
  return { kind, summary, text, reply: encodeOk(header, data), cmdId };
});

/** What a client sends. */
export const ALLTICK_REQUESTS: readonly MessageText[] = NAMED.map(({ kind, summary, text }) => ({
  name: kind,
  summary,
  example: text,
}));

/** What it is answered; any request may be answered with an error. */
export const ALLTICK_REPLIES: readonly MessageText[] = [
  ...NAMED.map(({ kind, cmdId, reply }) => ({
    name: `${kind}-reply`,
    summary: `${cmdId + 1}: reply to ${cmdId}; \`ret\` is 200 or an error's`,
    example: reply,
  })),
  {
    name: "header-error",
    summary: "Reply to what cannot be read",
    example: encodeError(ALLTICK_ERRORS.headerInvalid),
  },
];

/** What is pushed. */
export const ALLTICK_PUSHES: readonly MessageText[] = [
  { name: "trade", summary: "22998: a trade", example: makeTradeEncoder(CODE)(SAMPLE_TRADE, SAMPLE_COIN) },
  { name: "depth", summary: "22999: a book", example: makeBookEncoder(CODE, 0)(SAMPLE_BOOK, SAMPLE_COIN) },
  {
    name: "kline",
    summary: "32998, tickwire's own: a bar, forming or closed",
    example: makeKlineEncoder(CODE)(SAMPLE_KLINE, SAMPLE_COIN),
  },
  {
    name: "ticker",
    summary: "32999, tickwire's own: the day so far",
    example: makeTickerEncoder(SAMPLE_FUTURE.id)(SAMPLE_SNAPSHOT, SAMPLE_FUTURE),
  },
];
