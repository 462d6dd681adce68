/** Server frames, decoded as a client or an upstream feed needs them, whichever dialect they are in. */
import { isObject, type RspInfo, type ServerFrame, type TradingPush } from "./messages.ts";
import { readText, readVolume } from "./numbers.ts";
import { MD_NAMES, REQUESTS, TD_PUSHES, type PushSpec, type RequestSpec } from "./requests.ts";
import { readDepthMarketData } from "./snapshots.ts";

type Frame = Readonly<Record<string, unknown>>;

/** Replies of the trading side, by their classic name. */
const ROWS: ReadonlyMap<string, RequestSpec> = new Map([...REQUESTS.values()].map((spec) => [spec.reply, spec]));
/** Pushes of the trading side, by their classic name. */
const PUSHES: ReadonlyMap<string, readonly [kind: TradingPush["kind"], spec: PushSpec]> = new Map(
  (Object.keys(TD_PUSHES) as TradingPush["kind"][]).map((kind) => [TD_PUSHES[kind].name, [kind, TD_PUSHES[kind]]]),
);

/** What every reply has, read. */
interface Head {
  readonly msgType: string;
  readonly info: RspInfo;
  readonly requestId: number;
  readonly isLast: boolean;
}

/**
 * Reads a server's frame: names with and without `On`, bodies that are null or missing, RspInfo that is null or missing
 * (success), numbers that are DBL_MAX. Never throws: what is no CTP JSON comes back as `malformed`.
 */
export function decodeServerFrame(text: string): ServerFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return { kind: "malformed", detail: "the frame is not JSON" };
  }
  if (!isObject(frame)) return { kind: "malformed", detail: "the frame is not a JSON object" };
  const msgType = frame["MsgType"];
  if (typeof msgType !== "string") return { kind: "malformed", detail: "MsgType: missing or no string" };
  return readFrame(msgType, frame);
}

function readFrame(msgType: string, frame: Frame): ServerFrame {
  const name = msgType.startsWith("On") ? msgType.slice(2) : msgType;
  if (name === MD_NAMES.tick)
    return { kind: "tick", msgType, tick: readDepthMarketData(readBody(frame, "DepthMarketData")) };
  if (name === "Ping" || name === "Pong") return { kind: name === "Ping" ? "ping" : "pong", msgType };
  const head = readHead(msgType, frame);
  switch (name) {
    case "RspUserLogin":
      return readLogin(head, readBody(frame, "RspUserLogin"));
    case "RspUserLogout":
      return { ...head, kind: "logout" };
    case "RspQryInstrument":
      return { ...head, kind: "instrument", body: readInstrument(frame["Instrument"]) };
    case MD_NAMES.subscribe:
    case MD_NAMES.unsubscribe:
      return {
        ...head,
        kind: name === MD_NAMES.subscribe ? "subscribed" : "unsubscribed",
        id: readText(readBody(frame, "SpecificInstrument")["InstrumentID"]),
      };
    default:
      return readTrading(name, head, frame) ?? readOther(head, frame);
  }
}

/** Undefined for what is not of the trading side. */
function readTrading(name: string, head: Head, frame: Frame): ServerFrame | undefined {
  const [kind, push] = PUSHES.get(name) ?? [];
  if (kind !== undefined) {
    return { kind, msgType: head.msgType, info: head.info, body: readBody(frame, push!.bodyKey) };
  }
  const spec = ROWS.get(name);
  if (spec === undefined) return undefined;
  return { ...head, kind: "row", request: spec.request, body: readRow(frame[spec.replyBody]) };
}

function readOther(head: Head, frame: Frame): ServerFrame {
  if (head.info.ErrorID < 0) return { ...head, kind: "error", detail: readText(frame["Detail"]) };
  return { ...head, kind: "other", frame };
}

function readHead(msgType: string, frame: Frame): Head {
  const info = readBody(frame, "RspInfo");
  return {
    msgType,
    info: { ErrorID: readVolume(info["ErrorID"]), ErrorMsg: readText(info["ErrorMsg"]) },
    requestId: readVolume(frame["RequestID"]),
    isLast: frame["IsLast"] === true,
  };
}

/** The body of a row; null for `null` and `{}`: gateways answer with nothing in both ways (ctp.md a.6). */
function readRow(body: unknown): Frame | null {
  return isObject(body) && Object.keys(body).length > 0 ? body : null;
}

function readBody(frame: Frame, key: string): Frame {
  const body = frame[key];
  return isObject(body) ? body : {};
}

/** The body of a row; null for `null`, `{}` and anything that names no instrument. */
function readInstrument(body: unknown): Frame | null {
  return isObject(body) && readText(body["InstrumentID"]) !== "" ? body : null;
}

function readLogin(head: Head, body: Frame): ServerFrame {
  return {
    ...head,
    kind: "login",
    tradingDay: readText(body["TradingDay"]),
    loginTime: readText(body["LoginTime"]),
    brokerId: readText(body["BrokerID"]),
    userId: readText(body["UserID"]),
    frontId: readVolume(body["FrontID"]),
    sessionId: readVolume(body["SessionID"]),
    maxOrderRef: readText(body["MaxOrderRef"]),
  };
}
