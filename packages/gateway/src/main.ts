/** The composition root: reads the config, builds the parts and joins them by hand. The only file that knows all of them. */
import type { Config } from "./config.ts";
import { Desk } from "./core/desk.ts";
import { Hub } from "./core/hub.ts";
import { Market } from "./core/market.ts";
import { makeCredentials } from "./credentials.ts";
import { makeFeed } from "./feeds/registry.ts";
import { FeedSpecError } from "./feeds/spec.ts";
import type { Logger } from "./log.ts";
import { listenHttp, type Address, type HttpRoute, type HttpServer } from "./net/http.ts";
import { WsServer, type WsLimits } from "./net/ws.ts";
import { readHealth } from "./ops/health.ts";
import { makeMetrics } from "./ops/metrics.ts";
import type { Clock, Feed } from "./ports.ts";
import { AllTickDoor } from "./sessions/alltick-door.ts";
import { CtpDoor } from "./sessions/ctp-door.ts";
import { toAllTickConfig, toCtpConfig } from "./session-config.ts";

/** What a gateway needs besides its config. */
export interface GatewayDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the place of the config's feeds: tests and benches drive their own. */
  readonly feeds?: readonly Feed[];
}

/** A running gateway. */
export interface Gateway {
  /** Where it listens, with the real ports. */
  readonly addresses: readonly Address[];
  readonly market: Market;
  /** Drains: clients get 1001, feeds stop, sockets end. Idempotent. */
  close(): Promise<void>;
}

/** Listens, then starts the feeds in the order of the config. Rejects, with everything closed again, when one of them cannot start. */
export async function startGateway(config: Config, { clock, log, feeds: given }: GatewayDeps): Promise<Gateway> {
  const hub = new Hub();
  const market = new Market(hub);
  const feeds = given ?? config.feeds.map((spec) => makeFeed(spec, clock));
  const desk = new Desk(hub, market, {
    want: (id) => feeds.some((feed) => feed.want(id)),
    now: () => marketTime(feeds, clock),
  });
  const credentials = makeCredentials(config);
  const now = (): number => clock.now();
  const onError = (error: unknown, door: string): void => log.error({ err: error, door }, "a session failed");
  const doors = [
    new AllTickDoor({ desk, credentials, now, config: toAllTickConfig(config) }),
    new CtpDoor({ desk, credentials, now, config: toCtpConfig(config), onError: (error) => onError(error, "ctp") }),
  ];
  const network = new WsServer(doors, clock, toWsLimits(config), onError);
  const routes = makeRoutes({ market, hub, feeds, network, clock });
  const onRequestError = (error: unknown): void => log.error({ err: error }, "a request failed");
  let http: HttpServer | undefined;
  const close = async (): Promise<void> => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    await Promise.all([network.close(), http?.close()]);
  };
  try {
    http = await listenHttp(config.listen, routes, network.upgrade.bind(network), onRequestError);
    for (const feed of feeds) {
      await startFeed(feed, market);
      log.info({ feed: feed.name, instruments: market.size }, "feed started");
    }
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return { addresses: http.addresses, market, close: () => (closing ??= close()) };
}

/** Starts a feed. What keeps it from starting is a mistake in its SPEC or in what the SPEC names: it is told as such. */
async function startFeed(feed: Feed, market: Market): Promise<void> {
  try {
    await feed.start(market.sink());
  } catch (cause) {
    throw new FeedSpecError(feed.name, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Wall clock; where every feed plays a past, the newest moment that one of them has reached. */
function marketTime(feeds: readonly Feed[], clock: Clock): number {
  if (feeds.length === 0 || feeds.some((feed) => feed.timeline === "wall")) return clock.now();
  return Math.max(...feeds.map((feed) => feed.status().time)) || clock.now();
}

function toWsLimits({ limits }: Config): WsLimits {
  return {
    maxFrame: limits.maxFrameBytes,
    maxConnections: limits.maxConnections,
    highWater: limits.highWaterBytes,
    hardCap: limits.hardCapBytes,
  };
}

interface Observed {
  readonly market: Market;
  readonly hub: Hub;
  readonly feeds: readonly Feed[];
  readonly network: WsServer;
  readonly clock: Clock;
}

function makeRoutes({ market, hub, feeds, network, clock }: Observed): Map<string, HttpRoute> {
  const metrics = makeMetrics({ market, hub, feeds, network });
  const startedAt = clock.now();
  return new Map<string, HttpRoute>([
    ["/metrics", async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() })],
    [
      "/healthz",
      () => {
        const health = readHealth(feeds, clock.now() - startedAt, network.size, market.size);
        return { status: 200, type: "application/json", body: `${JSON.stringify(health)}\n` };
      },
    ],
  ]);
}
