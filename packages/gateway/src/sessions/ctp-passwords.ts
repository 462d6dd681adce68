/** Changes of a user's password. */
import type { Fields } from "@tickwire/protocol/ctp";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { Credentials } from "../ports/credentials.ts";
import type { CtpCall } from "./ctp-call.ts";

type Outcome = Awaited<ReturnType<Credentials["changePassword"]>>;

const ERRORS: Readonly<Record<Outcome, CtpErrorName | undefined>> = {
  changed: undefined,
  wrong: "oldPasswordMismatch",
  same: "passwordUnchanged",
  weak: "weakPassword",
  locked: "loginForbidden",
  fixed: "noPrivilege",
};

/**
 * ReqUserPasswordUpdate and ReqTradingAccountPasswordUpdate: an account has no password of its own here, both are the user's. The
 * reply comes when the new one holds, and does not repeat either. Weak ones are refused.
 */
export function changePassword(call: CtpCall): void {
  const { credentials, seat } = call.services;
  const next = call.text("NewPassword");
  const told: Fields = {
    BrokerID: seat.brokerId,
    UserID: seat.user,
    AccountID: seat.user,
    CurrencyID: call.text("CurrencyID"),
  };
  if (call.isForOthers) return call.say(told, "noPrivilege");
  credentials.changePassword(seat.user, call.text("OldPassword"), next).then(
    (outcome) => call.say(told, ERRORS[outcome]),
    (error: unknown) => call.crash(error),
  );
}
