/**
 * One AllTick connection (alltick.md 2, 3, 4, 9): reads requests, answers each with exactly one reply, and cuts a client
 * that floods or falls silent.
 */
import type { EpochMs } from "@tickwire/protocol/model";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import {
  decodeRequest,
  encodeError,
  encodeHeaderError,
  encodeOk,
  type AllTickEndpoint,
  type AllTickPlan,
  type DecodedRequest,
  type RequestHeader,
} from "@tickwire/protocol/alltick";
import type { Desk } from "../core/desk.ts";
import type { Usage } from "../core/usage.ts";
import type { GrantEnd, TokenGrant } from "../ports/credentials.ts";
import { runCommand, type CommandContext } from "./alltick-commands.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import type { AllTickEncodings } from "./alltick-encodings.ts";
import type { RequestPacer } from "./alltick-pacer.ts";
import type { AllTickSources } from "./alltick-queries.ts";
import { RequestQueue } from "./alltick-queue.ts";
import { Scope } from "./alltick-scope.ts";
import { Subscriptions } from "./alltick-subscriptions.ts";
import type { Peer, Session } from "./session.ts";

/** What a session is made from. */
export interface AllTickSessionOptions {
  readonly desk: Desk;
  readonly config: AllTickConfig;
  readonly grant: TokenGrant;
  readonly plan: AllTickPlan;
  readonly pacer: RequestPacer;
  /** Counters of the grant. */
  readonly usage: Usage;
  readonly endpoint: AllTickEndpoint;
  readonly encodings: AllTickEncodings;
  /** Who is asked about instruments and the past. */
  readonly sources: AllTickSources;
  /** Hears of questions that could not be answered, to log them. */
  readonly onError: (error: unknown) => void;
  /** Wall clock. */
  readonly now: () => EpochMs;
  /** Called once when the connection has ended. */
  readonly release: () => void;
}

/** Normal closure: the client had its 30 seconds (alltick.md 4). */
const CLOSE_SILENT = 1000;
/** Policy violation: the token that the connection was opened with holds no more. */
const CLOSE_GRANT_ENDED = 1008;

/** The state machine of one connection. Never throws, whatever it receives. */
export class AllTickSession implements Session {
  readonly #peer: Peer;
  readonly #options: AllTickSessionOptions;
  readonly #context: CommandContext;
  readonly #queue = new RequestQueue();
  #aliveAt: EpochMs;
  /** Messages that the grant's counters know of. */
  #counted = 0;
  #ended = false;

  constructor(peer: Peer, options: AllTickSessionOptions) {
    const { desk, usage, plan, config, encodings, sources } = options;
    this.#peer = peer;
    this.#options = options;
    const scope = new Scope(desk, options.endpoint, options.grant);
    const subscriptions = new Subscriptions({ desk, outlet: peer, usage, scope, plan, config, encodings });
    this.#context = { subscriptions, scope, sources };
    this.#aliveAt = options.now();
  }

  receive(text: string): void {
    if (this.#ended) return;
    const { now, config, grant, pacer, usage } = this.#options;
    const decoded = decodeRequest(text);
    const heartbeat = decoded.fault === "none" && decoded.request.kind === "heartbeat";
    const at = now();
    usage.requests.ws++;
    const ended = grant.use(at);
    if (ended !== undefined) return this.#cutOff(ended);
    if (heartbeat || config.heartbeat === "lenient") this.#aliveAt = at;
    if (!pacer.allow(at, heartbeat)) this.#refuse(decoded);
    else if (decoded.fault === "header") this.#peer.send(encodeHeaderError(config.malformedRet));
    else if (decoded.fault === "data") this.#peer.send(encodeError(ALLTICK_ERRORS.dataInvalid, decoded.header));
    else this.#answer(decoded);
  }

  pinged(): void {
    if (this.#options.config.heartbeat === "lenient") this.#aliveAt = this.#options.now();
  }

  tick(now: EpochMs): void {
    this.#countMessages();
    if (this.#ended) return;
    const ended = this.#options.grant.use(now);
    if (ended !== undefined) return this.#cutOff(ended);
    const { heartbeatTimeoutMs, heartbeatGraceMs } = this.#options.config;
    // A clock that was set back must not lengthen the wait.
    if (now < this.#aliveAt) this.#aliveAt = now;
    if (now - this.#aliveAt > heartbeatTimeoutMs + heartbeatGraceMs) this.#end(CLOSE_SILENT, "heartbeat timeout");
  }

  closed(): void {
    this.#drop();
    this.#countMessages();
    this.#options.release();
  }

  /** The reply goes out first, then what it leads to: a client may take the first frame for the reply (alltick.md 4). */
  #answer({ header, request }: Extract<DecodedRequest, { fault: "none" }>): void {
    const outcome = runCommand(this.#context, request);
    if ("ret" in outcome) return this.#fail(outcome, header);
    if ("later" in outcome) return this.#answerLater(header, outcome.later);
    this.#peer.send(encodeOk(header, outcome.data));
    outcome.effect?.();
  }

  #answerLater(header: RequestHeader, later: () => Promise<string>): void {
    const work = async (): Promise<void> => {
      try {
        const data = await later();
        if (!this.#ended) this.#peer.send(encodeOk(header, data));
      } catch (error) {
        this.#options.onError(error);
        if (!this.#ended) this.#fail(ALLTICK_ERRORS.internal, header);
      }
    };
    if (!this.#queue.add(work)) this.#fail(ALLTICK_ERRORS.tooManyRequests, header);
  }

  #fail(error: AllTickError, header: RequestHeader): void {
    const { refusals } = this.#options.usage;
    if (error === ALLTICK_ERRORS.overPlan) refusals.plan++;
    else if (error === ALLTICK_ERRORS.codeUnauthorized) refusals.code++;
    else if (error === ALLTICK_ERRORS.tooManyRequests) refusals.rate++;
    this.#peer.send(encodeError(error, header));
  }

  /** Too many requests: says so, then closes. */
  #refuse(decoded: DecodedRequest): void {
    const { willClose } = ALLTICK_ERRORS;
    this.#options.usage.refusals.rate++;
    this.#peer.send(encodeError(willClose, decoded.fault === "header" ? undefined : decoded.header));
    this.#end(willClose.close, "too many requests");
  }

  /** The token was revoked or has expired: says so for clients that see no close reason, then closes. */
  #cutOff(end: GrantEnd): void {
    this.#options.usage.refusals.token++;
    this.#peer.send(encodeError(ALLTICK_ERRORS.tokenInvalid));
    this.#end(CLOSE_GRANT_ENDED, `token ${end}`);
  }

  #countMessages(): void {
    const { sent } = this.#peer.counts;
    this.#options.usage.messages += sent - this.#counted;
    this.#counted = sent;
  }

  #end(code: number, reason: string): void {
    this.#drop();
    this.#peer.close(code, reason);
  }

  #drop(): void {
    this.#ended = true;
    this.#queue.clear();
    this.#context.subscriptions.clearAll();
  }
}
