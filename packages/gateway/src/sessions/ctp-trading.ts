/** The trading side of one connection: logins, requests by their names, reports. */
import { encodeBody, encodeReply, textIn, type Dialect, type TradingRequest } from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpError, type CtpErrorName } from "@tickwire/protocol/errors";
import type { Order, TradingDay } from "@tickwire/protocol/model";
import type { TradeReport } from "../ports/trading.ts";
import { CtpCall, type CallServices } from "./ctp-call.ts";
import { CtpFlow } from "./ctp-flow.ts";
import { inquire, LaterAnswers } from "./ctp-inquiries.ts";
import { CtpLine, type Rows } from "./ctp-line.ts";
import { MARKET_QUERIES } from "./ctp-market-queries.ts";
import { ORDER_HANDLERS } from "./ctp-orders.ts";
import { changePassword } from "./ctp-passwords.ts";
import { OWN_QUERIES, type Query } from "./ctp-queries.ts";
import { CtpRefusals } from "./ctp-refusals.ts";
import { encodeFrontRefusal, type CtpReports } from "./ctp-reports.ts";
import { confirmSettlement, settleIn, SETTLEMENT_QUERIES } from "./ctp-settlement.ts";
import type { CtpUsers, FrontRefusal } from "./ctp-users.ts";
import type { Peer } from "./session.ts";

/** Reads, by MsgType. */
const QUERIES: ReadonlyMap<string, Query> = new Map([...OWN_QUERIES, ...MARKET_QUERIES, ...SETTLEMENT_QUERIES]);
/** What changes something on the exchange, by MsgType. */
const ACTIONS: ReadonlyMap<string, (call: CtpCall) => void> = new Map([
  ...ORDER_HANDLERS,
  ["ReqSettlementInfoConfirm", confirmSettlement],
]);
/** What does not need the exchange, by MsgType. */
const OTHERS: ReadonlyMap<string, (call: CtpCall) => void> = new Map([
  ["ReqUserPasswordUpdate", changePassword],
  ["ReqTradingAccountPasswordUpdate", changePassword],
]);
/** OrderRef that counts as used where a user has none. */
const FIRST_ORDER_REF = 1;
/** CTP AppType: a program that an investor runs himself. */
const INVESTORS_APP = "1";

/** What a connection's trading side is made from. */
export interface CtpTradingOptions extends Pick<
  CallServices,
  "trading" | "desk" | "credentials" | "config" | "onError"
> {
  /** Wall clock. */
  readonly now: () => number;
  readonly users: CtpUsers;
  readonly reports: CtpReports;
  /** Runs something in a later turn of the event loop. */
  readonly later: (run: () => void) => void;
  /** The dialect of what is sent without being asked for. */
  readonly speaks: () => Dialect;
}

/** What a login learns from the trading side. */
export interface Entrance {
  readonly sessionId: number;
  /** Highest OrderRef of the user today. */
  readonly maxOrderRef: string;
  readonly tradingDay: TradingDay;
}

/** See the file's head. Everything it sends goes through one line, so that replies and reports keep their order. */
export class CtpTrading {
  readonly #options: CtpTradingOptions;
  readonly #line: CtpLine;
  readonly #flow: CtpFlow;
  readonly #refusals = new CtpRefusals();
  readonly #later = new LaterAnswers();
  #services: CallServices | undefined;
  /** Gives back the place among the user's sessions. */
  #leavePlace = (): void => {};
  #unwatch = (): void => {};
  /** Between the reply to a login and that to a logout. */
  #hears = false;
  #authenticated = false;
  /** Whether it has asked for anything here: see `#spares`. */
  #asked = false;
  #ended = false;

  constructor(peer: Peer, options: CtpTradingOptions) {
    this.#options = options;
    this.#line = new CtpLine(peer, options.later);
    this.#flow = new CtpFlow(options.config.flowControl, options.now);
  }

  /** ReqAuthenticate: any AuthCode will do, unless logins are `real` and one is configured (63). */
  authenticate({ spec, body, requestId }: TradingRequest, dialect: Dialect): void {
    const refused = this.#asksAuthCode && textIn(body, "AuthCode") !== this.#options.config.authCode;
    this.#authenticated = !refused;
    const error = refused ? CTP_ERRORS.authenticationFailed : undefined;
    const text = encodeBody(spec.reply, { ...body, AppType: INVESTORS_APP });
    const frame = { name: spec.reply, bodyKey: spec.replyBody, body: text, error, requestId, isLast: true };
    this.#line.say(encodeReply(dialect, frame));
  }

