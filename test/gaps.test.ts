/** What is missing is told: the gap ledger over a restart, in bars, in `/gaps`, `/healthz` and `/metrics`, and by `tickwire gaps`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openDuckDbHistory } from "../packages/gateway/src/history/duckdb.ts";
import type { FeedStatus, Gap } from "../packages/gateway/src/ports/feed.ts";
import type { History } from "../packages/gateway/src/ports/history.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { HandFeed, openGateway } from "./support/gateway.ts";
import { Command } from "./support/process.ts";
import { BTCUSDT, RB2605 } from "./support/samples.ts";

const MINUTE = 60_000;

/** A feed with one upstream. */
class UpstreamFeed extends HandFeed {
  override status(): ReturnType<HandFeed["status"]> & FeedStatus {
    const upstream = { name: "wss://host/a", state: "live", cause: "1006 reset", connections: 3 } as const;
    return { ...super.status(), upstreams: [{ ...upstream, lastMessage: Date.now() - 2_000 }] };
  }
}

function openHistory(folder: string): Promise<History> {
  const database = { file: join(folder, "history.duckdb"), threads: 1 };
  return openDuckDbHistory(
    { database, retention: { keepTicksDays: 9, keepBarsDays: 99, maxBytes: 1e9 } },
    makeSystemClock(),
  );
}

function makeFeed(): UpstreamFeed {
  return new UpstreamFeed((sink) => {
    sink.instrument(BTCUSDT);
    sink.instrument(RB2605);
  });
}

function trade(feed: HandFeed, time: number): void {
  feed.sink.trade({ id: "BTCUSDT", seq: 0, time, price: 5, volume: 1, turnover: 5, direction: 0 });
}

/** Runs `tickwire gaps`; the lines that it printed, as JSON. */
async function gapsOf(
  args: readonly string[],
): Promise<{ code: number | null; rows: Record<string, unknown>[]; stderr: string }> {
  const { code, stdout, stderr } = await new Command(["gaps", ...args]).ended;
  const rows = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, rows, stderr };
}

