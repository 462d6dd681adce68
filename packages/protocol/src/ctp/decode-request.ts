/** Client frames, decoded as the server needs them. */
import {
  isObject,
  type Family,
  type InstrumentFilter,
  type LoginRequest,
  type Request,
  type SubscriptionRequest,
} from "./messages.ts";
import { Malformed, quote } from "./malformed.ts";
import { readFields } from "./read-fields.ts";
import { REQUESTS, SUBSCRIPTIONS, type RequestSpec, type SubscriptionSpec } from "./requests.ts";
import { textIn, type Fields } from "./structs.ts";

/** InstrumentIDType of CTP holds 80 bytes (ctp.md d.11). */
export const MAX_INSTRUMENT_ID_BYTES = 80;
/** Frames of other protocols that lose their way here, by a key that only they have (ctp.md a.5 rule 1). */
const STRANGERS: readonly (readonly [key: string, detail: string])[] = [
  ["MessageType", "the field is named MsgType, not MessageType"],
  ["cmd_id", "MsgType: missing; this looks like an AllTick frame (cmd_id), which has its own path"],
  ["op", "MsgType: missing; this looks like the op/data protocol of tab1949/WebCTP (op), which is not served"],
  ["aid", "MsgType: missing; this looks like the DIFF protocol (aid), which is not served"],
  ["action", "MsgType: missing; this looks like the qaopenmdgateway protocol (action), which is not served"],
];

type Frame = Readonly<Record<string, unknown>>;

/**
 * Reads a client's frame. Never throws: what cannot be read comes back as `malformed`, with a `detail` that names the path
 * and what was expected there.
 */
export function decodeRequest(text: string): Request {
  let msgType = "";
  let requestId = 0;
  try {
    const frame = parseFrame(text);
    msgType = frame.MsgType;
    requestId = looseRequestId(frame);
    return readRequest(msgType, frame);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "malformed", msgType, requestId, family: undefined, detail: error.message };
  }
}

function parseFrame(text: string): Frame & { readonly MsgType: string } {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    throw new Malformed(text.trim() === "" ? "the frame is empty" : "the frame is not JSON");
  }
  if (!isObject(frame)) throw new Malformed("the frame is not a JSON object");
  if (hasMsgType(frame)) return frame;
  if (frame["MsgType"] !== undefined) throw new Malformed("MsgType: must be a string that is not empty");
  const stranger = STRANGERS.find(([key]) => Object.hasOwn(frame, key));
  throw new Malformed(stranger?.[1] ?? "MsgType: missing");
}

function hasMsgType(frame: Frame): frame is Frame & { readonly MsgType: string } {
  return typeof frame["MsgType"] === "string" && frame["MsgType"] !== "";
}

function readRequest(msgType: string, frame: Frame): Request {
  const subscription = SUBSCRIPTIONS.get(msgType);
  if (subscription !== undefined) return readSubscription(msgType, subscription, frame);
  const spec = REQUESTS.get(msgType);
  if (spec !== undefined) return readWithBody(spec, frame);
  const head = { msgType, requestId: looseRequestId(frame), family: undefined };
  if (msgType === "Ping" || msgType === "Pong") return { ...head, kind: msgType === "Ping" ? "ping" : "pong" };
  return { ...head, kind: "unknown" };
}

function readWithBody(spec: RequestSpec, frame: Frame): Request {
  const [key, body] = findBody(spec, frame);
  const requestId =
    readRequestId(frame["RequestID"], "RequestID") ?? readRequestId(body["RequestID"], `${key}.RequestID`);
  const head = { msgType: spec.request, requestId: requestId ?? 0, family: familyOf(spec, key) };
  if (spec.body === "ReqUserLogin") {
    return { ...head, kind: "login", ...readLogin(key, body), numbered: Number.isInteger(frame["RequestID"]) };
  }
  // Whoever could log in can log out: the length of a user's name is the gateway's affair.
  if (spec.body === "UserLogout") return { ...head, kind: "logout" };
  const fields = readFields(spec.body, key, body);
  if (spec.body === "QryInstrument") return { ...head, kind: "query-instrument", filter: toFilter(fields) };
  return { ...head, kind: "trading", spec, body: fields };
}