  /**
   * Lets in a user whose password was right, or says why not: not authenticated (64), too many sessions (60). `granted` is called
   * once all that it is told is safe; reports begin after it.
   */
  enter(user: string, brokerId: string, granted: (entrance: Entrance) => void): CtpErrorName | undefined {
    const { trading, config, users } = this.#options;
    if (this.#asksAuthCode && !this.#authenticated) return "notAuthenticated";
    const leavePlace = users.join(user, this.#hearFront);
    if (leavePlace === undefined) return "tooManySessions";
    this.#leavePlace = leavePlace;
    const session = { frontId: config.frontId, sessionId: trading.nextSessionId() };
    const services = this.#makeServices({ brokerId, user, session });
    settleIn(services);
    const maxOrderRef = highestRef(trading.orders(user));
    const entrance = { sessionId: session.sessionId, maxOrderRef, tradingDay: trading.tradingDay };
    this.#inOrder(() => {
      if (this.#ended) return;
      this.#services = services;
      granted(entrance);
      this.#hears = true;
      this.#unwatch = trading.watch(user, this.#hear);
    });
    return undefined;
  }

  /** Logs out; `told` is called after everything that came before it has been told, and nothing is after it. */
  leave(told: () => void): void {
    this.#leavePlace();
    this.#inOrder(() => {
      this.#hears = false;
      this.#unwatch();
      told();
    });
  }

  /** The connection has ended. */
  end(): void {
    this.#ended = true;
    this.#leavePlace();
    this.#unwatch();
    this.#line.end();
  }

  /** About once a second: goes on with a long answer whose reader has caught up. */
  tick(): void {
    this.#line.poke();
  }

  /** Serves a request of who is logged in; false for one that there is not. */
  serve(request: TradingRequest, dialect: Dialect): boolean {
    const { trading } = this.#options;
    this.#asked = true;
    const call = new CtpCall(this.#services!, request, dialect);
    const query = QUERIES.get(request.msgType);
    if (query !== undefined) {
      this.#query(call, query);
      return true;
    }
    const action = ACTIONS.get(request.msgType);
    if (action !== undefined && !trading.open) call.fail(CTP_GATEWAY_ERRORS.requestFailed);
    else (action ?? OTHERS.get(request.msgType))?.(call);
    return action !== undefined || OTHERS.has(request.msgType);
  }

  /** A query that is served elsewhere begins: why it may not (-2, -3). */
  beginQuery(): CtpError | undefined {
    return this.#flow.query();
  }

  /** Answers such a query in its turn. */
  answerQuery(rows: Rows): void {
    this.#inOrder(() => {
      this.#line.sayAll(rows);
      this.#flow.answered();
    });
  }

  #query(call: CtpCall, query: Query): void {
    const refused = this.#flow.query();
    if (refused !== undefined) return call.fail(refused);
    const done = (): void => this.#flow.answered();
    // What is not on the disk must not be told; what is cannot be told apart from it.
    if (!this.#options.trading.open) {
      done();
      return call.fail(CTP_ERRORS.queryNotReady);
    }
    try {
      const later = inquire(call);
      if (later !== undefined) {
        const { services } = call;
        return this.#later.add(call, later, () => this.#hears && this.#services === services, done);
      }
      const found = call.isForOthers ? "noPrivilege" : query(call);
      if (typeof found !== "string") return call.answer(found, done);
      call.refuse(found);
    } catch (error) {
      call.crash(error);
    }
    this.#inOrder(done);
  }

  get #asksAuthCode(): boolean {
    const { login, authCode } = this.#options.config;
    return login === "real" && authCode !== "";
  }

  #makeServices(seat: CallServices["seat"]): CallServices {
    const { trading, desk, credentials, config, onError, users } = this.#options;
    const tellUser = (refusal: FrontRefusal): void => users.tell(seat.user, refusal);
    const own = { seat, line: this.#line, flow: this.#flow, refusals: this.#refusals, tellUser };
    return { trading, desk, credentials, config, onError, ...own };
  }

  /** Runs something after what is under way; at once while the ledger fails, as nothing gets under way then. */
  #inOrder(run: () => void): void {
    const { trading } = this.#options;
    if (trading.open) trading.whenSafe(run);
    else run();
  }

  /**
   * Whether a push would do harm. Legacy clients throw on what they have no method for (ctp.md a.5 rule 7), so they hear nothing
   * before they have asked for anything here. Nor does anybody else of phases, which no sibling gateway tells: a client that only
   * watches the market takes the next frame for the reply to its subscription (ctp.md a.6).
   */
  #spares(dialect: Dialect, kind: TradeReport["kind"]): boolean {
    if (kind === "phase") return dialect === "legacy" || !this.#asked;
    return dialect === "legacy" && !this.#asked;
  }

  readonly #hear = (report: TradeReport): void => {
    const { reports, speaks, desk } = this.#options;
    const { seat } = this.#services!;
    const dialect = speaks();
    if (this.#spares(dialect, report.kind)) return;
    if (
      (report.kind === "insert-refused" || report.kind === "cancel-refused") &&
      report.session.sessionId === seat.session.sessionId
    ) {
      this.#refusals.heard(report.input, report.error);
    }
    this.#line.say(reports.encode(dialect, seat.brokerId, report, desk.now()));
  };

  readonly #hearFront = (refusal: FrontRefusal): void => {
    const dialect = this.#options.speaks();
    const kind = refusal.name === "ErrRtnOrderInsert" ? "insert-refused" : "cancel-refused";
    if (this.#hears && !this.#spares(dialect, kind)) this.#line.say(encodeFrontRefusal(dialect, refusal));
  };
}

/** The highest reference among a user's orders, at least `"1"`: the next one is one more (ctp.md d.5). */
function highestRef(orders: readonly Order[]): string {
  return String(orders.reduce((highest, { input }) => Math.max(highest, Number(input.ref) || 0), FIRST_ORDER_REF));
}
