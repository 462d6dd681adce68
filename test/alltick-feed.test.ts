/** A tickwire fed by another one that enforces the vendor's rules: what comes out below, and what the upstream saw. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AllTickClient } from "@tickwire/client";
import type { Trade } from "@tickwire/protocol/model";
import { openGateway, type TestGateway } from "./support/gateway.ts";

const TOKEN = "0123456789abcdef-c-app";

/** An upstream with the vendor's pacing, which has one token of a plan. */
function openUpstream(): Promise<TestGateway> {
  return openGateway({
    TICKWIRE_FEED: "sim?rate=50&instruments=BTCUSDT,ETHUSDT,GOLD,700.HK,HSI.HK,rb2605",
    TICKWIRE_ALLTICK_PACING: "vendor",
  });
}

function openRelay(upstream: TestGateway, spec: string, token = "demo"): Promise<TestGateway> {
  const feed = `alltick?token=env:UP&url=${encodeURIComponent(upstream.http)}&${spec}`;
  return openGateway({ TICKWIRE_FEED: feed, UP: token });
}

async function until(holds: () => boolean, what: string, ms = 15_000): Promise<void> {
  const end = Date.now() + ms;
  while (!holds()) {
    assert.ok(Date.now() < end, `${what} within ${ms} ms`);
    await sleep(20);
  }
}

test("a client below hears what the upstream says, on both endpoints, with one connection on each", async () => {
  await using upstream = await openUpstream();
  await using relay = await openRelay(upstream, "plan=premium&codes=BTCUSDT");
  const above: Trade[] = [];
  const below: Trade[] = [];
  const books = new Set<string>();
  const codes = ["BTCUSDT", "700.HK", "GOLD"];
  await using direct = new AllTickClient({ url: upstream.ws, token: "demo", plan: "unlimited", onTrade: (trade) => above.push(trade) });
  await using client = new AllTickClient({
    url: relay.ws,
    token: "demo",
    plan: "unlimited",
    onTrade: (trade) => below.push(trade),
    onBook: ({ id }) => books.add(id),
  });
  void direct;
  client.setSubscriptions({ trades: codes, books: codes });
  await until(() => codes.every((code) => below.some(({ id }) => id === code) && books.has(code)), "every code ticks");
  const health = (await (await fetch(`${relay.http}/healthz`)).json()) as unknown;
  const text = JSON.stringify(health);
  assert.match(text, /premium/);
  console.log(text);
});
