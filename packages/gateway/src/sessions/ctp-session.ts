/** One CTP JSON connection: login, instrument query, subscriptions (ctp.md a to c). What else there is is in ctp-trading.ts. */
import {
  DIALECTS,
  DialectTracker,
  PING,
  PONG,
  decodeRequest,
  encodeGatewayError,
  type Dialect,
  type InstrumentQuery,
  type LoginRequest,
  type LogoutRequest,
  type Request,
  type SubscriptionRequest,
  type TradingRequest,
} from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import type { EpochMs } from "@tickwire/protocol/model";
import { encodeEach, encodeNamed, findRows, type NamedRequest } from "./ctp-answers.ts";
import { askPassword, encodeGrant, LOGIN_ERRORS, WaitingFrames } from "./ctp-login.ts";
import { CtpSubscriptions } from "./ctp-subscriptions.ts";
import type { CtpSessionOptions } from "./ctp-session-options.ts";
import type { CtpTrading, Entrance } from "./ctp-trading.ts";
import type { Peer, Session } from "./session.ts";

/**
 * States: `out` → login → `checking` (frames wait) → `in` → logout → `out`; `ended` is final. Nothing that a client
 * sends makes it throw.
 */
export class CtpSession implements Session {
  readonly #peer: Peer;
  readonly #options: CtpSessionOptions;
  readonly #tracker: DialectTracker;
  readonly #subscriptions: CtpSubscriptions;
  readonly #waiting: WaitingFrames;
  readonly #trading: CtpTrading | undefined;
  #state: "out" | "checking" | "in" | "ended" = "out";
  #user = { brokerId: "", userId: "" };
  #pingedAt: EpochMs = 0;

  constructor(peer: Peer, options: CtpSessionOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#tracker = new DialectTracker(options.side, options.forced);
    this.#subscriptions = new CtpSubscriptions(peer, options.desk, options.encodings);
    this.#waiting = new WaitingFrames(options.config.maxQueuedDuringLogin);
    this.#trading = options.makeTrading?.(peer, () => this.#tracker.current);
  }

  /** Takes one frame. Frames that arrive while a login is under way wait for its reply. */
  receive(text: string): void {
    if (this.#state === "checking") this.#wait(text);
    else if (this.#state !== "ended") this.#handle(text);
  }

  /** Sends a Ping when one is due: only after the login reply, and never to clients that would throw on it. */
  tick(now: EpochMs): void {
    this.#trading?.tick();
    if (this.#state !== "in" || !DIALECTS[this.#tracker.current].pings) return;
    if (now - this.#pingedAt < this.#options.config.pingIntervalMs) return;
    this.#pingedAt = now;
    this.#peer.send(PING);
  }

  closed(): void {
    this.#state = "ended";
    this.#waiting.take();
    this.#subscriptions.clear();
    this.#trading?.end();
  }

  #wait(text: string): void {
    if (this.#waiting.add(text)) return;
    this.#state = "ended";
    this.#waiting.take();
    this.#trading?.end();
    this.#peer.close(1008, "too many requests before the login reply");
  }

  #handle(text: string): void {
    const request = decodeRequest(text);
    const dialect = this.#tracker.judge(request);
    this.#guard(request, dialect, () => this.#serve(request, dialect));
  }

  /** What goes wrong in `run` is answered -500 and ends nothing. */
  #guard(request: Request, dialect: Dialect, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (this.#state === "checking") this.#state = "out";
      this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.internal);
      this.#options.onError(error);
    }
  }

