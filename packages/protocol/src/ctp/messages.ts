/** What travels on the CTP wire, decoded: unions and guards only. */
import type { DepthField } from "./fields.ts";
import type { RequestSpec } from "./requests.ts";
import type { Fields } from "./structs.ts";

/** The three dialects in which a frame names its type `MsgType` (ctp.md a). */
export type Dialect = "seed" | "legacy" | "classic";

/** The side of CTP that a connection serves: market data, trading, or both on one socket. */
export type Side = "md" | "td" | "all";

/** What a frame tells about its sender: the seed dialect, one of its siblings, or nothing (ctp.md a.5). */
export type Family = "seed" | "sibling" | undefined;

/** Outcome that every reply carries; `ErrorID` 0 is success. */
export interface RspInfo {
  readonly ErrorID: number;
  readonly ErrorMsg: string;
}

/** What every request has. */
interface RequestHead {
  readonly msgType: string;
  /** From the top level, or else from the body; 0 where the client gave none. */
  readonly requestId: number;
  readonly family: Family;
}

/** ReqUserLogin. */
export interface LoginRequest extends RequestHead {
  readonly kind: "login";
  readonly user: string;
  readonly password: string;
  /** Empty where the client left it to the gateway. */
  readonly brokerId: string;
  /** Whether there was a RequestID at the top level: a hint at the dialect (ctp.md a.5 rule 4). */
  readonly numbered: boolean;
}

/** ReqUserLogout. */
export interface LogoutRequest extends RequestHead {
  readonly kind: "logout";
}

/** Which instruments a query asks for; an empty text is no filter. */
export interface InstrumentFilter {
  readonly instrumentId: string;
  readonly exchangeId: string;
  readonly exchangeInstId: string;
  readonly productId: string;
}

/** ReqQryInstrument. */
export interface InstrumentQuery extends RequestHead {
  readonly kind: "query-instrument";
  readonly filter: InstrumentFilter;
}

/** ReqSubMarketData, ReqUnSubMarketData and their siblings' names. */
export interface SubscriptionRequest extends RequestHead {
  readonly kind: "subscribe" | "unsubscribe";
  /** As sent: in order, not empty each, at most 80 bytes each, possibly with repetitions. */
  readonly ids: readonly string[];
}

/** Ping and Pong, which need no answer. */
export interface Heartbeat extends RequestHead {
  readonly kind: "ping" | "pong";
}

/** A well-formed request of the trading side. */
export interface TradingRequest extends RequestHead {
  readonly kind: "trading";
  readonly spec: RequestSpec;
  /** Every field of the request's struct, each of its type and within its bounds; `""` and 0 where the client gave none. */
  readonly body: Fields;
}

/** A frame with a MsgType that no CTP gateway has. */
export interface UnknownRequest extends RequestHead {
  readonly kind: "unknown";
}

/** A frame that cannot be served as it is; `detail` says to its author what is wrong and where. */
export interface MalformedRequest extends RequestHead {
  readonly kind: "malformed";
  readonly detail: string;
}

/** Everything a client may send. */
export type Request =
  | LoginRequest
  | LogoutRequest
  | InstrumentQuery
  | SubscriptionRequest
  | Heartbeat
  | TradingRequest
  | UnknownRequest
  | MalformedRequest;

/** A tick as received: every field, `NaN` and `""` where the frame has none. Prices of 0 and DBL_MAX are `NaN`. */
export type DepthMarketData = { readonly [F in DepthField]: F extends DepthText ? string : number };

/** The fields of a tick that are texts. */
export type DepthText =
  | "ActionDay"
  | "ExchangeID"
  | "ExchangeInstID"
  | "InstrumentID"
  | "TradingDay"
  | "UpdateTime"
  | "reserve1"
  | "reserve2";

/** What every reply has. */
interface ReplyHead {
  /** As received, with or without `On`. */
  readonly msgType: string;
  /** Success where the frame has no RspInfo or a null one. */
  readonly info: RspInfo;
  readonly requestId: number;
  readonly isLast: boolean;
}

/** Reply to a login; the texts are empty and the numbers 0 where it was refused. */
export interface LoginReply extends ReplyHead {
  readonly kind: "login";
  readonly tradingDay: string;
  readonly loginTime: string;
  readonly brokerId: string;
  readonly userId: string;
  readonly frontId: number;
  readonly sessionId: number;
  readonly maxOrderRef: string;
}

/** Reply to a logout. */
export interface LogoutReply extends ReplyHead {
  readonly kind: "logout";
}

/** One row of an instrument query; null in the one frame that answers with nothing. */
export interface InstrumentReply extends ReplyHead {
  readonly kind: "instrument";
  /** The body as received; see `toInstrument`. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** Reply to a subscription or its end, one per instrument; the id is empty where the frame names none. */
export interface SubscriptionReply extends ReplyHead {
  readonly kind: "subscribed" | "unsubscribed";
  readonly id: string;
}

/** One row of a reply to a request of the trading side; null in the one frame that answers with nothing, or refuses. */
export interface RowReply extends ReplyHead {
  readonly kind: "row";
  /** The request's name, as in the table of requests. */
  readonly request: string;
  /** As received. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** A push of the trading side. */
export interface TradingPush {
  readonly kind: "order" | "trade" | "insert-refused" | "cancel-refused" | "instrument-status";
  readonly msgType: string;
  /** Success but for refusals. */
  readonly info: RspInfo;
  /** As received; empty where the frame has none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A tick. */
export interface TickPush {
  readonly kind: "tick";
  readonly msgType: string;
  readonly tick: DepthMarketData;
}

/** Heartbeat of the server. */
export interface HeartbeatPush {
  readonly kind: "ping" | "pong";
  readonly msgType: string;
}

/** A refusal by the gateway itself (-400, -401, -404, -500), named after the request or not at all. */
export interface GatewayErrorReply extends ReplyHead {
  readonly kind: "error";
  readonly detail: string;
}

/** A well-formed frame of a kind that is not decoded further. */
export interface OtherReply extends ReplyHead {
  readonly kind: "other";
  readonly frame: Readonly<Record<string, unknown>>;
}

/** A frame that is no CTP JSON at all. */
export interface MalformedReply {
  readonly kind: "malformed";
  readonly detail: string;
}

/** Everything a server may send. */
export type ServerFrame =
  | LoginReply
  | LogoutReply
  | InstrumentReply
  | SubscriptionReply
  | RowReply
  | TradingPush
  | TickPush
  | HeartbeatPush
  | GatewayErrorReply
  | OtherReply
  | MalformedReply;

/** Whether a parsed JSON value is an object (and not null or a list). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `name` is one of the dialects. */
export function isDialect(name: unknown): name is Dialect {
  return name === "seed" || name === "legacy" || name === "classic";
}
