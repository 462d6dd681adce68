/** Prometheus figures, read from the parts when they are scraped: nothing here runs on the tick path. */
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Hub } from "../core/hub.ts";
import type { Market } from "../core/market.ts";
import type { ConnectionView, NetworkView, OutboxTotals } from "./views.ts";
import type { Feed } from "../ports/feed.ts";
import type { History } from "../ports/history.ts";
import { register, type Labelled } from "./series.ts";
import { registerHistory } from "./history-metrics.ts";
import { registerKlines, type KlineSource } from "./kline-metrics.ts";
import { registerTokens, type TokenSources } from "./token-metrics.ts";
import { registerTrading } from "./trading-metrics.ts";
import { registerUpstreams } from "./upstream-metrics.ts";
import type { TradingStatus } from "../ports/trading.ts";

/** At most this many connections are listed one by one; those with losses come first. */
const MAX_LISTED_CONNECTIONS = 200;

/** What is measured. */
export interface MetricsSources extends TokenSources {
  readonly market: Market;
  readonly hub: Hub;
  readonly feeds: readonly Feed[];
  readonly network: NetworkView;
  readonly history: Pick<History, "status">;
  readonly klines: KlineSource;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Undefined where trading is switched off. */
  readonly trading: { status(): TradingStatus } | undefined;
}

/** Makes the registry. `text()` is the Prometheus exposition format. */
export function makeMetrics(sources: MetricsSources): { readonly contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "tickwire_" });
  registerMarket(registry, sources);
  registerNetwork(registry, sources.network);
  registerFeeds(registry, sources.feeds);
  registerUpstreams(registry, sources);
  registerHistory(registry, sources.history);
  registerKlines(registry, sources.klines);
  registerTokens(registry, sources);
  const { trading } = sources;
  if (trading !== undefined) registerTrading(registry, () => trading.status());
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

function registerMarket(registry: Registry, { market, hub }: MetricsSources): void {
  const { counts } = market;
  register(
    registry,
    "counter",
    "events_total",
    "Events published, of feeds and derived",
    () => [
      [{ kind: "trade" }, counts.trade],
      [{ kind: "book" }, counts.book],
      [{ kind: "snapshot" }, counts.snapshot],
    ],
    ["kind"],
  );
  register(registry, "counter", "deliveries_total", "Messages handed to connections by the hub", () => [
    [{}, counts.deliveries],
  ]);
  register(
    registry,
    "counter",
    "anomalies_total",
    "Strange input that was survived, by cause",
    () => [...market.anomalies].map(([cause, count]): Labelled => [{ cause }, count]),
    ["cause"],
  );
  register(registry, "gauge", "instruments", "Instruments known", () => [[{}, market.size]]);
  register(registry, "gauge", "instruments_watched", "Instruments that somebody listens to", () => [[{}, hub.watched]]);
}

function registerFeeds(registry: Registry, feeds: readonly Feed[]): void {
  register(
    registry,
    "gauge",
    "feed_up",
    "1 while the feed runs",
    () => feeds.map((feed): Labelled => [{ feed: feed.name }, feed.status().state === "running" ? 1 : 0]),
    ["feed"],
  );
  register(
    registry,
    "gauge",
    "feed_event_time_seconds",
    "Event time of the feed's newest event",
    () => feeds.map((feed): Labelled => [{ feed: feed.name }, feed.status().time / 1000]),
    ["feed"],
  );
}

function registerNetwork(registry: Registry, network: NetworkView): void {
  register(
    registry,
    "gauge",
    "connections",
    "Live WebSocket connections by door",
    () => {
      const doors = new Map<string, number>();
      for (const { door } of network.connections) doors.set(door, (doors.get(door) ?? 0) + 1);
      return [...doors].map(([door, count]): Labelled => [{ door }, count]);
    },
    ["door"],
  );
  const { counts } = network;
  register(
    registry,
    "counter",
    "connections_total",
    "WebSocket handshakes and forced ends, by outcome",
    () => [
      [{ outcome: "accepted" }, counts.accepted],
      [{ outcome: "refused" }, counts.refused],
      [{ outcome: "closed_slow" }, counts.slow],
      [{ outcome: "closed_dead" }, counts.dead],
    ],
    ["outcome"],
  );
  register(registry, "counter", "frames_received_total", "Frames received from clients", () => [[{}, counts.framesIn]]);
  register(
    registry,
    "counter",
    "messages_total",
    "Messages to clients: published = sent + conflated + dropped + pending",
    () => outcomes(network.totals()),
    ["outcome"],
  );
  register(registry, "counter", "sent_bytes_total", "Bytes written to clients", () => [[{}, network.totals().bytes]]);
  register(registry, "counter", "socket_writes_total", "Write calls to clients' sockets", () => [
    [{}, network.totals().writes],
  ]);
  register(
    registry,
    "counter",
    "connection_messages_total",
    "Messages of one live connection, by outcome",
    () => perConnection(network),
    ["connection", "door", "outcome"],
  );
  register(
    registry,
    "gauge",
    "connection_held",
    "1 while the connection reads too slowly and is held back",
    () =>
      listed(network)
        .filter(({ outbox }) => outbox.held)
        .map(({ number, door }): Labelled => [{ connection: String(number), door }, 1]),
    ["connection", "door"],
  );
}

function outcomes(totals: OutboxTotals): Labelled[] {
  return (["published", "sent", "conflated", "dropped"] as const).map((outcome) => [{ outcome }, totals[outcome]]);
}

function perConnection(network: NetworkView): Labelled[] {
  return listed(network).flatMap(({ number, door, outbox }) =>
    outcomes(outbox.counts).map(([labels, value]): Labelled => [
      { connection: String(number), door, ...labels },
      value,
    ]),
  );
}

/** The connections worth a line of their own: all while they are few, else those that lost most. */
function listed(network: NetworkView): readonly ConnectionView[] {
  const all = [...network.connections];
  if (all.length <= MAX_LISTED_CONNECTIONS) return all;
  return all.toSorted((a, b) => lost(b) - lost(a)).slice(0, MAX_LISTED_CONNECTIONS);
}

function lost({ outbox: { counts } }: ConnectionView): number {
  return counts.conflated + counts.dropped;
}
