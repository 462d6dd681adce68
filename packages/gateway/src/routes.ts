/** Which path is answered by whom. */
import type { Hub } from "./core/hub.ts";
import type { KlineEngine } from "./core/klines.ts";
import type { Market } from "./core/market.ts";
import type { TokenUsage } from "./core/usage.ts";
import { makeAsyncApi } from "./documents/asyncapi.ts";
import { makeOpenApi } from "./documents/openapi.ts";
import type { IssuedTokens } from "./credentials/issued-tokens.ts";
import { makeGapRoute } from "./gap-route.ts";
import type { HttpRoute, HttpRoutes } from "./net/http.ts";
import type { WsServer } from "./net/ws.ts";
import { readHealth } from "./ops/health.ts";
import { makeMetrics } from "./ops/metrics.ts";
import type { Clock } from "./ports/clock.ts";
import type { Feed } from "./ports/feed.ts";
import type { History } from "./ports/history.ts";
import type { Ledger } from "./ports/ledger.ts";
import type { TradingStatus } from "./ports/trading.ts";
import type { AllTickHttp } from "./sessions/alltick-http.ts";
import type { HttpAnswer } from "./sessions/session.ts";
import { VERSION } from "./version.ts";

/** What is told about. */
export interface Observed {
  readonly market: Market;
  readonly hub: Hub;
  readonly feeds: readonly Feed[];
  readonly network: WsServer;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly history: History;
  readonly klines: KlineEngine;
  readonly issued: IssuedTokens;
  readonly usage: TokenUsage;
  readonly alltick: AllTickHttp;
  /** Undefined where trading is switched off. */
  readonly trading: { status(): TradingStatus } | undefined;
}

/**
 * Makes the routes. What anybody may know and what a token guards is open to pages of other origins; what is for operators
 * (`/metrics`, `/healthz`, `/gaps`) is not: no page that an operator happens to look at shall read it.
 */
export function makeRoutes({ clock, ledger, issued, alltick, ...seen }: Observed): HttpRoutes {
  const { market, feeds, network } = seen;
  const metrics = makeMetrics({ ...seen, now: () => clock.now(), ledger, issuedTokens: () => issued.size });
  const startedAt = clock.now();
  const health: HttpRoute["handle"] = () => {
    const read = readHealth({
      feeds,
      ledger: ledger.status(),
      history: seen.history.status(),
      trading: seen.trading?.status(),
      uptimeMs: clock.now() - startedAt,
      connections: network.size,
      instruments: market.size,
      gaps: market.gaps,
      now: clock.now(),
    });
    return { status: 200, type: "application/json", body: `${JSON.stringify(read)}\n` };
  };
  const service: HttpRoute = { handle: (request) => alltick.answer(request), post: true, cors: true };
  return new Map<string, HttpRoute>([
    ["/metrics", { handle: async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }) }],
    ["/healthz", { handle: health }],
    ["/gaps", makeGapRoute({ history: seen.history, market, feeds })],
    ["/openapi.json", document(() => makeOpenApi(VERSION))],
    ["/asyncapi.json", document(() => makeAsyncApi(VERSION))],
    ...alltick.paths.map((path) => [path, service] as const),
  ]);
}

/** A document that never changes, made when somebody first asks for it. */
function document(make: () => object): HttpRoute {
  let body: string | undefined;
  const handle = (): HttpAnswer => ({
    status: 200,
    type: "application/json",
    body: (body ??= `${JSON.stringify(make(), undefined, 2)}\n`),
  });
  return { handle, cors: true };
}
