/** HTTP requests in both directions: written strictly, read as leniently as real clients need (alltick.md 5, 9.9). */
import { ALLTICK_ERRORS, type AllTickError } from "../errors.ts";
import type { AllTickEndpoint } from "./codes.ts";
import { ALLTICK_HTTP_PATHS, HTTP_DATA, type HttpCall, type HttpData } from "./http-calls.ts";
import { MAX_TRACE_CHARS } from "./limits.ts";
import { parseObject, type JsonObject } from "./scalars.ts";
import type { Shape } from "./schema.ts";

/** The parts of an HTTP request that can hold the JSON. */
export interface HttpInput {
  /** Whether the method is POST. */
  readonly post: boolean;
  /** The parameter `query`, decoded; empty where there is none. */
  readonly query: string;
  readonly body: string;
}

/** A request as the server read it. */
export type DecodedHttp<C extends HttpCall> =
  | { readonly fault: "none"; readonly trace: string; readonly data: HttpData[C] }
  | { readonly fault: AllTickError; readonly trace: string };

/** A request as the client sends it: path with query, and a body where it is a POST. */
export interface EncodedHttp {
  readonly method: "GET" | "POST";
  /** From the path on, percent-encoded; holds the token. */
  readonly target: string;
  readonly body: string | undefined;
}

/** Writes a request in the documented form: `batch-kline` as POST, everything else as GET. */
export function encodeHttpRequest<C extends HttpCall>(
  endpoint: AllTickEndpoint,
  call: C,
  data: HttpData[C],
  token: string,
  trace: string,
): EncodedHttp {
  const json = JSON.stringify({ trace, data });
  const target = `${ALLTICK_HTTP_PATHS[endpoint]}/${call}?token=${encodeURIComponent(token)}`;
  if (call === "batch-kline") return { method: "POST", target, body: json };
  return { method: "GET", target: `${target}&query=${encodeURIComponent(json)}`, body: undefined };
}

/**
 * Reads a request; never throws. The JSON may stand in `query` or in the body, whatever the method. It is 402 when there
 * is none or it cannot be decoded, 601 for an empty POST, 400 for a header or data that does not have its shape.
 */
export function decodeHttpRequest<C extends HttpCall>(call: C, { post, query, body }: HttpInput): DecodedHttp<C> {
  const inQuery = query.trim() !== "";
  if (!inQuery && body.trim() === "") {
    return { fault: post ? ALLTICK_ERRORS.bodyEmpty : ALLTICK_ERRORS.queryInvalid, trace: "" };
  }
  const frame = parseLoosely(inQuery ? query : body);
  if (frame === undefined) {
    return { fault: inQuery ? ALLTICK_ERRORS.queryInvalid : ALLTICK_ERRORS.httpHeaderInvalid, trace: "" };
  }
  const trace = frame["trace"] ?? "";
  if (typeof trace !== "string" || trace.length > MAX_TRACE_CHARS || frame["data"] === undefined) {
    return { fault: ALLTICK_ERRORS.httpHeaderInvalid, trace: "" };
  }
  const shape: Shape<unknown> = HTTP_DATA[call];
  const data = shape.read(frame["data"]) as HttpData[C] | undefined;
  return data === undefined ? { fault: ALLTICK_ERRORS.dataInvalid, trace } : { fault: "none", trace, data };
}

/** JSON, or what Python prints for a dictionary: the same with single quotes (alltick.md 9.2, 9.9). */
function parseLoosely(source: string): JsonObject | undefined {
  const frame = parseObject(source);
  if (frame !== undefined || source.includes('"')) return frame;
  return parseObject(source.replaceAll("'", '"'));
}
