/** The AllTick service over HTTP: token, path, rate, request, answer (alltick.md 1, 5, 6). */
import {
  ALLTICK_HTTP_PATHS,
  decodeHttpRequest,
  encodeHttpError,
  encodeHttpOk,
  encodeRateRefusal,
  encodeSuspensionError,
  encodeSuspensions,
  encodeTokenRefusal,
  findHttpPlan,
  httpStatusOf,
  isHttpCall,
  SUSPENSION_EXCHANGES,
  SUSPENSION_PATH,
  type AllTickEndpoint,
  type HttpCall,
  type HttpData,
  type Suspension,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import { localDate, localTime, type EpochMs } from "@tickwire/protocol/model";
import { NOBODY, type TokenUsage } from "../core/usage.ts";
import type { Credentials, TokenGrant } from "../ports/credentials.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import { HTTP_ANSWERS, type HttpOutcome, type HttpSources, type HttpTerms } from "./alltick-http-calls.ts";
import { HttpPacer } from "./alltick-http-pacer.ts";
import { Scope } from "./alltick-scope.ts";
import type { HttpAnswer, HttpRequest } from "./session.ts";

/** What the HTTP side is made from. */
export interface AllTickHttpOptions extends HttpSources {
  readonly credentials: Credentials;
  /** Takes the counts of everybody who comes. */
  readonly usage: TokenUsage;
  /** Halts of an exchange; rejects when they cannot be had, with a message for the client. */
  readonly suspensions: (exchange: SuspensionExchange) => Promise<readonly Suspension[]>;
  readonly config: AllTickConfig;
}

/** What a path asks for. */
type Target =
  | { readonly kind: "call"; readonly endpoint: AllTickEndpoint; readonly call: HttpCall }
  | { readonly kind: "suspension"; readonly exchange: SuspensionExchange }
  | { readonly kind: "unknown"; readonly error: AllTickError | undefined };

/** Answers every path of the service; never throws but for a store that is down. */
export class AllTickHttp {
  /** The beginnings of the paths that it answers. */
  readonly paths: readonly string[] = [...Object.values(ALLTICK_HTTP_PATHS), SUSPENSION_PATH].map((path) => `${path}/`);
  readonly #options: AllTickHttpOptions;
  readonly #pacer: HttpPacer;

  constructor(options: AllTickHttpOptions) {
    const { pacing, zone } = options.config;
    this.#options = options;
    this.#pacer = new HttpPacer(pacing === "vendor", zone);
  }

  /** Answers a request. A token is asked for before anything else, on every path (alltick.md 6). */
  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const token = request.query.get("token") ?? "";
    const grant = token === "" ? undefined : this.#options.credentials.token(token);
    const usage = this.#options.usage.of(grant?.name ?? NOBODY);
    usage.requests.http++;
    if (grant === undefined || grant.use(request.now) !== undefined) {
      usage.refusals.token++;
      return refuseToken(token === "" ? ALLTICK_ERRORS.tokenRequired : ALLTICK_ERRORS.tokenInvalid);
    }
    const target = readTarget(request.path);
    if (target.kind === "unknown") return target.error === undefined ? NOT_FOUND : fail(target.error, "");
    const plan = findHttpPlan(grant.plan);
    const paced = target.kind === "call" ? target.call : "suspension";
    const refusal = this.#pacer.refusal(grant.name, request.path, paced, plan, request.now);
    if (refusal !== undefined) {
      usage.refusals.rate++;
      return refusal === ALLTICK_ERRORS.rateLimit ? TOO_MANY : fail(refusal, "");
    }
    if (target.kind === "suspension") return this.#suspensions(target.exchange, request);
    const answer = await this.#call(target.endpoint, target.call, grant, request);
    if (answer.refused === ALLTICK_ERRORS.overPlan) usage.refusals.plan++;
    else if (answer.refused === ALLTICK_ERRORS.codeUnauthorized) usage.refusals.code++;
    return answer;
  }

  async #call<C extends HttpCall>(
    endpoint: AllTickEndpoint,
    call: C,
    grant: TokenGrant,
    { method, query, body }: HttpRequest,
  ): Promise<HttpAnswer & { readonly refused?: AllTickError }> {
    const asked = decodeHttpRequest(call, { post: method === "POST", query: query.get("query") ?? "", body });
    if (asked.fault !== "none") return fail(asked.fault, asked.trace);
    const { desk, config } = this.#options;
    const scope = new Scope(desk, endpoint, grant);
    const plan = findHttpPlan(grant.plan);
    const give: (terms: HttpTerms, data: HttpData[C]) => HttpOutcome | Promise<HttpOutcome> = HTTP_ANSWERS[call];
    const outcome = await give({ sources: this.#options, config, scope, plan }, asked.data);
    if (typeof outcome !== "string") return { ...fail(outcome, asked.trace), refused: outcome };
    return json(200, encodeHttpOk(asked.trace, outcome));
  }

  async #suspensions(exchange: SuspensionExchange, { query, now }: HttpRequest): Promise<HttpAnswer> {
    try {
      const items = await this.#options.suspensions(exchange);
      const page = { page: query.get("page"), size: query.get("size") };
      return json(200, encodeSuspensions(exchange, items, page, stamp(this.#options.config.zone, now)));
    } catch (error) {
      return json(500, encodeSuspensionError(error instanceof Error ? error.message : String(error)));
    }
  }
}

/** Paths of the service that do not exist are 402, as its own are (alltick.md 6); other suspension lists are plainly not found. */
function readTarget(path: string): Target {
  for (const endpoint of ["stock", "general"] as const) {
    const base = `${ALLTICK_HTTP_PATHS[endpoint]}/`;
    if (!path.startsWith(base)) continue;
    const call = path.slice(base.length).replace(/\/$/, "");
    return isHttpCall(endpoint, call)
      ? { kind: "call", endpoint, call }
      : { kind: "unknown", error: ALLTICK_ERRORS.queryInvalid };
  }
  const name = path.slice(SUSPENSION_PATH.length + 1).replace(/\/$/, "");
  const exchange = SUSPENSION_EXCHANGES.find((known) => known === name);
  return exchange === undefined ? { kind: "unknown", error: undefined } : { kind: "suspension", exchange };
}

const TOO_MANY = json(429, encodeRateRefusal(ALLTICK_ERRORS.rateLimit));
const NOT_FOUND = json(404, encodeSuspensionError("not found"));

function refuseToken(error: AllTickError): HttpAnswer {
  return json(error.ret, encodeTokenRefusal(error));
}

function fail(error: AllTickError, trace: string): HttpAnswer {
  return json(httpStatusOf(error), encodeHttpError(error, trace));
}

function json(status: number, body: string): HttpAnswer {
  return { status, type: "application/json", body };
}

/** `yyyy-MM-ddTHH:mm:ss` on the zone's wall clock. */
function stamp(zone: string, now: EpochMs): string {
  const day = localDate(zone, now);
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${localTime(zone, now)}`;
}
