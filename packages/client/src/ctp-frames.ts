/** What frames of a gateway are about. */
import type { LoginReply, ServerFrame, TradingPush } from "@tickwire/protocol/ctp";
import type { ReplyFrame } from "./ctp-calls.ts";

const PUSHES: ReadonlySet<string> = new Set<TradingPush["kind"]>([
  "order",
  "trade",
  "insert-refused",
  "cancel-refused",
  "instrument-status",
]);
/** What a gateway calls the loss of its own upstream (ctp.md c). */
const FRONT_LOST = /^(On)?FrontDisconnected$/;

/** Whether a frame is one of the trading side that nobody asked for. */
export function isPush(frame: ServerFrame): frame is TradingPush {
  return PUSHES.has(frame.kind);
}

/** The request that a row answers; empty for what is no row. */
export function requestOf(frame: ReplyFrame): string {
  if (frame.kind === "instrument") return "ReqQryInstrument";
  return frame.kind === "row" ? frame.request : "";
}

/** Whether a frame answers a login: the gateway may not have come so far as to send it on. */
export function answersLogin(frame: ReplyFrame): boolean {
  return frame.kind === "login" || isUnauthenticated(frame);
}

/** Whether the gateway could not authenticate itself at its front: it tells that instead of the reply to a login (ctp.md b). */
function isUnauthenticated(frame: ReplyFrame): boolean {
  return requestOf(frame) === "ReqAuthenticate" && frame.info.ErrorID !== 0;
}

/**
 * Whether a frame that nobody asked for tells that the gateway lost its upstream, could not log in there again, or has: as
 * another session than `login`, as after a front's restart at the change of days. What it was subscribed to there, and the names of
 * orders, are those of the session before.
 */
export function isFrontLost(frame: ReplyFrame, login: LoginReply | undefined): boolean {
  if (FRONT_LOST.test(frame.msgType) || isUnauthenticated(frame)) return true;
  if (frame.kind !== "login") return false;
  return frame.info.ErrorID !== 0 || (login !== undefined && !isSameSession(frame, login));
}

function isSameSession(a: LoginReply, b: LoginReply): boolean {
  return a.frontId === b.frontId && a.sessionId === b.sessionId && a.tradingDay === b.tradingDay;
}