  #serve(request: Request, dialect: Dialect): void {
    switch (request.kind) {
      case "login":
        return this.#login(request, dialect);
      case "logout":
        return this.#logout(request, dialect);
      case "query-instrument":
        return this.#queryInstruments(request, dialect);
      case "subscribe":
      case "unsubscribe":
        return this.#changeSubscriptions(request, dialect);
      case "ping":
        if (this.#state === "in" && DIALECTS[dialect].pings) this.#peer.send(PONG);
        return;
      case "pong":
        return;
      case "malformed":
        return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.malformed, request.detail);
      case "trading":
        return this.#serveTrading(request, dialect);
      case "unknown":
        return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notImplemented, "MsgType: unknown");
    }
  }

  #login(request: LoginRequest, dialect: Dialect): void {
    if (this.#state === "in") return this.#reply(dialect, request, "{}", CTP_ERRORS.duplicateLogin);
    if (this.#options.side === "md" && this.#options.config.mdLogin === "open")
      return this.#grantLogin(request, dialect);
    this.#state = "checking";
    void this.#checkLogin(request, dialect);
  }

  async #checkLogin(request: LoginRequest, dialect: Dialect): Promise<void> {
    const answer = await askPassword(request, this.#options);
    if (this.#state !== "checking") return;
    this.#guard(request, dialect, () => {
      this.#state = "out";
      if (answer === "failed") return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.internal);
      if (answer !== "right") return this.#reply(dialect, request, "{}", CTP_ERRORS[LOGIN_ERRORS[answer]]);
      this.#admit(request, dialect);
    });
    this.#handleWaiting();
  }

  /** The password was right. The trading side, where there is one, has its own say, and takes its time. */
  #admit(request: LoginRequest, dialect: Dialect): void {
    if (this.#trading === undefined) return this.#grantLogin(request, dialect);
    this.#state = "checking";
    const refused = this.#trading.enter(request.user, this.#brokerOf(request), (entrance) => {
      this.#guard(request, dialect, () => this.#grantLogin(request, dialect, entrance));
      this.#handleWaiting();
    });
    if (refused === undefined) return;
    this.#state = "out";
    this.#reply(dialect, request, "{}", CTP_ERRORS[refused]);
  }

  #grantLogin(request: LoginRequest, dialect: Dialect, entrance?: Entrance): void {
    const { desk, config, now, nextSessionId, side } = this.#options;
    const user = { brokerId: this.#brokerOf(request), userId: request.user };
    const { sessionId = nextSessionId(), ...known } = entrance ?? {};
    const body = encodeGrant(dialect, side, { ...user, frontId: config.frontId, sessionId, ...known }, desk.now());
    this.#user = user;
    this.#state = "in";
    this.#pingedAt = now();
    this.#reply(dialect, request, body);
  }

  #brokerOf({ brokerId }: LoginRequest): string {
    return brokerId || this.#options.config.brokerId;
  }

  /** What waited is handled in order; what comes after another login in it waits again. */
  #handleWaiting(): void {
    if (this.#state === "checking") return;
    for (const text of this.#waiting.take()) this.receive(text);
  }

  #logout(request: LogoutRequest, dialect: Dialect): void {
    if (this.#state !== "in") return this.#reply(dialect, request, "{}", CTP_ERRORS.notLoginYet);
    this.#state = "out";
    this.#subscriptions.clear();
    const body = JSON.stringify({ BrokerID: this.#user.brokerId, UserID: this.#user.userId });
    if (this.#trading === undefined) this.#reply(dialect, request, body);
    else this.#trading.leave(() => this.#reply(dialect, request, body));
  }

  #queryInstruments(request: InstrumentQuery, dialect: Dialect): void {
    if (this.#state !== "in") return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notLoggedIn);
    const refused = this.#trading?.beginQuery();
    if (refused !== undefined) return this.#reply(dialect, request, "{}", refused);
    const rows = findRows(this.#options.desk, this.#options.encodings, request, dialect);
    if (this.#trading !== undefined) return this.#trading.answerQuery(rows);
    for (let at = 0; at < rows.count; at++) this.#peer.send(rows.encode(at));
  }

  /** All replies come before the first tick (ctp.md a.6). Unknown ids are accepted: they tick once they are known. */
  #changeSubscriptions(request: SubscriptionRequest, dialect: Dialect): void {
    const { kind, ids } = request;
    if (this.#state !== "in") return this.#refuseSubscriptions(request, dialect);
    if (kind === "unsubscribe") {
      for (const id of ids) this.#subscriptions.forget(id);
      return this.#answerEach(request, dialect, () => undefined);
    }
    const admitted = this.#subscriptions.admissible(ids, this.#options.config.maxSubscriptions);
    this.#answerEach(request, dialect, (id) => (admitted.has(id) ? undefined : CTP_ERRORS.tooManySubscriptions));
    this.#subscriptions.watch(admitted, dialect);
  }

  /** Before the login CTP's market-data side answers in its own words, the others in the gateway's (ctp.md c). */
  #refuseSubscriptions(request: SubscriptionRequest, dialect: Dialect): void {
    if (this.#options.side !== "md") return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notLoggedIn);
    this.#answerEach(request, dialect, () => CTP_ERRORS.notLoginYet);
  }

  #answerEach(request: SubscriptionRequest, dialect: Dialect, judge: (id: string) => CtpError | undefined): void {
    for (const text of encodeEach(dialect, request, judge)) this.#peer.send(text);
  }

  #serveTrading(request: TradingRequest, dialect: Dialect): void {
    // A market-data front never asks who is calling: it does not have these requests at all.
    if (this.#options.side === "md") return this.#refuseTrading(request, dialect);
    if (this.#trading !== undefined && request.msgType === "ReqAuthenticate")
      return this.#trading.authenticate(request, dialect);
    if (this.#state !== "in") return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notLoggedIn);
    if (this.#trading?.serve(request, dialect) !== true) this.#refuseTrading(request, dialect);
  }

  #refuseTrading(request: TradingRequest, dialect: Dialect): void {
    this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notImplemented, `${request.msgType}: not served here`);
  }

  #refuse(dialect: Dialect, request: Request, error: CtpError, detail?: string): void {
    this.#peer.send(encodeGatewayError(dialect, request, error, detail));
  }

  #reply(dialect: Dialect, request: NamedRequest, body: string, error?: CtpError): void {
    this.#peer.send(encodeNamed(dialect, request, body, error));
  }
}
