/** Trade reports as pushes of the CTP dialects. */
import {
  encodeBody,
  encodePush,
  inputOrderFields,
  instrumentStatusFields,
  orderActionFields,
  orderFields,
  tradeFields,
  TD_PUSHES,
  type Dialect,
  type Fields,
} from "@tickwire/protocol/ctp";
import { CTP_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import type { EpochMs } from "@tickwire/protocol/model";
import type { TradeReport } from "../ports/trading.ts";
import type { FrontRefusal } from "./ctp-users.ts";

/**
 * Writes reports. A report goes to all of a user's sessions one after the other: what was written for one is remembered for the
 * next, as long as it wants the same.
 */
export class CtpReports {
  #report: TradeReport | undefined;
  #brokerId = "";
  #texts: Partial<Record<Dialect, string>> = {};

  /** The push for a report that is told at `time`: RtnOrder, RtnTrade, ErrRtnOrderInsert, ErrRtnOrderAction, RtnInstrumentStatus. */
  encode(dialect: Dialect, brokerId: string, report: TradeReport, time: EpochMs): string {
    if (this.#report !== report || this.#brokerId !== brokerId) {
      this.#report = report;
      this.#brokerId = brokerId;
      this.#texts = {};
    }
    return (this.#texts[dialect] ??= encodeReport(dialect, brokerId, report, time));
  }
}

/** The push for what the front itself refused. */
export function encodeFrontRefusal(dialect: Dialect, { name, fields, error }: FrontRefusal): string {
  const { bodyKey } = name === "ErrRtnOrderInsert" ? TD_PUSHES["insert-refused"] : TD_PUSHES["cancel-refused"];
  return encodePush(dialect, { name, bodyKey, body: encodeBody(name, fields), error: CTP_ERRORS[error] });
}

function encodeReport(dialect: Dialect, brokerId: string, report: TradeReport, time: EpochMs): string {
  const write = (push: (typeof TD_PUSHES)[keyof typeof TD_PUSHES], fields: Fields, error?: CtpError): string =>
    encodePush(dialect, { ...push, body: encodeBody(push.name, fields), error });
  switch (report.kind) {
    case "order":
      return write(TD_PUSHES.order, orderFields(report.order, brokerId));
    case "fill":
      return write(TD_PUSHES.trade, tradeFields(report.fill, brokerId));
    case "insert-refused": {
      const fields = inputOrderFields(report.input, report.user, brokerId);
      return write(TD_PUSHES["insert-refused"], fields, CTP_ERRORS[report.error]);
    }
    case "cancel-refused": {
      const fields = orderActionFields(report, brokerId, time);
      return write(TD_PUSHES["cancel-refused"], fields, CTP_ERRORS[report.error]);
    }
    case "phase":
      return write(TD_PUSHES["instrument-status"], instrumentStatusFields(report));
  }
}
