/** A tickwire fed by another one that enforces the vendor's rules: what comes out below, and what the upstream saw. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AllTickClient } from "@tickwire/client";
import type { Kline, Trade } from "@tickwire/protocol/model";
import type { MarketTap } from "../packages/gateway/src/ports/market.ts";
import { openGateway, type TestGateway } from "./support/gateway.ts";

/** An upstream with the vendor's pacing; its demo token has the largest plan, and may have more connections than are used. */
function openUpstream(): Promise<TestGateway> {
  return openGateway({
    TICKWIRE_FEED: "sim?rate=20&instruments=BTCUSDT,ETHUSDT,GOLD,700.HK,HSI.HK,rb2605",
    TICKWIRE_ALLTICK_PACING: "vendor",
  });
}

function openRelay(upstream: TestGateway, spec: string, secret = "demo"): Promise<TestGateway> {
  const feed = `alltick?token=env:UP&url=${encodeURIComponent(upstream.http)}&${spec}`;
  return openGateway({ TICKWIRE_FEED: feed, UP: secret });
}

async function until(holds: () => boolean, what: string, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!holds()) {
    assert.ok(Date.now() < end, `${what} within ${ms} ms`);
    await sleep(20);
  }
}

/** Every trade that a gateway publishes, as text, by code. */
function record({ gateway }: TestGateway): Map<string, string[]> {
  const told = new Map<string, string[]>();
  const tap: MarketTap = {
    instrument: () => undefined,
    advance: () => undefined,
    tick: (kind, event) => {
      if (kind !== "trade") return;
      const list = told.get(event.id) ?? [];
      told.set(event.id, list);
      list.push(say(event as Trade));
    },
  };
  gateway.market.tap(tap);
  return told;
}

function say({ seq, time, price, volume, direction }: Trade): string {
  return [seq, time, price, volume, direction].join(" ");
}

/** What `/healthz` says of the feed. */
async function feedOf({ http }: TestGateway) {
  const health = (await (await fetch(`${http}/healthz`)).json()) as {
    readonly feeds: readonly {
      readonly state: string;
      readonly detail: string;
      readonly upstreams: readonly { readonly state: string; readonly connections: number }[];
    }[];
  };
  return health.feeds[0]!;
}

test("clients below hear exactly what the upstream says, over one connection for each family", async () => {
  await using upstream = await openUpstream();
  const above = record(upstream);
  await using relay = await openRelay(upstream, "plan=premium&codes=BTCUSDT&instruments=*");
  const below = new Map<string, string[]>();
  const books = new Set<string>();
  const codes = ["BTCUSDT", "700.HK", "GOLD", "HSI.HK", "rb2605"];
  await using client = new AllTickClient({
    url: relay.http,
    token: "demo",
    plan: "unlimited",
    onTrade: (trade) => below.set(trade.id, [...(below.get(trade.id) ?? []), say(trade)]),
    onBook: ({ id }) => books.add(id),
  });
  client.setSubscriptions({ trades: codes, books: codes });
  await until(() => codes.every((code) => (below.get(code)?.length ?? 0) > 20), "every code ticks");
  await until(() => books.size >= 4, "what has books tells them");
  assert.deepEqual([...books].toSorted(), ["700.HK", "BTCUSDT", "GOLD", "rb2605"]);
  for (const [code, list] of below) {
    const all = above.get(code)!;
    const first = all.indexOf(list[0]!);
    assert.ok(first >= 0, `${code}: ${list[0]} was never said`);
    assert.deepEqual(list, all.slice(first, first + list.length), code);
  }
  assert.deepEqual(
    [...relay.gateway.market.anomalies.keys()].filter((cause) => cause.startsWith("alltick")),
    [],
  );
  const { upstreams } = await feedOf(relay);
  assert.deepEqual(
    upstreams.map(({ state, connections }) => [state, connections]),
    [
      ["live", 1],
      ["live", 1],
    ],
  );
});

test("a token that the upstream refuses ends the feed's attempts, and nothing shows it", async () => {
  await using upstream = await openUpstream();
  await using relay = await openRelay(upstream, "codes=BTCUSDT", "wrong-secret");
  let feed = await feedOf(relay);
  for (let tries = 0; tries < 100 && feed.state !== "failed"; tries++) {
    await sleep(100);
    feed = await feedOf(relay);
  }
  assert.equal(feed.state, "failed");
  assert.match(feed.detail, /401/);
  for (const path of ["/healthz", "/metrics"]) {
    assert.doesNotMatch(await (await fetch(relay.http + path)).text(), /wrong-secret/);
  }
});

/** The newest minutes of a code that a gateway tells. */
async function minutesOf(gateway: TestGateway, code: string, count: number): Promise<readonly Kline[]> {
  await using client = new AllTickClient({ url: gateway.http, token: "demo", plan: "unlimited" });
  return await client.kline({ code, period: "1m", count });
}

test("bars of the past come from the upstream as soon as a code is watched", async () => {
  await using upstream = await openUpstream();
  await using relay = await openRelay(upstream, "plan=professional&codes=ETHUSDT");
  let below: readonly Kline[] = [];
  const end = Date.now() + 20_000;
  while (below.length < 300 && Date.now() < end) {
    await sleep(300);
    below = await minutesOf(relay, "ETHUSDT", 400);
  }
  const told = new Map((await minutesOf(upstream, "ETHUSDT", 450)).map((bar) => [bar.time, bar]));
  const settled = below.filter(({ time }) => time < Date.now() - 180_000);
  assert.ok(settled.length >= 300, `${settled.length} bars`);
  for (const bar of settled) assert.deepEqual(bar, told.get(bar.time));
});
