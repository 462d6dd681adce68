/**
 * One AllTick connection (alltick.md 2, 3, 4, 9): reads requests, answers each with exactly one reply, keeps the two
 * subscription sets, and cuts a client that floods or falls silent.
 */
import type { EpochMs, Instrument } from "@tickwire/protocol/model";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import {
  decodeRequest,
  encodeError,
  encodeHeaderError,
  encodeOk,
  findAlias,
  MAX_CODE_CHARS,
  servesKind,
  type AllTickEndpoint,
  type AllTickPlan,
  type AllTickRequest,
  type CancelType,
  type DecodedRequest,
  type DepthSymbol,
} from "@tickwire/protocol/alltick";
import type { Desk } from "../core/desk.ts";
import type { Encoding } from "../core/hub.ts";
import type { Kind } from "../ports.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import type { AllTickEncodings } from "./alltick-encodings.ts";
import { RequestPacer } from "./alltick-pacer.ts";
import { SubscriptionSet, type Wanted } from "./alltick-set.ts";
import type { Peer, Session } from "./session.ts";

/** What a session is made from. */
export interface AllTickSessionOptions {
  readonly desk: Desk;
  readonly config: AllTickConfig;
  readonly plan: AllTickPlan;
  readonly endpoint: AllTickEndpoint;
  readonly encodings: AllTickEncodings;
  /** Wall clock. */
  readonly now: () => EpochMs;
  /** Called once when the connection has ended. */
  readonly release: () => void;
}

/** Normal closure: the client had its 30 seconds (alltick.md 4). */
const CLOSE_SILENT = 1000;

/** The state machine of one connection. Never throws, whatever it receives. */
export class AllTickSession implements Session {
  readonly #peer: Peer;
  readonly #options: AllTickSessionOptions;
  readonly #trades: SubscriptionSet<"trade">;
  readonly #books: SubscriptionSet<"book">;
  readonly #pacer: RequestPacer;
  #aliveAt: EpochMs;
  #ended = false;

  constructor(peer: Peer, options: AllTickSessionOptions) {
    const { desk, config, plan } = options;
    this.#peer = peer;
    this.#options = options;
    this.#trades = new SubscriptionSet(desk, peer);
    this.#books = new SubscriptionSet(desk, peer);
    this.#aliveAt = options.now();
    this.#pacer = new RequestPacer(config.pacing === "vendor" ? plan.requestSpacingMs : 0, this.#aliveAt);
  }

  receive(text: string): void {
    if (this.#ended) return;
    const { now, config } = this.#options;
    const decoded = decodeRequest(text);
    const heartbeat = decoded.fault === "none" && decoded.request.kind === "heartbeat";
    const at = now();
    if (heartbeat || config.heartbeat === "lenient") this.#aliveAt = at;
    if (!this.#pacer.allow(at, heartbeat)) this.#refuse(decoded);
    else if (decoded.fault === "header") this.#peer.send(encodeHeaderError(config.malformedRet));
    else if (decoded.fault === "data") this.#peer.send(encodeError(ALLTICK_ERRORS.dataInvalid, decoded.header));
    else this.#answer(decoded);
  }

  tick(now: EpochMs): void {
    if (this.#ended) return;
    const { heartbeatTimeoutMs, heartbeatGraceMs } = this.#options.config;
    // A clock that was set back must not lengthen the wait.
    if (now < this.#aliveAt) this.#aliveAt = now;
    if (now - this.#aliveAt > heartbeatTimeoutMs + heartbeatGraceMs) this.#end(CLOSE_SILENT, "heartbeat timeout");
  }

  closed(): void {
    this.#drop();
    this.#options.release();
  }

  /** The reply goes out first, then what it leads to: a client may take the first frame for the reply (alltick.md 4). */
  #answer({ header, request }: Extract<DecodedRequest, { fault: "none" }>): void {
    const outcome = this.#prepare(request);
    if (typeof outcome !== "function") return this.#peer.send(encodeError(outcome, header));
    this.#peer.send(encodeOk(header));
    outcome();
  }

  /** What a request will do once it is acknowledged, or why it is refused; a refused one changes nothing. */
  #prepare(request: AllTickRequest): (() => void) | AllTickError {
    const { encodings } = this.#options;
    switch (request.kind) {
      case "heartbeat":
        return () => {};
      case "cancel":
        return () => this.#cancel(request.cancelType);
      case "subscribe-trade": {
        const symbols = request.codes.map((code): DepthSymbol => ({ code, level: 0 }));
        return this.#replacement(this.#trades, symbols, ({ code }) => encodings.trade(code));
      }
      case "subscribe-depth":
        return this.#replacement(this.#books, request.symbols, ({ code, level }, { levels }) =>
          encodings.book(code, level < levels ? level : 0),
        );
    }
  }

  /**
   * Codes that nobody knows and codes of the other endpoint are passed over (alltick.md 9.5, 11.9), repeated ones
   * count once; 600 when none is left. The plan counts what is left.
   */
  #replacement<K extends Kind>(
    set: SubscriptionSet<K>,
    symbols: readonly DepthSymbol[],
    encodingOf: (symbol: DepthSymbol, instrument: Instrument) => Encoding<K>,
  ): (() => void) | AllTickError {
    const { plan, config } = this.#options;
    const wanted = new Map<string, Wanted<K>>();
    for (const symbol of symbols) {
      if (wanted.has(symbol.code)) continue;
      const instrument = this.#find(symbol.code);
      if (instrument === undefined) continue;
      if (wanted.size === plan.codes) {
        if (config.overLimit === "reject") return ALLTICK_ERRORS.overPlan;
        break;
      }
      wanted.set(symbol.code, { id: instrument.id, encoding: encodingOf(symbol, instrument) });
    }
    return wanted.size === 0 ? ALLTICK_ERRORS.codeInvalid : () => set.replace(wanted);
  }

  /** The instrument that this endpoint serves under `code`; an alias counts only where no instrument has that name. */
  #find(code: string): Instrument | undefined {
    if (code.length > MAX_CODE_CHARS) return undefined;
    const { desk, endpoint } = this.#options;
    const alias = findAlias(code);
    const instrument = desk.instrument(code) ?? (alias === undefined ? undefined : desk.instrument(alias));
    return instrument !== undefined && servesKind(endpoint, instrument.kind) ? instrument : undefined;
  }

  #cancel(type: CancelType): void {
    if (type === 0 || type === 1) this.#books.clear();
    if (type === 0 || type === 2) this.#trades.clear();
  }

  /** Too many requests: says so, then closes. */
  #refuse(decoded: DecodedRequest): void {
    const { willClose } = ALLTICK_ERRORS;
    this.#peer.send(encodeError(willClose, decoded.fault === "header" ? undefined : decoded.header));
    this.#end(willClose.close, "too many requests");
  }

  #end(code: number, reason: string): void {
    this.#drop();
    this.#peer.close(code, reason);
  }

  #drop(): void {
    this.#ended = true;
    this.#trades.clear();
    this.#books.clear();
  }
}
