/** Settlements: their confirmation, without which nobody trades, and their statements (ctp.md d.1, d.8). */
import {
  brokerTradingParamsFields,
  settlementInfoConfirmFields,
  settlementInfoFragments,
} from "@tickwire/protocol/ctp";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import { NO_ROWS, type Answer, type CallServices, type CtpCall } from "./ctp-call.ts";

/**
 * Sees that a user has an account and, where logins are not `real`, that the settlement is confirmed: at the login, and before
 * orders, as a trading day may have begun or the ledger may have come back since. Cheap for who has confirmed: he has an account.
 */
export function settleIn({ trading, seat, config }: Pick<CallServices, "trading" | "seat" | "config">): void {
  if (trading.confirmed(seat.user) !== undefined) return;
  trading.admit(seat.user);
  if (config.login === "auto") trading.confirm(seat.user);
}

/** ReqSettlementInfoConfirm. Once it is confirmed it stays so: confirming again changes nothing. */
export function confirmSettlement(call: CtpCall): void {
  const { trading, seat } = call.services;
  if (call.isForOthers) return call.refuse("noPrivilege", call.request.body);
  const error = trading.confirmed(seat.user) === undefined ? trading.confirm(seat.user) : undefined;
  const at = trading.confirmed(seat.user);
  if (error !== undefined || at === undefined) return call.refuse(error ?? "noPrivilege", call.request.body);
  call.answerRow(settlementInfoConfirmFields(at, trading.settlementId, seat));
}

/** Queries about settlements, by MsgType. */
export const SETTLEMENT_QUERIES: ReadonlyMap<string, (call: CtpCall) => Answer | CtpErrorName> = new Map([
  ["ReqQrySettlementInfo", statement],
  ["ReqQrySettlementInfoConfirm", confirmation],
  ["ReqQryBrokerTradingParams", (call) => call.rows([call.services.seat], brokerTradingParamsFields)],
]);

function statement(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const found = trading.statement(seat.user, call.text("TradingDay"));
  return found === undefined ? NO_ROWS : call.rows(settlementInfoFragments(found, seat.brokerId), (fields) => fields);
}

function confirmation(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const at = trading.confirmed(seat.user);
  if (at === undefined) return NO_ROWS;
  return call.rows([at], (time) => settlementInfoConfirmFields(time, trading.settlementId, seat));
}
