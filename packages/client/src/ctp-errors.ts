/** What CTP's refusals mean to a client. */
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import { ClientError } from "./connection.ts";

const KNOWN: ReadonlyMap<number, CtpError> = new Map(
  [...Object.values(CTP_ERRORS), ...Object.values(CTP_GATEWAY_ERRORS)].map((error) => [error.id, error]),
);

/** Queries that came too early or too many at a time (ctp.md d.2). */
const FLOW_CONTROL: ReadonlySet<number | undefined> = new Set<number>([
  CTP_GATEWAY_ERRORS.tooManyPending.id,
  CTP_GATEWAY_ERRORS.tooFrequent.id,
  CTP_ERRORS.queryNotReady.id,
  CTP_ERRORS.queryBusy.id,
]);

const LOGGED_OUT: ReadonlySet<number> = new Set<number>([CTP_GATEWAY_ERRORS.notLoggedIn.id, CTP_ERRORS.notLoginYet.id]);

/** The refusal that a frame carries. What no table has may pass: brokers have numbers of their own. */
export function refusal(info: { readonly ErrorID: number; readonly ErrorMsg: string }, detail = ""): ClientError {
  const { ErrorID, ErrorMsg } = info;
  const why = `${ErrorID} ${ErrorMsg}${detail === "" ? "" : ` (${detail})`}`;
  return new ClientError("refused", why, ErrorID, KNOWN.get(ErrorID)?.temporary ?? true);
}

/**
 * A login's refusal. Whoever tries again and again is locked out: what is not known to pass, and what says that there were too many
 * attempts already, is final. What a gateway says of itself passes: -4097 is that of one whose front comes and goes (ctp.md c).
 */
export function loginRefusal(info: { readonly ErrorID: number; readonly ErrorMsg: string }): ClientError {
  const { message, ret } = refusal(info);
  const known = KNOWN.get(info.ErrorID);
  const passes = (known?.temporary ?? info.ErrorID < 0) && known?.id !== CTP_ERRORS.loginForbidden.id;
  return new ClientError("refused", message, ret, passes);
}

/** An error with what it is about before its message. */
export function about(what: string, { kind, message, ret, temporary }: ClientError): ClientError {
  return new ClientError(kind, `${what}: ${message}`, ret, temporary);
}

/** Whether a query was refused for its time alone. */
export function isFlowControl(error: unknown): error is ClientError {
  return error instanceof ClientError && error.kind === "refused" && FLOW_CONTROL.has(error.ret);
}

/** Whether a gateway no longer knows of a login: it, or the front behind it, was restarted. */
export function isLoggedOut(error: unknown): error is ClientError {
  return error instanceof ClientError && error.ret !== undefined && LOGGED_OUT.has(error.ret);
}
