/** One CTP JSON connection: login, instrument query, subscriptions (ctp.md a to c). */
import {
  DIALECTS,
  DialectTracker,
  MD_NAMES,
  PING,
  PONG,
  REQUESTS,
  decodeRequest,
  encodeGatewayError,
  encodeReply,
  encodeSpecificInstrument,
  type Dialect,
  type InstrumentQuery,
  type LoginRequest,
  type LogoutRequest,
  type Request,
  type Side,
  type SubscriptionRequest,
} from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import type { Credentials } from "../ports.ts";
import type { CtpConfig } from "./ctp-config.ts";
import type { CtpEncodings } from "./ctp-encodings.ts";
import { encodeGrant, WaitingFrames } from "./ctp-login.ts";
import { findInstruments } from "./ctp-query.ts";
import { CtpSubscriptions } from "./ctp-subscriptions.ts";
import type { Peer, Session } from "./session.ts";

/** What a session is made from. */
export interface CtpSessionOptions {
  readonly desk: Desk;
  readonly credentials: Credentials;
  /** Wall clock. */
  readonly now: () => EpochMs;
  readonly config: CtpConfig;
  readonly encodings: CtpEncodings;
  readonly side: Side;
  /** The dialect that the client asked for by name. */
  readonly forced: Dialect | undefined;
  readonly nextSessionId: () => number;
  /** Hears of exceptions that a request was answered -500 for. */
  readonly onError: (error: unknown) => void;
}

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
  #state: "out" | "checking" | "in" | "ended" = "out";
  #user = { brokerId: "", userId: "" };
  #pingedAt: EpochMs = 0;

  constructor(peer: Peer, options: CtpSessionOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#tracker = new DialectTracker(options.side, options.forced);
    this.#subscriptions = new CtpSubscriptions(peer, options.desk, options.encodings);
    this.#waiting = new WaitingFrames(options.config.maxQueuedDuringLogin);
  }

  /** Takes one frame. Frames that arrive while a password is being checked wait for the login reply. */
  receive(text: string): void {
    if (this.#state === "checking") this.#wait(text);
    else if (this.#state !== "ended") this.#handle(text);
  }

  /** Sends a Ping when one is due: only after the login reply, and never to clients that would throw on it. */
  tick(now: EpochMs): void {
    if (this.#state !== "in" || !DIALECTS[this.#tracker.current].pings) return;
    if (now - this.#pingedAt < this.#options.config.pingIntervalMs) return;
    this.#pingedAt = now;
    this.#peer.send(PING);
  }

  closed(): void {
    this.#state = "ended";
    this.#waiting.take();
    this.#subscriptions.clear();
  }

  #wait(text: string): void {
    if (this.#waiting.add(text)) return;
    this.#state = "ended";
    this.#waiting.take();
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
        return this.#refuseTrading(request, dialect);
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
    const answer = await this.#askPassword(request);
    if (this.#state !== "checking") return;
    this.#state = "out";
    this.#guard(request, dialect, () => {
      if (answer === "right") this.#grantLogin(request, dialect);
      else if (answer === "wrong") this.#reply(dialect, request, "{}", CTP_ERRORS.invalidLogin);
      else this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.internal);
    });
    // What waited is handled in order; what comes after another login in it waits again.
    for (const text of this.#waiting.take()) this.receive(text);
  }

  async #askPassword({ user, password }: LoginRequest): Promise<"right" | "wrong" | "failed"> {
    try {
      return (await this.#options.credentials.password(user, password)) ? "right" : "wrong";
    } catch (error) {
      this.#options.onError(error);
      return "failed";
    }
  }

  #grantLogin(request: LoginRequest, dialect: Dialect): void {
    const { desk, config, now, nextSessionId, side } = this.#options;
    const user = { brokerId: request.brokerId || config.brokerId, userId: request.user };
    const identity = { ...user, frontId: config.frontId, sessionId: nextSessionId() };
    const body = encodeGrant(dialect, side, identity, desk.now());
    this.#user = user;
    this.#state = "in";
    this.#pingedAt = now();
    this.#reply(dialect, request, body);
  }

  #logout(request: LogoutRequest, dialect: Dialect): void {
    if (this.#state !== "in") return this.#reply(dialect, request, "{}", CTP_ERRORS.notLoginYet);
    this.#state = "out";
    this.#subscriptions.clear();
    this.#reply(dialect, request, JSON.stringify({ BrokerID: this.#user.brokerId, UserID: this.#user.userId }));
  }

  /** One frame per instrument, the last one marked; for none a single frame with an empty body (ctp.md a.6). */
  #queryInstruments(request: InstrumentQuery, dialect: Dialect): void {
    if (this.#state !== "in") return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notLoggedIn);
    const { desk, encodings } = this.#options;
    const found = findInstruments(desk, request.filter);
    if (found.length === 0) return this.#reply(dialect, request, REQUESTS.get(request.msgType)!.empty);
    for (const [at, instrument] of found.entries()) {
      this.#reply(dialect, request, encodings.instrument(dialect, instrument), undefined, at === found.length - 1);
    }
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

  /** One reply per listed id, and one without an id to an empty list. */
  #answerEach(request: SubscriptionRequest, dialect: Dialect, judge: (id: string) => CtpError | undefined): void {
    const { kind, requestId, ids } = request;
    const frame = { name: MD_NAMES[kind], bodyKey: "SpecificInstrument", requestId, isLast: true };
    if (ids.length === 0)
      this.#peer.send(encodeReply(dialect, { ...frame, body: encodeSpecificInstrument(undefined) }));
    for (const id of ids) {
      this.#peer.send(encodeReply(dialect, { ...frame, body: encodeSpecificInstrument(id), error: judge(id) }));
    }
  }

  #refuseTrading(request: Request, dialect: Dialect): void {
    // A market-data front never asks who is calling: it does not have these requests at all.
    if (this.#options.side !== "md" && this.#state !== "in")
      return this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notLoggedIn);
    this.#refuse(dialect, request, CTP_GATEWAY_ERRORS.notImplemented, `${request.msgType}: not served yet`);
  }

  #refuse(dialect: Dialect, request: Request, error: CtpError, detail?: string): void {
    this.#peer.send(encodeGatewayError(dialect, request, error, detail));
  }

  /** The reply that belongs to a request by its name. */
  #reply(
    dialect: Dialect,
    request: LoginRequest | LogoutRequest | InstrumentQuery,
    body: string,
    error?: CtpError,
    isLast = true,
  ): void {
    const spec = REQUESTS.get(request.msgType)!;
    const { requestId } = request;
    this.#peer.send(
      encodeReply(dialect, { name: spec.reply, bodyKey: spec.replyBody, body, error, requestId, isLast }),
    );
  }
}