describe("a gap that a feed tells of", () => {
  it("is kept and told everywhere, over a restart, until it is filled", async () => {
    const folder = makeDataFolder();
    const start = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
    const gap: Gap = {
      feed: "hand",
      from: start + 1_000,
      to: start + 91_000,
      codes: [],
      cause: "connection",
      filledBy: "",
    };
    const mute: Gap = { ...gap, from: start + 2_000, codes: ["BTCUSDT"], cause: "mute", filledBy: "kline" };
    {
      const feed = makeFeed();
      const history = await openHistory(folder);
      await using served = await openGateway({}, [feed], { history });
      feed.sink.gap(gap);
      feed.sink.gap(mute);
      const get = async (path: string): Promise<Response> => fetch(served.http + path);
      const health = (await (await get("/healthz")).json()) as Record<string, never>;
      assert.deepEqual(health["gaps"], { connection: { open: 1, filled: 0 }, mute: { open: 0, filled: 1 } });
      const [{ upstreams }] = health["feeds"] as unknown as [{ upstreams: Record<string, unknown>[] }];
      const { lastMessageAge, ...upstream } = upstreams[0]!;
      assert.deepEqual(upstream, { name: "wss://host/a", state: "live", cause: "1006 reset", connections: 3 });
      // The feed tells it a moment after the clock was read.
      assert.ok(Number(lastMessageAge) >= 1.5 && Number(lastMessageAge) < 10);
      const metrics = await (await get("/metrics")).text();
      const labels = 'feed="hand",upstream="wss://host/a"';
      for (const line of [
        'tickwire_gaps_total{cause="connection",filled="no"} 1',
        'tickwire_gaps_total{cause="mute",filled="yes"} 1',
        `tickwire_upstream_state{${labels},state="live"} 1`,
        `tickwire_upstream_connections_total{${labels}} 3`,
        `tickwire_upstream_last_cause{${labels},cause="1006 reset"} 1`,
      ]) {
        assert.ok(metrics.includes(line), line);
      }
      await history.flush();
      const answer = await get("/gaps?code=BTCUSDT");
      assert.equal(answer.headers.get("access-control-allow-origin"), null, "for operators");
      const report = (await answer.json()) as { gaps: unknown[]; sessions: { missing: number }[] };
      assert.equal(report.gaps.length, 2);
      assert.equal(
        report.sessions.reduce((sum, { missing }) => sum + missing, 0),
        90,
      );
      const lasting: Gap = { ...gap, from: start + 3_000, to: start + 95_000, codes: ["rb2605"] };
      Object.assign(feed, { lasting: () => [lasting] });
      const now = (await (await get("/gaps?code=rb2605")).json()) as { gaps: { codes: string[] }[] };
      assert.deepEqual(
        now.gaps.map(({ codes }) => codes),
        [[], ["rb2605"]],
        "those that are not over, too",
      );
      Object.assign(feed, { lasting: undefined });
      assert.equal((await get("/gaps?since=1")).status, 400);
      assert.equal((await get("/gaps?from=x")).status, 400);
      const asked = await gapsOf(["--url", served.ws, "--code", "BTCUSDT"]);
      assert.deepEqual([asked.code, asked.rows.length >= 3], [4, true], asked.stderr);
      assert.equal((await gapsOf(["--url", served.http, "--feed", "other"])).code, 0);
      const busy = await gapsOf(["--data", folder]);
      assert.equal(busy.code, 1);
      assert.match(busy.stderr, /in use by process .*--url/);
    }
    const stored = await gapsOf(["--data", folder, "--since", "1h"]);
    assert.deepEqual(
      stored.rows.map(({ cause, filledBy }) => [cause, filledBy]),
      [
        ["connection", ""],
        ["mute", "kline"],
      ],
    );
    assert.equal(stored.code, 4);
    const history = await openHistory(folder);
    const feed = makeFeed();
    await using again = await openGateway({}, [feed], { history });
    feed.sink.gap({ ...gap, filledBy: "kline" });
    await history.flush();
    const filled = await gapsOf(["--url", again.ws]);
    assert.equal(filled.code, 0, filled.stderr);
    assert.deepEqual(
      filled.rows.map(({ filledBy }) => filledBy),
      ["kline", "kline"],
    );
  });

  it("flags the stored bars that it reaches into, until it is filled", async () => {
    const history = await openHistory(makeDataFolder());
    const feed = makeFeed();
    await using _ = await openGateway({}, [feed], { history });
    const start = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
    for (let minute = 0; minute < 5; minute++) trade(feed, start + minute * MINUTE + 500);
    const flags = async (): Promise<boolean[]> => {
      await history.flush();
      return (await history.readBars("BTCUSDT", "1m", start, start + 4 * MINUTE, 9)).map(({ gap }) => gap);
    };
    // The minute in which it was joined is never whole.
    assert.deepEqual(await flags(), [true, false, false, false]);
    const from = start + 2 * MINUTE + 1;
    const gap: Gap = { feed: "hand", from, to: from + 1_000, codes: ["BTCUSDT"], cause: "slow", filledBy: "" };
    feed.sink.gap(gap);
    assert.deepEqual(await flags(), [true, false, true, false]);
    feed.sink.gap({ ...gap, filledBy: "history" });
    assert.deepEqual(await flags(), [true, false, false, false]);
  });

  it("tickwire gaps: usage, an address where nobody is, and nothing to read", async () => {
    assert.equal((await gapsOf(["--since", "yesterday"])).code, 2);
    assert.equal((await gapsOf(["--url", "ftp://x"])).code, 2);
    assert.equal((await gapsOf(["--url", "ws://127.0.0.1:9"])).code, 3);
    const none = await gapsOf(["--data", makeDataFolder()]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /there is no history/);
  });
});
