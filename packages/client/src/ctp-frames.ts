/** What frames of a gateway are about. */
import type { ServerFrame, TradingPush } from "@tickwire/protocol/ctp";
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

/** Whether a frame that nobody asked for tells that the gateway lost its upstream, or could not log in there again. */
export function isFrontLost(frame: ReplyFrame): boolean {
  return FRONT_LOST.test(frame.msgType) || (frame.kind === "login" && frame.info.ErrorID !== 0);
}