/** The body under the seed's key or the siblings'; a null body is an empty one, but never that of a login. */
function findBody(spec: RequestSpec, frame: Frame): readonly [key: string, body: Frame] {
  const key = frame[spec.request] === undefined && frame[spec.body] !== undefined ? spec.body : spec.request;
  const body = frame[key];
  if (body === null && spec.request !== "ReqUserLogin") return [key, {}];
  if (isObject(body)) return [key, body];
  const expected = spec.request === spec.body ? "" : ` (or ${spec.body})`;
  throw new Malformed(
    `${key}: ${body === undefined ? `missing; an object${expected} is required` : "must be an object"}`,
  );
}

/** Only where the two keys differ does the one that was used tell anything (ctp.md a.5 rules 2 to 4). */
function familyOf(spec: RequestSpec, key: string): Family {
  if (spec.request === spec.body) return undefined;
  return key === spec.request ? "seed" : "sibling";
}

function readLogin(key: string, body: Frame): Pick<LoginRequest, "user" | "password" | "brokerId"> {
  return {
    user: readLoginText(key, body, "UserID"),
    password: readLoginText(key, body, "Password"),
    brokerId: readLoginText(key, body, "BrokerID"),
  };
}

function toFilter(fields: Fields): InstrumentFilter {
  return {
    instrumentId: textIn(fields, "InstrumentID"),
    exchangeId: textIn(fields, "ExchangeID"),
    exchangeInstId: textIn(fields, "ExchangeInstID"),
    productId: textIn(fields, "ProductID"),
  };
}

/** A text of a login: of any length, as users' names are the gateway's; absent or null is empty (ctp.md a.6). */
function readLoginText(key: string, body: Frame, field: string): string {
  const value = body[field] ?? "";
  if (typeof value !== "string") throw new Malformed(`${key}.${field}: must be a string, not ${quote(value)}`);
  return value;
}

/** A RequestID, or undefined where there is none. */
function readRequestId(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw new Malformed(`${path}: must be an integer, not ${quote(value)}`);
  return value as number;
}

/** The RequestID of a frame whose shape is unknown: whatever can be echoed. */
function looseRequestId(frame: Frame): number {
  const value = frame["RequestID"];
  return Number.isSafeInteger(value) ? (value as number) : 0;
}

/** The list may stand in a body named after the request, as in the seed, or at the top, as in its siblings. */
function readSubscription(msgType: string, spec: SubscriptionSpec, frame: Frame): SubscriptionRequest {
  const body = frame[msgType];
  if (body !== undefined && body !== null && !isObject(body)) throw new Malformed(`${msgType}: must be an object`);
  const inside = isObject(body) && (body["InstrumentID"] !== undefined || frame["InstrumentID"] === undefined);
  const path = inside || (body === undefined && spec.family === "seed") ? `${msgType}.InstrumentID` : "InstrumentID";
  const ids = readIds(inside ? body["InstrumentID"] : frame["InstrumentID"], path);
  const requestId =
    readRequestId(frame["RequestID"], "RequestID") ??
    (isObject(body) ? readRequestId(body["RequestID"], `${msgType}.RequestID`) : undefined);
  return { kind: spec.kind, msgType, requestId: requestId ?? 0, family: spec.family, ids };
}

function readIds(list: unknown, path: string): readonly string[] {
  if (list === undefined) throw new Malformed(`${path}: missing; a list of instrument ids is required`);
  if (!Array.isArray(list)) throw new Malformed(`${path}: must be a list, not ${quote(list)}`);
  for (const [at, id] of (list as readonly unknown[]).entries()) {
    if (typeof id !== "string") throw new Malformed(`${path}[${at}]: must be a string, not ${quote(id)}`);
    if (id === "") throw new Malformed(`${path}[${at}]: must not be empty`);
    if (isTooLong(id)) throw new Malformed(`${path}[${at}]: must have at most ${MAX_INSTRUMENT_ID_BYTES} bytes`);
  }
  return list as readonly string[];
}

/** Whether the UTF-8 form of an id is too long. */
function isTooLong(id: string): boolean {
  if (id.length > MAX_INSTRUMENT_ID_BYTES) return true;
  let bytes = 0;
  for (const char of id) bytes += utf8Length(char.codePointAt(0)!);
  return bytes > MAX_INSTRUMENT_ID_BYTES;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
