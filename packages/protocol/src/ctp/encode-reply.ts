/** Server frames, written as each dialect has them. Ticks are in ticks.ts. */
import type { CtpError } from "../errors.ts";
import { DIALECTS } from "./dialects.ts";
import { MD_LOGIN_FIELDS, SEED_LOGIN_FIELDS, TD_LOGIN_FIELDS, type LoginField } from "./fields.ts";
import type { Dialect, Side } from "./messages.ts";
import { encodeObject } from "./objects.ts";

/** RspInfo of every success: the seed's own. */
const SUCCESS = '{"ErrorID":0,"ErrorMsg":""}';
/** Most characters of a client's MsgType that an error echoes. */
const MAX_ECHO = 120;

/** A Ping; neither side has to answer one. */
export const PING = '{"MsgType":"Ping"}';
/** A Pong. */
export const PONG = '{"MsgType":"Pong"}';

/** One reply frame, but for its dialect. */
export interface Reply {
  /** Its name in the classic dialect, such as `RspUserLogin`. */
  readonly name: string;
  /** Key of its body. */
  readonly bodyKey: string;
  /** The body as JSON text. */
  readonly body: string;
  /** Why it was refused; undefined is success. */
  readonly error?: CtpError | undefined;
  readonly requestId: number;
  readonly isLast: boolean;
}

/** RspInfo is an object in every reply, as some clients index it and others compare it with null (ctp.md a.6). */
function encodeInfo(error: CtpError | undefined): string {
  return error === undefined ? SUCCESS : `{"ErrorID":${error.id},"ErrorMsg":${JSON.stringify(error.msg)}}`;
}

/** RequestID and IsLast: always in the seed dialect, elsewhere only when they are not 0 and false (ctp.md a.4). */
function encodeTail(dialect: Dialect, requestId: number, isLast: boolean): string {
  if (DIALECTS[dialect].alwaysNumbered) return `,"RequestID":${requestId},"IsLast":${isLast}}`;
  return `${requestId === 0 ? "" : `,"RequestID":${requestId}`}${isLast ? ',"IsLast":true' : ""}}`;
}

/** One push frame, but for its dialect. */
export interface Push {
  /** Its name in the classic dialect, such as `RtnOrder`. */
  readonly name: string;
  readonly bodyKey: string;
  /** The body as JSON text. */
  readonly body: string;
  /** Why something was refused: of `ErrRtn…` only. */
  readonly error?: CtpError | undefined;
}

/** A push, named as the dialect wants it. It has neither RequestID nor IsLast, and RspInfo only with an error (ctp.md b). */
export function encodePush(dialect: Dialect, { name, bodyKey, body, error }: Push): string {
  const info = error === undefined ? "" : `"RspInfo":${encodeInfo(error)},`;
  return `{"MsgType":"${DIALECTS[dialect].prefix}${name}",${info}"${bodyKey}":${body}}`;
}

/** A reply, named and numbered as the dialect wants it. */
export function encodeReply(dialect: Dialect, reply: Reply): string {
  const { name, bodyKey, body, error, requestId, isLast } = reply;
  const head = `{"MsgType":"${DIALECTS[dialect].prefix}${name}","RspInfo":${encodeInfo(error)},"${bodyKey}":${body}`;
  return head + encodeTail(dialect, requestId, isLast);
}

/**
 * A refusal by the gateway itself: named after the request (empty where that could not be read), with `detail` telling
 * what is wrong with it (ctp.md c).
 */
export function encodeGatewayError(
  dialect: Dialect,
  request: { readonly msgType: string; readonly requestId: number },
  error: CtpError,
  detail?: string,
): string {
  const echo = JSON.stringify(request.msgType.slice(0, MAX_ECHO));
  const told = detail === undefined ? "" : `,"Detail":${JSON.stringify(detail)}`;
  return `{"MsgType":${echo},"RspInfo":${encodeInfo(error)}${told}` + encodeTail(dialect, request.requestId, true);
}

/** What a login is answered with. */
export interface LoginFacts {
  /** `YYYYMMDD` */
  readonly tradingDay: string;
  /** `HH:MM:SS` in China; stands for the exchanges' clocks too. */
  readonly loginTime: string;
  readonly brokerId: string;
  readonly userId: string;
  readonly frontId: number;
  readonly sessionId: number;
  /** Highest OrderRef that counts as used: the session's next order has one more, at least (ctp.md d.5). */
  readonly maxOrderRef: string;
  /** Name and version of the gateway. */
  readonly system: string;
}

/** The body of a granted login: the seed's seven fields, or the 13 of the trading side, or the 14 of market data. */
export function encodeLoginBody(dialect: Dialect, side: Side, facts: LoginFacts): string {
  const { loginTime } = facts;
  const fields: Readonly<Record<LoginField, string | number>> = {
    TradingDay: facts.tradingDay,
    LoginTime: loginTime,
    BrokerID: facts.brokerId,
    UserID: facts.userId,
    SystemName: facts.system,
    FrontID: facts.frontId,
    SessionID: facts.sessionId,
    MaxOrderRef: facts.maxOrderRef,
    SHFETime: loginTime,
    DCETime: loginTime,
    CZCETime: loginTime,
    FFEXTime: loginTime,
    INETime: loginTime,
    SysVersion: facts.system,
  };
  if (dialect === "seed") return encodeObject(fields, SEED_LOGIN_FIELDS);
  return encodeObject<LoginField>(fields, side === "md" ? MD_LOGIN_FIELDS : TD_LOGIN_FIELDS);
}

/** The body of a subscription's reply; without an id where the request named none. */
export function encodeSpecificInstrument(id: string | undefined): string {
  return id === undefined ? "{}" : `{"InstrumentID":${JSON.stringify(id)}}`;
}
