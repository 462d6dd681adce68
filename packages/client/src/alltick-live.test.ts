/** Bars, tickers and HTTP calls of the client: against a service with tickwire's extensions, and against the vendor's. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Kline, Ticker } from "@tickwire/protocol/model";
import { EPOCH, Upstream } from "../../../test/support/alltick-upstream.ts";
import { settle } from "../../../test/support/fake-service.ts";
import { AllTickClient } from "./alltick-client.ts";
import type { AllTickClientOptions, Fetch } from "./alltick-client-options.ts";
import { ClientError } from "./connection.ts";
import type { Hole } from "./status.ts";

const MINUTE = 60_000;

function stage(more: Partial<AllTickClientOptions> = {}, extensions = false) {
  const upstream = new Upstream();
  upstream.extensions = extensions;
  const holes: Hole[] = [];
  const client = new AllTickClient({
    ...upstream.options,
    plan: "basic",
    random: () => 0,
    onHole: (hole) => holes.push(hole),
    ...more,
  });
  /** Lets time pass in steps of a second, with a bar and a trade pushed in each. */
  const run = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 1_000) {
      upstream.bar("A");
      upstream.trade("A");
      await upstream.timers.pass(1_000);
    }
  };
  return { upstream, client, holes, run };
}

/** Everything that an iterator gives, as it gives it. */
function collect<T>(iterator: AsyncIterable<T, undefined>): T[] {
  const seen: T[] = [];
  void (async () => {
    for await (const one of iterator) seen.push(one);
  })();
  return seen;
}

/** What stands between answers in the service's place. */
const signInPage: Fetch = () =>
  Promise.resolve({ status: 200, text: () => Promise.resolve("<html>please sign in</html>") });

