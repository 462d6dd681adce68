/** Orders, cancels, and those that wait for a session (ctp.md d.4, d.5). */
import {
  inputOrderActionFields,
  inputOrderFields,
  parkedActionFields,
  parkedOrderFields,
  toCancelInput,
  toOrderInput,
  toParkedInput,
} from "@tickwire/protocol/ctp";
import { CTP_ERRORS, type CtpErrorName } from "@tickwire/protocol/errors";
import type { Trading } from "../ports/trading.ts";
import type { CtpCall } from "./ctp-call.ts";
import type { Expectation } from "./ctp-refusals.ts";
import { settleIn } from "./ctp-settlement.ts";
import type { FrontRefusal } from "./ctp-users.ts";

/** CTP OrderActionStatus of a refused cancel. */
const ACTION_REJECTED = "c";

/** Requests that change orders, by MsgType. */
export const ORDER_HANDLERS: ReadonlyMap<string, (call: CtpCall) => void> = new Map([
  ["ReqOrderInsert", insert],
  ["ReqOrderAction", cancel],
  ["ReqParkedOrderInsert", park],
  ["ReqParkedOrderAction", parkCancel],
  ["ReqRemoveParkedOrder", (call) => unpark(call, "ParkedOrderID")],
  ["ReqRemoveParkedOrderAction", (call) => unpark(call, "ParkedOrderActionID")],
]);

/** An order: no reply unless it is refused, then also a report to all of the user's sessions. */
function insert(call: CtpCall): void {
  const { trading, seat, refusals } = call.services;
  const input = judge(call) ?? toOrderInput(call.request.body, call.request.requestId);
  if (typeof input === "string") return refuseHere(call, "ErrRtnOrderInsert", input);
  const refusal = refusals.expect(input, (error) => call.say(inputOrderFields(input, seat.user, seat.brokerId), error));
  settleIn(call.services);
  hearAnswer(trading, trading.insert(seat.user, seat.session, input), refusal);
}

/** A cancel: likewise. */
function cancel(call: CtpCall): void {
  const { trading, seat, refusals } = call.services;
  const input = judge(call) ?? toCancelInput(call.request.body, call.request.requestId);
  if (typeof input === "string") return refuseHere(call, "ErrRtnOrderAction", input);
  const refusal = refusals.expect(input, (error) =>
    call.say(inputOrderActionFields(input, seat.user, seat.brokerId), error),
  );
  hearAnswer(trading, trading.cancel(seat.user, seat.session, input), refusal);
}

/** Passes on what became of a request, now or when it is known. */
function hearAnswer(trading: Trading, answer: ReturnType<Trading["insert"]>, refusal: Expectation): void {
  whenKnown(answer, (error) => {
    if (error === undefined) refusal.forget();
    else trading.whenSafe(() => refusal.settle(error));
  });
}

/** Why the session itself refuses an order or a cancel, before the exchange sees it. */
function judge(call: CtpCall): CtpErrorName | undefined {
  if (call.isForOthers) return "noTradingRight";
  return call.services.flow.order() ? undefined : "orderFrequency";
}

/** Refuses what the exchange never sees; all of the user's sessions hear it, as of any refusal of the front. */
function refuseHere(call: CtpCall, name: FrontRefusal["name"], error: CtpErrorName): void {
  const { requestId, body } = call.request;
  const echo = { ...body, RequestID: requestId };
  const action = { ...echo, OrderActionStatus: ACTION_REJECTED, StatusMsg: CTP_ERRORS[error].msg };
  call.services.trading.whenSafe(() => {
    call.say(echo, error);
    call.services.tellUser({ name, fields: name === "ErrRtnOrderAction" ? action : echo, error });
  });
}

function park(call: CtpCall): void {
  const { trading, seat } = call.services;
  const input = judge(call) ?? toParkedInput(call.request.body, call.request.requestId);
  if (typeof input === "string") return call.refuse(input, call.request.body);
  settleIn(call.services);
  whenKnown(trading.park(seat.user, seat.session, input), (parked) => {
    if (typeof parked === "string") call.refuse(parked, call.request.body);
    else call.answerRow(parkedOrderFields(parked, seat.brokerId));
  });
}

function parkCancel(call: CtpCall): void {
  const { trading, seat } = call.services;
  const input = judge(call) ?? toCancelInput(call.request.body, call.request.requestId);
  if (typeof input === "string") return call.refuse(input, call.request.body);
  whenKnown(trading.parkCancel(seat.user, seat.session, input), (parked) => {
    if (typeof parked === "string") call.refuse(parked, call.request.body);
    else call.answerRow(parkedActionFields(parked, seat.brokerId));
  });
}

/** Removes a parked order or cancel; an id of the other kind is not found. */
function unpark(call: CtpCall, key: "ParkedOrderID" | "ParkedOrderActionID"): void {
  const { trading, seat } = call.services;
  if (call.isForOthers) return call.refuse("noTradingRight", call.request.body);
  const kind = key === "ParkedOrderID" ? "order" : "cancel";
  whenKnown(trading.unpark(seat.user, call.text(key), kind), (error) => {
    if (error === undefined) call.answerRow(call.request.body);
    else call.refuse(error, call.request.body);
  });
}

/** Goes on with an answer, at once where it is there. */
function whenKnown<T>(answer: T | Promise<T>, goOn: (answer: T) => void): void {
  if (answer instanceof Promise) void answer.then(goOn);
  else goOn(answer);
}
