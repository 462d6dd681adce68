/** Requests in both directions: written strictly, read as leniently as real clients need (alltick.md 9). */
import { EXTENSION_READERS, toWireExtension } from "./extensions.ts";
import { MAX_SEQ_CHARS, MAX_TRACE_CHARS } from "./limits.ts";
import {
  ALLTICK_COMMANDS,
  type AllTickRequest,
  type CancelType,
  type DecodedRequest,
  type DepthSymbol,
  type RequestHeader,
} from "./messages.ts";
import { isNumeric, parseObject, toNumber, toObject } from "./scalars.ts";
import { readSymbols } from "./symbols.ts";

/** The text of a request, minified, in the documented types. */
export function encodeRequest(request: AllTickRequest, seqId: number, trace: string): string {
  const [cmd_id, data] = toWire(request);
  return JSON.stringify({ cmd_id, seq_id: seqId, trace, data });
}

function toWire(request: AllTickRequest): readonly [number, object] {
  switch (request.kind) {
    case "heartbeat":
      return [ALLTICK_COMMANDS.heartbeat, {}];
    case "subscribe-depth":
      return [ALLTICK_COMMANDS.subscribeDepth, { symbol_list: request.symbols.map(toWireSymbol) }];
    case "subscribe-trade":
      return [ALLTICK_COMMANDS.subscribeTrade, { symbol_list: request.codes.map((code) => ({ code })) }];
    case "cancel":
      return [ALLTICK_COMMANDS.cancel, { cancel_type: request.cancelType }];
    default:
      return toWireExtension(request);
  }
}

function toWireSymbol({ code, level }: DepthSymbol): object {
  return level === 0 ? { code } : { code, depth_level: level };
}

/**
 * Reads a request of any client; never throws, whatever the text. The header is at fault when the text is no JSON
 * object, `cmd_id` names no request, `seq_id` is not numeric or `trace` is no text of acceptable length; `seq_id` and
 * `trace` may be missing. The data of a heartbeat may be anything.
 */
export function decodeRequest(text: string): DecodedRequest {
  const frame = parseObject(text);
  if (frame === undefined) return { fault: "header" };
  const cmdId = toNumber(frame["cmd_id"]);
  const read = DATA_READERS.get(cmdId);
  const seqText = toSeqText(frame["seq_id"], text);
  const trace = frame["trace"] ?? "";
  if (read === undefined || seqText === undefined || typeof trace !== "string" || trace.length > MAX_TRACE_CHARS) {
    return { fault: "header" };
  }
  const header: RequestHeader = { cmdId, seqText, trace };
  const request = read(frame["data"]);
  return request === undefined ? { fault: "data", header } : { fault: "none", header, request };
}

/** The JSON text to echo for a `seq_id`, or undefined when it is not numeric or too long. Missing and null become 0. */
function toSeqText(seq: unknown, text: string): string | undefined {
  if (seq === undefined || seq === null) return "0";
  if (Number.isSafeInteger(seq)) return String(seq);
  let seqText: string | undefined;
  if (typeof seq === "number") seqText = sourceOfSeq(text) ?? (Number.isFinite(seq) ? String(seq) : undefined);
  else if (typeof seq === "string" && isNumeric(seq)) seqText = `"${seq}"`;
  return seqText !== undefined && seqText.length <= MAX_SEQ_CHARS ? seqText : undefined;
}

/** `JSON.parse` with the source text access that engines since 2025 have; `context` is missing in older ones. */
type Reviver = (this: object, key: string, value: unknown, context?: { readonly source?: string }) => unknown;
const parseWithSource: (text: string, reviver: Reviver) => unknown = JSON.parse;

/** The digits of the top-level `seq_id` as they stand in `text`: a double would lose those past 2^53. */
function sourceOfSeq(text: string): string | undefined {
  const sources = new Map<unknown, string | undefined>();
  try {
    const root = parseWithSource(text, function (key, value, context) {
      if (key === "seq_id") sources.set(this, context?.source);
      return value;
    });
    return sources.get(root);
  } catch {
    return undefined; // nested too deeply for a reviver
  }
}

/** Reads the `data` of one command; undefined when it cannot be. */
type DataReader = (data: unknown) => AllTickRequest | undefined;

const DATA_READERS: ReadonlyMap<number, DataReader> = new Map<number, DataReader>([
  [ALLTICK_COMMANDS.heartbeat, () => ({ kind: "heartbeat" })],
  [ALLTICK_COMMANDS.subscribeDepth, readDepth],
  [ALLTICK_COMMANDS.subscribeTrade, readTrades],
  [ALLTICK_COMMANDS.cancel, readCancel],
  ...EXTENSION_READERS,
]);

function readDepth(data: unknown): AllTickRequest | undefined {
  const symbols = readSymbols(data, (code, entry): DepthSymbol | undefined => {
    const level = toNumber(entry["depth_level"] ?? 0);
    return Number.isInteger(level) && level >= 0 ? { code, level } : undefined;
  });
  return symbols && { kind: "subscribe-depth", symbols };
}

/** A `depth_level` that strayed into a trade subscription is not looked at (alltick.md 9.3). */
function readTrades(data: unknown): AllTickRequest | undefined {
  const codes = readSymbols(data, (code) => code);
  return codes && { kind: "subscribe-trade", codes };
}

function readCancel(data: unknown): AllTickRequest | undefined {
  const type = toNumber(toObject(data)?.["cancel_type"]);
  return isCancelType(type) ? { kind: "cancel", cancelType: type } : undefined;
}

function isCancelType(type: number): type is CancelType {
  return type === 0 || type === 1 || type === 2 || type === 3;
}
