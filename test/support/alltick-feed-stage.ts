/** What tests of the feed stand on: an upstream client that does nothing by itself, and a sink that remembers. */
import assert from "node:assert/strict";
import {
  ClientError,
  type AllTickClientOptions,
  type AllTickSubscriptions,
  type ClientState,
  type KlineQuestion,
} from "@tickwire/client";
import type { AllTickEndpoint } from "@tickwire/protocol/alltick";
import type { Instrument, Kline, Trade } from "@tickwire/protocol/model";
import { FakeClock } from "./fake-clock.ts";
import type { DayReference, Feed, FeedMemory, FeedSink, Gap } from "../../packages/gateway/src/ports/feed.ts";
import { makeAllTickFeed } from "../../packages/gateway/src/feeds/alltick/feed.ts";
import { readAllTickOptions } from "../../packages/gateway/src/feeds/alltick/options.ts";
import type { UpstreamClient } from "../../packages/gateway/src/feeds/alltick/upstream-client.ts";

/** A client whose upstream is the test. */
export class FakeClient implements UpstreamClient {
  readonly options: AllTickClientOptions;
  /** The lists it was given, oldest first. */
  readonly lists: AllTickSubscriptions[] = [];
  readonly states: Partial<Record<AllTickEndpoint, ClientState>> = {};
  readonly reconnects: string[] = [];
  readonly asked: string[] = [];
  /** What HTTP calls answer. */
  minutes: (code: string, count: number, end?: number | undefined) => readonly Kline[] = () => [];
  days: (code: string) => readonly Kline[] = () => [];
  closed = false;

  constructor(options: AllTickClientOptions) {
    this.options = options;
  }

  get trades(): readonly string[] {
    return this.lists.at(-1)?.trades ?? [];
  }

  setSubscriptions(subscriptions: AllTickSubscriptions): void {
    this.lists.push(subscriptions);
  }

  statusOf(endpoint: AllTickEndpoint) {
    const state = this.states[endpoint];
    if (state === undefined) return undefined;
    return { state, since: 0, attempt: 0, cause: "", retryAt: 0, lastMessage: 0, connections: 1 };
  }

  /** The connection comes into a state. */
  enter(endpoint: AllTickEndpoint, state: ClientState): void {
    this.states[endpoint] = state;
    this.options.onEndpointStatus?.(endpoint, this.statusOf(endpoint)!);
  }

  /** The upstream has taken the list. */
  accept(...endpoints: readonly AllTickEndpoint[]): void {
    for (const endpoint of endpoints) {
      this.states[endpoint] = "live";
      this.options.onEndpointStatus?.(endpoint, this.statusOf(endpoint)!);
      this.options.onSubscribed?.(endpoint);
    }
  }

  /** The upstream has refused the list of trades: the whole of it, or what is beyond `fits` codes. */
  refuse(endpoint: AllTickEndpoint, ret: number, fits = 0): void {
    const error = new ClientError("refused", `${ret}`, ret);
    this.states[endpoint] = "live";
    this.options.onRefusal?.({ endpoint, kind: "trades", codes: this.trades.slice(fits), error });
    this.options.onSubscribed?.(endpoint);
  }

  async kline({ code, count = 1, end }: KlineQuestion): Promise<readonly Kline[]> {
    this.asked.push(`kline ${code} ${count}`);
    return this.minutes(code, count, end);
  }

  async batchKline(queries: readonly KlineQuestion[]) {
    this.asked.push(`batch ${queries.map(({ code }) => code).join()}`);
    return queries.map(({ code }) => ({ code, period: "1d" as const, bars: this.days(code) }));
  }

  async staticInfo(codes: readonly string[]) {
    this.asked.push(`static ${codes.join()}`);
    return [];
  }

  reconnect(endpoint: AllTickEndpoint, cause: string): void {
    this.reconnects.push(`${endpoint} ${cause}`);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** What a feed delivered. */
export class Seen implements FeedSink {
  readonly instruments = new Map<string, Instrument>();
  readonly events: string[] = [];
  readonly references: [string, DayReference][] = [];
  readonly gaps: Gap[] = [];
  /** Gaps from before the start. */
  readonly left: Gap[] = [];
  readonly anomalies: string[] = [];
  readonly kept: Kline[] = [];
  /** Instruments of another feed. */
  readonly foreign = new Set<string>();
  /** To be given to the feed's `resume`. */
  readonly memory: FeedMemory = {
    tail: () => undefined,
    gaps: () => this.left,
    keepNote: () => undefined,
    keepBars: (bars) => void this.kept.push(...bars),
  };

  instrument(instrument: Instrument): boolean {
    if (this.foreign.has(instrument.id)) return false;
    this.instruments.set(instrument.id, instrument);
    return true;
  }
  trade: FeedSink["trade"] = ({ id, price, volume }) => void this.events.push(`trade ${id} ${price} ${volume}`);
  book: FeedSink["book"] = ({ id, bids, asks }) =>
    void this.events.push(`book ${id} ${bids.prices.join()}|${asks.prices.join()}`);
  snapshot: FeedSink["snapshot"] = ({ id }) => void this.events.push(`snapshot ${id}`);
  reference: FeedSink["reference"] = (id, reference) => void this.references.push([id, reference]);
  advance: FeedSink["advance"] = () => undefined;
  anomaly: FeedSink["anomaly"] = (cause) => void this.anomalies.push(cause);
  gap: FeedSink["gap"] = (gap) => void this.gaps.push(gap);
}

/** A feed that has started, and what it stands on. */
export interface Stage {
  readonly feed: Feed;
  readonly clock: FakeClock;
  readonly seen: Seen;
  readonly clients: FakeClient[];
}

/** Starts a feed; `env:A` and `env:B` are tokens, `env:AGAIN` is the first one. `foreign`: ids that another feed has. */
export async function open(
  spec: string,
  foreign: readonly string[] = [],
  left: (now: number, feed: string) => readonly Gap[] = () => [],
): Promise<Stage> {
  const clock = new FakeClock();
  const clients: FakeClient[] = [];
  const secrets = new Map([
    ["env:A", "secret-a"],
    ["env:B", "secret-b"],
    ["env:AGAIN", "secret-a"],
  ]);
  const feed = makeAllTickFeed(readAllTickOptions(new URLSearchParams(spec)), {
    clock,
    secrets,
    makeClient: (options) => {
      const client = new FakeClient(options);
      clients.push(client);
      return client;
    },
  });
  const seen = new Seen();
  for (const id of foreign) seen.foreign.add(id);
  seen.left.push(...left(clock.now(), feed.name));
  feed.resume?.(seen.memory);
  await feed.start(seen);
  return { feed, clock, seen, clients };
}

/** As a hub does: the instrument is asked for, then listened to. */
export function watch({ feed, clock }: Stage, ...ids: readonly string[]): void {
  for (const id of ids) {
    assert.ok(feed.want(id), id);
    feed.watch?.(id, true);
  }
  clock.advance(50);
}

/** A trade of 1 for `price`. */
export function trade(id: string, seq: number, time: number, price = 100): Trade {
  return { id, seq, time, price, volume: 1, turnover: price, direction: 1 };
}

/** A bar of a minute. */
export function bar(id: string, time: number, closed: boolean, volume = 10): Kline {
  const figures = { open: 1, high: 3, low: 1, close: 2, volume, turnover: 2 * volume, openInterest: NaN };
  return { id, period: "1m", time, ...figures, closed, revised: false, gap: false };
}

/** Lets promises be heard. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 50; round++) await Promise.resolve();
}