/** Lets iterators take everything that waits for them. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Every minute from the first to the last is there, in order, and each but the last is told as closed if `closing`. */
function assertWhole(bars: readonly Kline[], first: number, last: number): void {
  const times = [...new Set(bars.map(({ time }) => (time - EPOCH) / MINUTE))];
  assert.deepEqual(
    times,
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
  for (const [i, bar] of bars.entries()) {
    const before = bars[i - 1];
    if (before === undefined) continue;
    assert.ok(bar.time >= before.time, "time goes back");
    if (bar.time === before.time) assert.ok(bar.volume >= before.volume, "an older state");
  }
}

describe("klines", () => {
  it("of the past come in order, page after page, and end", async () => {
    const { upstream, client } = stage();
    const bars = collect(client.klines("A", "1m", { from: EPOCH - 50 * MINUTE, to: EPOCH - 10 * MINUTE }));
    await upstream.timers.pass(5_000);
    await drained();
    assertWhole(bars, -50, -10);
    await upstream.timers.pass(700 * MINUTE);
    const long = collect(client.klines("A", "1m", { from: 0, to: EPOCH + 600 * MINUTE }));
    await upstream.timers.pass(10_000);
    await drained();
    assertWhole(long, -60, 600);
    assert.deepEqual(
      [upstream.connections.length, upstream.calls.map(({ call }) => call)],
      [0, ["kline", "kline", "kline", "kline"]],
    );
    await client.close();
  });

  it("go on without a hole where the service pushes, through a break, which is told with what filled it", async () => {
    const { upstream, client, holes, run } = stage({}, true);
    const own: Hole[] = [];
    const bars = collect(client.klines("A", "1m", { from: EPOCH - 5 * MINUTE, onHole: (hole) => own.push(hole) }));
    await run(3 * MINUTE);
    upstream.last.end(1006);
    upstream.refuses = 503;
    await run(5 * MINUTE);
    upstream.refuses = undefined;
    await run(4 * MINUTE);
    await drained();
    assertWhole(bars, -5, 11);
    assert.deepEqual(upstream.last.lists.klines, ["A 1"]);
    assert.equal(bars.at(-1)!.time, EPOCH + 11 * MINUTE);
    assert.deepEqual(own, holes);
    const [{ from, to, codes, filledBy, cause }] = holes as [Hole];
    assert.deepEqual([holes.length, codes, filledBy, cause], [1, ["A"], "kline", "1006 connection lost"]);
    assert.ok(from <= EPOCH + 3 * MINUTE && to >= EPOCH + 8 * MINUTE);
    await client.close();
    await settle();
  });

  it("are asked for where nobody pushes, no more often than the plan allows; the question for extensions is put once", async () => {
    const { upstream, client, run } = stage();
    const bars = collect(client.klines("A", "1m", { from: EPOCH - 5 * MINUTE }));
    const second = collect(client.klines("B", "1m"));
    await run(4 * MINUTE);
    upstream.httpRefuses = 503;
    await run(5 * MINUTE);
    upstream.httpRefuses = undefined;
    await run(2 * MINUTE);
    await drained();
    assertWhole(bars, -5, 10);
    assert.deepEqual([second[0]!.time, second.at(-1)!.time], [EPOCH - 60 * MINUTE, EPOCH + 10 * MINUTE]);
    const closed = bars.filter(({ closed: over, time }) => over && time >= EPOCH && time < EPOCH + 4 * MINUTE);
    assert.equal(new Set(closed.map(({ time }) => time)).size, 4);
    const probes = upstream.connections.flatMap(({ requests }) =>
      requests.filter(({ request }) => request.cmd_id === 32006),
    );
    assert.equal(probes.length, 1);
    const batches = upstream.calls.filter(({ call }) => call === "batch-kline");
    for (const [i, { at }] of batches.entries()) assert.ok(i === 0 || at - batches[i - 1]!.at >= 3_000);
    assert.ok(upstream.calls.length < 11 * 60);
    await client.close();
  });

  it("catch up after an outage though each question has to wait longer than it takes to the next poll", async () => {
    const { upstream, client, run } = stage({ extensions: false });
    const codes = Array.from({ length: 10 }, (_, at) => `C${at}`);
    const series = codes.map((code) => collect(client.klines(code, "1m", { count: 5 })));
    await run(5 * MINUTE);
    upstream.httpRefuses = 503;
    await run(10 * MINUTE);
    upstream.httpRefuses = undefined;
    const before = upstream.calls.filter(({ call }) => call === "kline").length;
    await run(5 * MINUTE);
    await drained();
    for (const bars of series) assertWhole(bars, (bars[0]!.time - EPOCH) / MINUTE, 19);
    assert.equal(upstream.calls.filter(({ call }) => call === "kline").length - before, codes.length);
    await client.close();
  });

  it("end in an error where the code is refused or the token is bad", async () => {
    const { upstream, client } = stage({ extensions: false });
    upstream.httpRefuses = 401;
    const failing = assert.rejects(
      client.klines("A", "1m").next(),
      (error: unknown) => error instanceof ClientError && error.ret === 401,
    );
    await upstream.timers.pass(5_000);
    await failing;
    const other = stage({}, true);
    const refused = assert.rejects(other.client.klines("NO", "1m").next(), /600 code invalid/);
    await other.upstream.timers.pass(10_000);
    await refused;
    await Promise.all([client.close(), other.client.close()]);
  });
});

describe("ticker", () => {
  it("is pushed where the service has tickers", async () => {
    const { upstream, client } = stage({}, true);
    const tickers = collect(client.ticker(["A"]));
    await upstream.timers.pass(5_000);
    assert.deepEqual(upstream.last.lists.tickers, ["A"]);
    upstream.last.push({ cmd_id: 32_999, data: { code: "A", tick_time: 5, trading_day: "20251223", last_price: "7" } });
    await settle();
    assert.deepEqual(
      tickers.map(({ last }) => last),
      [7],
    );
    await client.close();
  });

  it("is made of daily bars and trades elsewhere, its change counted from the close before", async () => {
    const { upstream, client } = stage();
    const tickers: Ticker[] = collect(client.ticker(["A"]));
    await upstream.timers.pass(10_000);
    const base = 100 + ((Math.floor(EPOCH / 86_400_000) - 1) % 50);
    assert.deepEqual([tickers[0]!.base, tickers[0]!.last], [base, base + 1]);
    upstream.trade("A");
    await settle();
    const { last, change, changePercent, low, time } = tickers.at(-1)!;
    assert.deepEqual([last, change, low, time], [1.5, 1.5 - base, 1.5, upstream.now]);
    assert.equal(changePercent, ((1.5 - base) / base) * 100);
    await client.close();
  });
});

describe("HTTP", () => {
  it("calls keep within every rate of the plan, and lists within its length", async () => {
    const { upstream, client } = stage({ plan: "free" });
    const codes = Array.from({ length: 12 }, (_, n) => `C${n}`);
    const all = Promise.all([
      client.tradeTick(codes),
      client.kline({ code: "A", period: "1m" }),
      client.depthTick(["A"]),
    ]);
    await upstream.timers.pass(120_000);
    const [trades] = await all;
    assert.deepEqual(
      trades.map(({ id }) => id),
      codes,
    );
    const ticks = upstream.calls.filter(({ call }) => call === "trade-tick");
    assert.equal(ticks.length, 3);
    for (const [i, { at }] of ticks.entries()) assert.ok(i === 0 || at - ticks[i - 1]!.at >= 10_000);
    for (let round = 0; round < 12; round++) void client.kline({ code: "A", period: "1m" }).catch(() => undefined);
    await upstream.timers.pass(600_000);
    for (const [i, { at }] of upstream.calls.entries()) assert.ok(i < 10 || at - upstream.calls[i - 10]!.at >= 60_000);
    await client.close();
  });

  it("errors tell what happened and whether to try again", async () => {
    const { upstream, client } = stage();
    const fails = async (status: number): Promise<readonly unknown[]> => {
      upstream.httpRefuses = status;
      const outcome = client.tradeTick(["A"]).catch((error: ClientError) => [error.kind, error.ret, error.temporary]);
      await upstream.timers.pass(2_000);
      return outcome;
    };
    assert.deepEqual(await fails(429), ["refused", 429, true]);
    assert.deepEqual(await fails(401), ["refused", 401, false]);
    const unread = new AllTickClient({ ...upstream.options, fetch: signInPage });
    await assert.rejects(
      unread.tradeTick(["A"]),
      (error: ClientError) => error.temporary && /trade-tick: the answer cannot be read/.test(error.message),
    );
    await unread.close();
    await assert.rejects(
      unread.tradeTick(["A"]),
      (error: ClientError) => error.kind === "closed" && !error.temporary && /the client is closed/.test(error.message),
    );
    const gone = new AllTickClient({ ...upstream.options, fetch: () => Promise.reject(new Error("no network: t")) });
    await assert.rejects(gone.tradeTick(["A"]), (error: unknown) => {
      assert.ok(error instanceof ClientError);
      assert.deepEqual(
        [error.kind, error.temporary, error.message],
        ["connect", true, "trade-tick: no answer from https://vendor"],
      );
      return true;
    });
    const slow = new AllTickClient({
      ...upstream.options,
      fetch: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    });
    const late = assert.rejects(slow.tradeTick(["A"]), /no answer within 10 s/);
    await upstream.timers.pass(10_000);
    await late;
    const cut = assert.rejects(slow.tradeTick(["A"]), /closed/);
    await upstream.timers.pass(10_000);
    await slow.close();
    await cut;
    await Promise.all([client.close(), gone.close()]);
  });
});
