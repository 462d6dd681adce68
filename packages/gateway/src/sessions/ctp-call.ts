/** One request of the trading side, and the ways to answer it. */
import {
  encodeBody,
  encodeGatewayError,
  encodeReply,
  textIn,
  type Dialect,
  type Fields,
  type TradingRequest,
} from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpError, type CtpErrorName } from "@tickwire/protocol/errors";
import type { TradingSession } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { Trading } from "../ports/trading.ts";
import type { CtpConfig } from "./ctp-config.ts";
import type { CtpFlow } from "./ctp-flow.ts";
import type { CtpLine } from "./ctp-line.ts";
import type { CtpRefusals } from "./ctp-refusals.ts";
import type { FrontRefusal } from "./ctp-users.ts";

/** A login on the trading side. */
export interface CtpSeat {
  readonly brokerId: string;
  readonly user: string;
  readonly session: TradingSession;
}

/** Rows of an answer; each is written when it is sent, from what does not change any more. */
export interface Answer {
  readonly count: number;
  /** The body of row number `at`, from 0, as JSON. */
  body(at: number): string;
}

/** Nothing was found. */
export const NO_ROWS: Answer = { count: 0, body: () => "{}" };

/** What all calls of one login share. */
export interface CallServices {
  readonly trading: Trading;
  readonly desk: Desk;
  readonly credentials: Credentials;
  readonly config: CtpConfig;
  readonly seat: CtpSeat;
  readonly line: CtpLine;
  readonly flow: CtpFlow;
  readonly refusals: CtpRefusals;
  /** Tells every session of the user, this one included. */
  readonly tellUser: (refusal: FrontRefusal) => void;
  /** Hears of exceptions that a request was answered -500 for. */
  readonly onError: (error: unknown) => void;
}

/** See the file's head. What is told was read when the call was made, and is told when it is safe, in the order of the calls. */
export class CtpCall {
  readonly services: CallServices;
  readonly request: TradingRequest;
  readonly dialect: Dialect;

  constructor(services: CallServices, request: TradingRequest, dialect: Dialect) {
    this.services = services;
    this.request = request;
    this.dialect = dialect;
  }

  /** Whether the body names an investor or user other than the one who is logged in; empty is the own one. */
  get isForOthers(): boolean {
    const { user } = this.services.seat;
    return ["InvestorID", "UserID", "AccountID"].some((name) => !isOrEmpty(this.text(name), user));
  }

  /** A text of the body. */
  text(name: string): string {
    return textIn(this.request.body, name);
  }

  /** An answer with a row for each item; the list must not change any more. */
  rows<T>(items: readonly T[], toFields: (item: T) => Fields): Answer {
    const { reply } = this.request.spec;
    return { count: items.length, body: (at) => encodeBody(reply, toFields(items[at]!)) };
  }

  /** Answers with these rows, the last one marked; without any by one frame with the empty body. `done` runs after the last. */
  answer({ count, body }: Answer, done?: () => void): void {
    const { empty } = this.request.spec;
    const last = Math.max(count, 1) - 1;
    const encode = (at: number): string => {
      if (at === last) done?.();
      return this.#encode(count === 0 ? empty : body(at), undefined, at === last);
    };
    const rows = { count: last + 1, encode };
    this.services.trading.whenSafe(() => this.services.line.sayAll(rows));
  }

  /** Answers with one row. */
  answerRow(fields: Fields): void {
    this.#tell(this.#encode(encodeBody(this.request.spec.reply, fields)));
  }

  /** Answers with an error, and with a body as far as there is one. */
  refuse(error: CtpErrorName, fields?: Fields): void {
    const { reply, empty } = this.request.spec;
    this.#tell(this.#encode(fields === undefined ? empty : encodeBody(reply, fields), CTP_ERRORS[error]));
  }

  /** Answers with a row, or with an error and a body, without waiting: what is safe already, or not about trading. */
  say(fields: Fields, error?: CtpErrorName): void {
    const { reply } = this.request.spec;
    this.services.line.say(
      this.#encode(encodeBody(reply, fields), error === undefined ? undefined : CTP_ERRORS[error]),
    );
  }

  /** Answers -500 and reports what went wrong. */
  crash(error: unknown): void {
    this.services.line.say(encodeGatewayError(this.dialect, this.request, CTP_GATEWAY_ERRORS.internal));
    this.services.onError(error);
  }

  /** Answers at once, by the response's name and without a body: what did not get as far as the exchange. */
  fail(error: CtpError): void {
    this.services.line.say(this.#encode(this.request.spec.empty, error));
  }

  #tell(text: string): void {
    this.services.trading.whenSafe(() => this.services.line.say(text));
  }

  #encode(body: string, error?: CtpError, isLast = true): string {
    const { spec, requestId } = this.request;
    return encodeReply(this.dialect, { name: spec.reply, bodyKey: spec.replyBody, body, error, requestId, isLast });
  }
}

/** Whether a text of a request is as wanted, or says nothing. */
export function isOrEmpty(asked: string, actual: string): boolean {
  return asked === "" || asked === actual;
}
