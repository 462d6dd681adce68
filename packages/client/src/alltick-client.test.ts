/** What the client promises of connections and subscriptions, against the vendor's service without a network. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Trade } from "@tickwire/protocol/model";
import { settle } from "../../../test/support/fake-service.ts";
import { asked, next, stage } from "../../../test/support/alltick-client-stage.ts";
import { EPOCH } from "../../../test/support/alltick-upstream.ts";
import { AllTickClient } from "./alltick-client.ts";
import { ClientError } from "./connection.ts";

function over(error: unknown): boolean {
  return (
    error instanceof ClientError && error.ret === 603 && !error.temporary && /6 codes for trades/.test(error.message)
  );
}

describe("subscriptions", () => {
  it("connect nothing before something is wanted, then each endpoint of which something is", async () => {
    const { upstream, client, pass } = stage();
    await pass(60_000);
    assert.deepEqual([upstream.connections.length, client.status.state], [0, "connecting"]);
    client.setSubscriptions({ trades: ["BTCUSDT", "700.HK"], books: ["BTCUSDT"] });
    await pass(10_000);
    assert.deepEqual(upstream.connections.map(({ endpoint }) => endpoint).toSorted(), ["general", "stock"]);
    assert.deepEqual(asked(upstream, 0), [
      [22004, ["BTCUSDT"]],
      [22002, ["BTCUSDT"]],
    ]);
    assert.deepEqual(asked(upstream, 1), [[22004, ["700.HK"]]]);
    assert.deepEqual([client.status.state, client.status.connections], ["live", 2]);
    await client.close();
  });

  it("are one union of all who want something, sent whole, gathered for a moment, and ended when nobody is left", async () => {
    const { upstream, client, pass } = stage();
    client.setSubscriptions({ trades: ["A"] });
    const one = client.trades(["A", "B"]);
    await pass(5_000);
    const two = client.trades(["C"]);
    const three = client.trades(["D", "B"]);
    await pass(100);
    assert.equal(upstream.last.requests.length, 1);
    await pass(5_000);
    await one.return!();
    await pass(5_000);
    await two.return!();
    await three.return!();
    client.setSubscriptions({});
    await pass(5_000);
    assert.deepEqual(asked(upstream), [
      [22004, ["A", "B"]],
      [22004, ["A", "B", "C", "D"]],
      [22004, ["A", "C", "D", "B"]],
      [22006, 2],
    ]);
    await client.close();
  });

  it("never come too early: a second apart on a connection, three across connections of the token", async () => {
    const { upstream, client, pass } = stage();
    for (let round = 0; round < 6; round++) {
      client.setSubscriptions({ trades: [`A${round}`, `${round + 1}.HK`], books: [`A${round}`, `${round + 1}.HK`] });
      await pass(1_500);
    }
    await pass(60_000);
    const all = upstream.connections
      .flatMap((on) => on.requests.map(({ at }) => ({ at, on })))
      .toSorted((a, b) => a.at - b.at);
    for (const [i, { at, on }] of all.entries()) {
      for (const before of all.slice(0, i)) assert.ok(at - before.at >= (before.on === on ? 1_000 : 3_000));
    }
    for (const { lists, endpoint } of upstream.connections) {
      assert.deepEqual(lists.books, endpoint === "stock" ? ["6.HK"] : ["A5"]);
    }
    await client.close();
  });

  it("keep within the plan: one code too many is refused at once, with the code of the service", async () => {
    const { client } = stage({ plan: "free" });
    client.setSubscriptions({ trades: ["A", "B", "C", "D", "E"] });
    assert.throws(() => client.trades(["F"]), over);
    assert.throws(() => client.setSubscriptions({ trades: ["1", "2", "3", "4", "5", "6"] }), over);
    client.trades(["A"]);
    client.books(["F"]);
    client.trades(["1.HK"]);
    await client.close();
    assert.throws(() => client.trades(["A"]), /closed/);
  });

  it("that change at any moment while a connection is being brought up to date are sent, and shown as answered only then", async () => {
    for (let moment = 0; moment < 40; moment++) {
      const { upstream, client, pass } = stage({
        onFrame: (direction, text) => {
          if (direction === "received" && text.includes('"ret":200') && upstream.last.requests.length === 1) change();
        },
        onSubscribed: () => answered.push(upstream.last.lists.trades.join()),
      });
      const answered: string[] = [];
      const change = async (): Promise<void> => {
        for (let turn = 0; turn < moment; turn++) await Promise.resolve();
        client.setSubscriptions({ trades: ["B"] });
      };
      client.setSubscriptions({ trades: ["A"] });
      for (let second = 0; second < 10; second++) await pass(1_000);
      assert.deepEqual(upstream.last.lists.trades, ["B"], `after ${moment} turns`);
      assert.equal(answered.at(-1), "B");
      await client.close();
    }
  });

  it("that the service refuses are told, and end who wanted nothing else", async () => {
    const { upstream, client, told, pass } = stage();
    const bad = client.trades(["NO1", "NO2"]);
    const failing = assert.rejects(bad.next(), (error: unknown) => error instanceof ClientError && error.ret === 600);
    await pass(5_000);
    await failing;
    assert.deepEqual([told.refusals.length, told.refusals[0]!.codes], [1, ["NO1", "NO2"]]);
    assert.deepEqual([client.status.state, upstream.connections.length], ["live", 1]);
    await client.close();
  });

  it("are cut where the service takes fewer than the plan says (603), and what is left out is told", async () => {
    const { upstream, client, told, pass } = stage();
    upstream.mostCodes = 3;
    client.setSubscriptions({ trades: ["A", "B", "C", "D", "E", "F", "G"] });
    await pass(10_000);
    assert.deepEqual(upstream.last.lists.trades, ["A", "B", "C"]);
    assert.deepEqual(
      told.refusals.map(({ codes }) => codes),
      [["D", "E", "F", "G"]],
    );
    assert.equal(client.status.state, "live");
    await client.close();
  });
});

describe("events", () => {
  it("go to callbacks and to every iterator that wants their code; books cut to the levels", async () => {
    const { upstream, client, told, pass } = stage();
    const a = client.trades(["A"]);
    const both = client.trades(["A", "B"]);
    const books = client.books(["A"], { levels: 2 });
    await pass(5_000);
    upstream.trade("A", 1);
    upstream.trade("B", 2);
    upstream.book("A");
    assert.deepEqual(
      told.trades.map(({ seq }) => seq),
      [1, 2],
    );
    assert.equal(((await next(a)) as Trade).seq, 1);
    assert.equal(await next(a), "waits");
    assert.deepEqual([((await next(both)) as Trade).seq, ((await next(both)) as Trade).seq], [1, 2]);
    const book = await next(books);
    assert.ok(typeof book === "object" && book.bids.prices.length === 2);
    await client.close();
  });

  it("that a slow consumer loses are counted and told", async () => {
    const { upstream, client, pass } = stage();
    const lost: number[] = [];
    const slow = client.trades(["A"], { limit: 2, onLost: (count) => lost.push(count) });
    await pass(5_000);
    for (let seq = 1; seq <= 5; seq++) upstream.trade("A", seq);
    assert.deepEqual(lost, [1, 2, 3]);
    assert.equal(((await next(slow)) as Trade).seq, 4);
    await client.close();
  });
});

describe("close", () => {
  it("is idempotent, ends the iterators with what they hold, and leaves nothing behind", async () => {
    const { upstream, client, told, pass } = stage();
    const trades = client.trades(["A", "1.HK"]);
    const waiting = client.books(["A"]).next();
    const bars = client.klines("A", "1m");
    await pass(20_000);
    upstream.trade("A", 1);
    await Promise.all([client.close(), client.close()]);
    await client.close();
    assert.deepEqual(await waiting, { done: true, value: undefined });
    assert.equal(((await next(trades)) as Trade).seq, 1);
    assert.equal(await next(trades), "ended");
    for await (const _ of bars);
    await settle();
    assert.deepEqual([upstream.open.length, upstream.timers.waiting], [0, 0]);
    await pass(600_000);
    assert.deepEqual([client.status.state, upstream.connections.length], ["closed", 2]);
    assert.equal(told.statuses.at(-1)!.state, "closed");
    client.setSubscriptions({ trades: ["B"] });
    assert.equal(upstream.timers.waiting, 0);
  });

  it("works before, while connecting, and while waiting", async () => {
    for (const wait of [0, 1, 5_000]) {
      const { upstream, client, pass } = stage();
      upstream.refuses = 503;
      client.setSubscriptions({ trades: ["A"] });
      if (wait > 1) await pass(wait);
      await client.close();
      assert.deepEqual([client.status.state, upstream.timers.waiting], ["closed", 0]);
    }
  });
});

it("an address that is none is refused at once; one of a door stands for its base", async () => {
  assert.throws(() => new AllTickClient({ url: "nonsense", token: "t" }), ClientError);
  const { upstream, client, pass } = stage({ url: "ws://h:1/sub/quote-b-ws-api?x=1" });
  client.setSubscriptions({ trades: ["700.HK"] });
  await pass(5_000);
  await client.tradeTick(["700.HK"]);
  assert.deepEqual([upstream.last.endpoint, upstream.calls.length], ["stock", 1]);
  assert.ok(EPOCH > 0);
  await client.close();
});
