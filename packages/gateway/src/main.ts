/** The composition root: reads the config, builds the parts and joins them by hand. The only file that knows all of them. */
import type { Config } from "./config.ts";
import { Desk } from "./core/desk.ts";
import { Hub } from "./core/hub.ts";
import { Market } from "./core/market.ts";
import { InstrumentSearch } from "./core/search.ts";
import { TokenUsage } from "./core/usage.ts";
import { makeCredentials } from "./credentials/credentials.ts";
import { makeDoors } from "./doors.ts";
import { makeFeed } from "./feeds/registry.ts";
import { FeedSpecError } from "./feeds/spec.ts";
import { followLedger } from "./credentials/ledger-follower.ts";
import { SqliteLedger } from "./ledger/sqlite.ts";
import type { Logger } from "./log.ts";
import { listenHttp, type Address, type HttpServer } from "./net/http.ts";
import { initialsOf } from "./pinyin/initials.ts";
import { joinPast, openHistory } from "./past.ts";
import type { Clock } from "./ports/clock.ts";
import type { Feed, FeedSink } from "./ports/feed.ts";
import type { History } from "./ports/history.ts";
import type { Ledger } from "./ports/ledger.ts";
import { UpstreamLog } from "./ops/upstream-log.ts";
import { makeRoutes } from "./routes.ts";
import { openTrading } from "./trading.ts";

/** Between two looks at the connections to upstreams, for the log. */
const LOOK_MS = 1_000;

/** What a gateway needs besides its config. */
export interface GatewayDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the references to secrets in the feeds' SPECs stand for. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Takes the place of the config's feeds: tests and benches drive their own. */
  readonly feeds?: readonly Feed[];
  /** Takes the place of the data directory's ledger; closed with the gateway. */
  readonly ledger?: Ledger;
  /** Takes the place of the data directory's history; closed with the gateway. */
  readonly history?: History;
}

/** A running gateway. */
export interface Gateway {
  /** Where it listens, with the real ports. */
  readonly addresses: readonly Address[];
  readonly market: Market;
  /** Tokens of the ledger that were not revoked at the start. */
  readonly issuedTokens: number;
  /** Users of the ledger at the start. */
  readonly addedUsers: number;
  /** Drains: clients get 1001, feeds stop, sockets end. Idempotent. */
  close(): Promise<void>;
}

/** Listens, then starts the feeds in the order of the config. Rejects, with everything closed again, when one of them cannot start. */
export async function startGateway(config: Config, deps: GatewayDeps): Promise<Gateway> {
  const { clock, log, feeds: given } = deps;
  const hub = new Hub();
  const market = new Market(hub);
  const search = new InstrumentSearch(initialsOf);
  market.tap(search);
  const secrets = deps.secrets ?? new Map<string, string>();
  const feeds = given ?? config.feeds.map((spec) => makeFeed(spec, { clock, secrets }));
  hub.onWatch((id, watched) => {
    for (const feed of feeds) feed.watch?.(id, watched);
  });
  const history = deps.history ?? (await openHistory(config, clock));
  const past = await joinPast({ config, history, hub, market, feeds, log });
  const desk = new Desk(hub, market, {
    want: (id) => feeds.some((feed) => feed.want(id)),
    now: () => marketTime(feeds, clock),
  });
  const ledger = deps.ledger ?? new SqliteLedger(config.data);
  const onLedgerError = (error: unknown): void => log.error({ err: error }, "the ledger failed");
  const { issued, users, stop: stopLedger } = followLedger(ledger, clock, onLedgerError);
  const credentials = makeCredentials({ config, issued, users, clock });
  const onTradingError = (error: unknown): void => log.error({ err: error }, "trading failed");
  const trading = openTrading({ config, desk, ledger, clock, feeds, onError: onTradingError });
  const usage = new TokenUsage();
  const asked = { desk, credentials, usage, search, bars: past.bars, history, trading: trading.desk };
  const { network, alltick } = makeDoors(config, { ...asked, clock, log });
  const parts = { market, hub, feeds, network, clock, ledger, history, issued, usage, alltick, trading: trading.desk };
  const routes = makeRoutes({ ...parts, klines: past.engine });
  const onRequestError = (error: unknown): void => log.error({ err: error }, "a request failed");
  const upstreams = new UpstreamLog({ feeds, market }, log);
  const stopLooking = clock.every(LOOK_MS, () => upstreams.look());
  let http: HttpServer | undefined;
  const close = async (): Promise<void> => {
    stopLooking();
    await Promise.all(feeds.map((feed) => feed.stop()));
    // Whoever gave an order hears what became of it before the connection ends.
    await trading.settled();
    await Promise.all([network.close(), http?.close()]);
    await trading.close();
    stopLedger();
    await history.close();
  };
  try {
    const upgrade = network.upgrade.bind(network);
    const now = (): number => clock.now();
    http = await listenHttp({ listen: config.listen, routes, upgrade, onError: onRequestError, now });
    for (const feed of feeds) {
      const sink = market.sink(feed.name);
      past.admit(feed, sink);
      await startFeed(feed, trading.sink(sink));
      log.info({ feed: feed.name, instruments: market.size }, "feed started");
    }
    trading.start();
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const counts = { issuedTokens: issued.size, addedUsers: users.size };
  return { addresses: http.addresses, market, ...counts, close: () => (closing ??= close()) };
}

/** Starts a feed. What keeps it from starting is a mistake in its SPEC or in what the SPEC names: it is told as such. */
async function startFeed(feed: Feed, sink: FeedSink): Promise<void> {
  try {
    await feed.start(sink);
  } catch (cause) {
    throw new FeedSpecError(feed.name, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Wall clock; where every feed plays a past, the newest moment that one of them has reached. */
function marketTime(feeds: readonly Feed[], clock: Clock): number {
  if (feeds.length === 0 || feeds.some((feed) => feed.timeline === "wall")) return clock.now();
  return Math.max(...feeds.map((feed) => feed.status().time)) || clock.now();
}
