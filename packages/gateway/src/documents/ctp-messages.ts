/** The messages of the CTP JSON door in the seed dialect, each with an example that the codec wrote. */
import {
  encodeGatewayError,
  encodeInstrument,
  encodeInstrumentQuery,
  encodeLogin,
  encodeLoginBody,
  encodeLogout,
  encodeReply,
  encodeSpecificInstrument,
  encodeSubscription,
  makeTickEncoder,
  MD_NAMES,
  PING,
  PONG,
  REQUESTS,
} from "@tickwire/protocol/ctp";
import { CTP_GATEWAY_ERRORS } from "@tickwire/protocol/errors";
import { CTP_TRADING_REPLIES, CTP_TRADING_REQUESTS } from "./ctp-trading-messages.ts";
import { SAMPLE_FUTURE, SAMPLE_SNAPSHOT } from "./samples.ts";
import type { MessageText } from "./schemas.ts";

const { id: ID } = SAMPLE_FUTURE;
const USER = "demo";
const DONE = { requestId: 1, isLast: true };
/** Heartbeats of either side; `of` tells whose. */
const heartbeats = (of: string): readonly MessageText[] => [
  { name: `${of}ping`, summary: "Heartbeat; needs no answer", example: PING },
  { name: `${of}pong`, summary: "Answer to a heartbeat", example: PONG },
];

/** What a client sends. */
export const CTP_REQUESTS: readonly MessageText[] = [
  { name: "login", summary: "Log in", example: encodeLogin({ user: USER, password: "demo" }, 1) },
  { name: "logout", summary: "Log out", example: encodeLogout("seed", USER, 1) },
  {
    name: "query-instrument",
    summary: "Ask for instruments; an empty filter asks for all",
    example: encodeInstrumentQuery("seed", { instrumentId: ID }, 1),
  },
  { name: "subscribe", summary: "Begin ticks", example: encodeSubscription("seed", "subscribe", [ID]) },
  { name: "unsubscribe", summary: "End ticks", example: encodeSubscription("seed", "unsubscribe", [ID]) },
  ...CTP_TRADING_REQUESTS,
  ...heartbeats(""),
];

/** What it gets. */
export const CTP_REPLIES: readonly MessageText[] = [
  { name: "login-reply", summary: "Logged in, or refused", example: reply("ReqUserLogin", loginBody()) },
  {
    name: "logout-reply",
    summary: "Logged out",
    example: reply("ReqUserLogout", JSON.stringify({ UserID: USER })),
  },
  {
    name: "instrument",
    summary: "One instrument of a query; `IsLast` ends it",
    example: reply("ReqQryInstrument", encodeInstrument("seed", SAMPLE_FUTURE)),
  },
  { name: "subscribed", summary: "Reply to a subscription, one per id", example: subscribed(MD_NAMES.subscribe) },
  { name: "unsubscribed", summary: "Reply to its end, one per id", example: subscribed(MD_NAMES.unsubscribe) },
  { name: "tick", summary: "A tick", example: makeTickEncoder("seed")(SAMPLE_SNAPSHOT, SAMPLE_FUTURE) },
  {
    name: "error",
    summary: "Refusal by the gateway itself, named after the request",
    example: encodeGatewayError("seed", { msgType: "ReqQryOrder", requestId: 1 }, CTP_GATEWAY_ERRORS.notLoggedIn),
  },
  ...CTP_TRADING_REPLIES,
  ...heartbeats("server-"),
];

function reply(request: string, body: string): string {
  const spec = REQUESTS.get(request)!;
  return encodeReply("seed", { name: spec.reply, bodyKey: spec.replyBody, body, ...DONE });
}

function subscribed(name: string): string {
  return encodeReply("seed", { name, bodyKey: "SpecificInstrument", body: encodeSpecificInstrument(ID), ...DONE });
}

function loginBody(): string {
  return encodeLoginBody("seed", "all", {
    tradingDay: SAMPLE_SNAPSHOT.tradingDay,
    loginTime: "10:15:00",
    brokerId: "9999",
    userId: USER,
    frontId: 1,
    sessionId: 1,
    maxOrderRef: "1",
    system: "tickwire",
  });
}
