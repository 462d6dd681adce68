/** Replies of a session's own: to logins, logouts, instrument queries and subscriptions. */
import {
  encodeReply,
  encodeSpecificInstrument,
  MD_NAMES,
  REQUESTS,
  type Dialect,
  type InstrumentQuery,
  type LoginRequest,
  type LogoutRequest,
  type SubscriptionRequest,
} from "@tickwire/protocol/ctp";
import type { CtpError } from "@tickwire/protocol/errors";
import type { Desk } from "../core/desk.ts";
import type { CtpEncodings } from "./ctp-encodings.ts";
import type { Rows } from "./ctp-line.ts";
import { findInstruments } from "./ctp-query.ts";

/** Requests that have a reply of their own name. */
export type NamedRequest = LoginRequest | LogoutRequest | InstrumentQuery;

/** The reply that belongs to a request by its name. */
export function encodeNamed(
  dialect: Dialect,
  request: NamedRequest,
  body: string,
  error?: CtpError,
  isLast = true,
): string {
  const { reply, replyBody } = REQUESTS.get(request.msgType)!;
  const { requestId } = request;
  return encodeReply(dialect, { name: reply, bodyKey: replyBody, body, error, requestId, isLast });
}

/** One frame per instrument found, the last one marked; for none a single frame with an empty body (ctp.md a.6). */
export function findRows(desk: Desk, encodings: CtpEncodings, request: InstrumentQuery, dialect: Dialect): Rows {
  const found = findInstruments(desk, request.filter);
  const { empty } = REQUESTS.get(request.msgType)!;
  const last = Math.max(found.length, 1) - 1;
  const bodyAt = (at: number): string => (found.length === 0 ? empty : encodings.instrument(dialect, found[at]!));
  return { count: last + 1, encode: (at) => encodeNamed(dialect, request, bodyAt(at), undefined, at === last) };
}

/** One reply per id of a subscription, as `judge` decides, and one without an id to an empty list. */
export function encodeEach(
  dialect: Dialect,
  { kind, requestId, ids }: SubscriptionRequest,
  judge: (id: string) => CtpError | undefined,
): readonly string[] {
  const frame = { name: MD_NAMES[kind], bodyKey: "SpecificInstrument", requestId, isLast: true };
  if (ids.length === 0) return [encodeReply(dialect, { ...frame, body: encodeSpecificInstrument(undefined) })];
  return ids.map((id) => encodeReply(dialect, { ...frame, body: encodeSpecificInstrument(id), error: judge(id) }));
}
