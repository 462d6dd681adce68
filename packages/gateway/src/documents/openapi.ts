/** The HTTP service as an OpenAPI 3.1 document, made from the shapes that requests are read with. */
import {
  ALLTICK_HTTP_PATHS,
  encodeBatchKlines,
  encodeDepthTicks,
  encodeHttpError,
  encodeHttpOk,
  encodeInstruments,
  encodeKlines,
  encodeRateRefusal,
  encodeStaticInfo,
  encodeSuspensions,
  encodeTickers,
  encodeTokenRefusal,
  encodeTradeTicks,
  HTTP_DATA,
  HTTP_RESULTS,
  isHttpCall,
  SUSPENSION_EXCHANGES,
  SUSPENSION_ITEMS,
  SUSPENSION_PATH,
  type HttpCall,
  type HttpData,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import { listingOf, securities } from "@tickwire/protocol/catalog";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import { SAMPLE_BOOK, SAMPLE_COIN, SAMPLE_FUTURE, SAMPLE_KLINE, SAMPLE_SNAPSHOT, SAMPLE_TRADE } from "./samples.ts";
import { SchemaBook, type Json, type JsonObject } from "./schemas.ts";

const TRACE = "3baaa938-f92c-4a74-a228-fd49d5e2f8bc";
const COIN = { code: SAMPLE_COIN.id, instrument: SAMPLE_COIN };
const KLINES = { ...COIN, period: SAMPLE_KLINE.period, bars: [SAMPLE_KLINE] };
const HK_STOCK = securities().find(({ id }) => id === "700.HK")!;
const QUERY = { code: COIN.code, kline_type: 1, kline_timestamp_end: 0, query_kline_num: 2, adjust_type: 0 };

interface CallText {
  readonly summary: string;
  readonly data: Json;
  /** `data` of the answer, as the codec writes it. */
  readonly result: string;
}

const CALLS: { readonly [C in HttpCall]: CallText & { readonly data: HttpData[C] & Json } } = {
  kline: { summary: "Bars of one instrument", data: QUERY, result: encodeKlines(KLINES, "exchange") },
  "batch-kline": {
    summary: "The newest bars of several instruments",
    data: { data_list: [QUERY] },
    result: encodeBatchKlines([KLINES], "exchange"),
  },
  "trade-tick": {
    summary: "Last trades",
    data: { symbol_list: [{ code: COIN.code }] },
    result: encodeTradeTicks([{ ...COIN, event: SAMPLE_TRADE }]),
  },
  "depth-tick": {
    summary: "Books",
    data: { symbol_list: [{ code: COIN.code }] },
    result: encodeDepthTicks([{ ...COIN, event: SAMPLE_BOOK }]),
  },
  static_info: {
    summary: "Facts of listings",
    data: { symbol_list: [{ code: HK_STOCK.id }] },
    result: encodeStaticInfo([{ code: HK_STOCK.id, listing: listingOf(HK_STOCK)! }]),
  },
  ticker: {
    summary: "Days so far, with change (tickwire's own)",
    data: { symbol_list: [{ code: SAMPLE_FUTURE.id }] },
    result: encodeTickers([{ code: SAMPLE_FUTURE.id, instrument: SAMPLE_FUTURE, event: SAMPLE_SNAPSHOT }]),
  },
  instruments: {
    summary: "Instruments, listed or searched (tickwire's own)",
    data: { q: "", kind: "future", exchange: "SHFE", page: 1, size: 1 },
    result: encodeInstruments([SAMPLE_FUTURE], 1),
  },
};

/** Makes the document; `version` is the gateway's. */
export function makeOpenApi(version: string): JsonObject {
  const book = new SchemaBook();
  const paths: Record<string, Json> = {};
  for (const endpoint of ["stock", "general"] as const) {
    for (const call of Object.keys(CALLS) as HttpCall[]) {
      if (isHttpCall(endpoint, call)) paths[`${ALLTICK_HTTP_PATHS[endpoint]}/${call}`] = pathOf(book, call, endpoint);
    }
  }
  for (const exchange of SUSPENSION_EXCHANGES) paths[`${SUSPENSION_PATH}/${exchange}`] = suspensionPath(book, exchange);
  return {
    openapi: "3.1.0",
    info: {
      title: "tickwire: AllTick over HTTP",
      version,
      description:
        "The AllTick HTTP service as tickwire gives it. Requests are JSON, percent-encoded in `query`, or the body of a POST.",
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: book.schemas,
      securitySchemes: { token: { type: "apiKey", in: "query", name: "token" } },
      responses: {
        Invalid: answer("Bad JSON header or data", book, encodeHttpError(ALLTICK_ERRORS.dataInvalid, TRACE)),
        Unauthorized: answer("No token, or an unknown one", book, encodeTokenRefusal(ALLTICK_ERRORS.tokenInvalid)),
        QueryInvalid: answer("No readable `query`", book, encodeHttpError(ALLTICK_ERRORS.queryInvalid, "")),
        TooMany: answer("Too many requests", book, encodeRateRefusal(ALLTICK_ERRORS.rateLimit)),
      },
    },
  };
}

function pathOf(book: SchemaBook, call: HttpCall, endpoint: string): JsonObject {
  const { summary, data, result } = CALLS[call];
  const request = {
    schema: {
      type: "object",
      properties: { trace: { type: "string", description: "Comes back" }, data: book.refer(HTTP_DATA[call].json) },
      required: ["data"],
    },
    example: { trace: TRACE, data },
  };
  const post = call === "batch-kline";
  const operation: JsonObject = {
    operationId: `${endpoint}-${call}`,
    summary,
    ...(post
      ? { requestBody: { required: true, content: { "application/json": request } } }
      : { parameters: [{ name: "query", in: "query", required: true, content: { "application/json": request } }] }),
    responses: {
      "200": {
        description: "`ret` 200 and data; or `ret` 6xx and an empty object",
        content: {
          "application/json": {
            schema: envelope(book.refer(HTTP_RESULTS[call].json)),
            example: JSON.parse(encodeHttpOk(TRACE, result)) as Json,
          },
        },
      },
      "400": { $ref: "#/components/responses/Invalid" },
      "401": { $ref: "#/components/responses/Unauthorized" },
      "402": { $ref: "#/components/responses/QueryInvalid" },
      "429": { $ref: "#/components/responses/TooMany" },
    },
  };
  return { [post ? "post" : "get"]: operation };
}

/** `data` is empty where `ret` is not 200. */
function envelope(data: JsonObject): JsonObject {
  return {
    type: "object",
    properties: {
      ret: { type: "integer" },
      msg: { type: "string" },
      trace: { type: "string" },
      data: { anyOf: [data, { type: "object", maxProperties: 0 }] },
    },
    required: ["ret", "msg", "trace", "data"],
  };
}

function answer(description: string, book: SchemaBook, example: string): JsonObject {
  const schema = book.refer({
    title: "Error",
    type: "object",
    properties: {
      ret: { type: "integer" },
      msg: { type: "string" },
      error_msg: { type: "string" },
      trace: { type: "string" },
      data: { type: "object" },
    },
    required: ["ret", "msg"],
  });
  return { description, content: { "application/json": { schema, example: JSON.parse(example) as Json } } };
}

function suspensionPath(book: SchemaBook, exchange: SuspensionExchange): JsonObject {
  const item = book.refer(SUSPENSION_ITEMS[exchange].json);
  const halt = { symbol: "600416", symbolName: "湘电股份", publishDate: "2026-08-04 18:30:00" };
  const page = { page: "1", size: "10" };
  const whole = { type: "integer" };
  const example = encodeSuspensions(exchange, [halt], page, "2026-08-05T10:15:00");
  return {
    get: {
      operationId: `suspension-${exchange}`,
      summary: "Halts, newest first",
      parameters: ["page", "size"].map((name) => ({ name, in: "query", schema: { type: "integer", minimum: 1 } })),
      responses: {
        "200": {
          description: "The list, or a page of it",
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: {
                  success: { const: true },
                  timestamp: { type: "string" },
                  totalCount: whole,
                  totalPages: whole,
                  currentPage: whole,
                  currentSize: whole,
                  data: { type: "array", items: item },
                },
                required: ["success", "timestamp", "totalCount", "data"],
              },
              example: JSON.parse(example) as Json,
            },
          },
        },
        "401": { $ref: "#/components/responses/Unauthorized" },
        "429": { $ref: "#/components/responses/TooMany" },
      },
    },
  };
}
