import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bar, open, settle, trade, watch } from "../../../../../test/support/alltick-feed-stage.ts";

describe("alltick feed", () => {
  it("asks for the standing list and for what clients watch, and for nothing else", async () => {
    const stage = await open("token=env:A&plan=basic&codes=BTCUSDT,700.HK");
    const [client] = stage.clients;
    assert.deepEqual(client!.trades, ["700.HK", "BTCUSDT"]);
    watch(stage, "AAPL.US");
    assert.deepEqual(client!.trades, ["700.HK", "AAPL.US", "BTCUSDT"]);
    stage.feed.watch?.("AAPL.US", false);
    stage.clock.advance(25_000);
    assert.ok(client!.trades.includes("AAPL.US"), "whoever leaves may come back");
    stage.clock.advance(10_000);
    assert.deepEqual(client!.trades, ["700.HK", "BTCUSDT"]);
    await stage.feed.stop();
    assert.ok(client!.closed);
    assert.equal(stage.clock.pending, 0, "no timer is left");
  });

  it("keeps tokens out of its name and its status", async () => {
    const { feed, clients } = await open("token=env:A,env:B&plan=basic");
    assert.deepEqual(
      clients.map(({ options }) => options.token),
      ["secret-a", "secret-b"],
    );
    assert.equal(feed.name, "alltick?token=env:A,env:B&plan=basic");
    assert.doesNotMatch(JSON.stringify(feed.status()), /secret/);
    await feed.stop();
  });

  it("uses a token once, whatever its names, and asks for nothing that another feed has", async () => {
    const { feed, clients } = await open("token=env:A,env:AGAIN&plan=basic&codes=BTCUSDT,ETHUSDT", ["BTCUSDT"]);
    assert.equal(clients.length, 1);
    assert.deepEqual(clients[0]!.trades, ["ETHUSDT"]);
    await feed.stop();
  });

  it("does not start with a token that nobody knows", async () => {
    await assert.rejects(open("token=env:NONE"), /^Error: token: it is not known what env:NONE stands for$/);
  });

  it("makes one instrument of an alias, whichever name the plan wants", async () => {
    const stage = await open("token=env:A&codes=XAUUSD");
    assert.deepEqual([...stage.seen.instruments.keys()], ["GOLD"]);
    assert.equal(stage.feed.want("XAGUSD"), false);
    stage.clients[0]!.options.onTrade?.(trade("XAUUSD", 1, stage.clock.now(), 4101.91));
    assert.deepEqual(stage.seen.events, ["trade GOLD 4101.91 1"]);
    watch(stage, "GOLD");
    assert.deepEqual(stage.clients[0]!.trades, ["XAUUSD"]);
    await stage.feed.stop();
  });

  it("asks for no book of an index, and for no future unless it was named", async () => {
    const stage = await open("token=env:A&codes=HSI.HK,700.HK");
    assert.deepEqual(stage.clients[0]!.lists.at(-1), { trades: ["HSI.HK", "700.HK"], books: ["700.HK"] });
    assert.equal(stage.feed.want("rb2605"), false);
    await stage.feed.stop();
    const other = await open("token=env:A&instruments=rb*");
    assert.ok(other.feed.want("rb2605"));
    assert.equal(other.feed.want("BTCUSDT"), false);
    await other.feed.stop();
  });

  it("gives an instrument as many decimals as its prices have", async () => {
    const { feed, clock, seen, clients } = await open("token=env:A&codes=PEPEUSDT");
    clients[0]!.options.onTrade?.(trade("PEPEUSDT", 1, clock.now(), 0.0000071));
    assert.equal(seen.instruments.get("PEPEUSDT")!.priceDecimals, 7);
    await feed.stop();
  });

  it("finds the code for which a list is refused, and asks for the others", async () => {
    const stage = await open("token=env:A&plan=basic&codes=BTCUSDT,ETHUSDT,NOPEUSDT,SOLUSDT");
    const [client] = stage.clients;
    for (let round = 0; round < 12; round++) {
      if (client!.trades.includes("NOPEUSDT")) client!.refuse("general", 600);
      else client!.accept("general");
      stage.clock.advance(50);
    }
    assert.deepEqual([...client!.trades].toSorted(), ["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
    assert.deepEqual(stage.seen.anomalies, ["alltick-code-refused"]);
    await stage.feed.stop();
  });

  it("asks for fewer where the upstream takes fewer than the plan says", async () => {
    const codes = Array.from({ length: 12 }, (_, at) => `C${at}USDT`);
    const stage = await open(`token=env:A&plan=basic&codes=${codes.join()}`);
    const [client] = stage.clients;
    for (let round = 0; round < 4; round++) {
      if (client!.trades.length > 5) client!.refuse("general", 603, 5);
      else client!.accept("general");
      stage.clock.advance(50);
    }
    assert.equal(client!.trades.length, 5);
    await stage.feed.stop();
  });

  it("lets codes beyond the plan take turns, and tells of what they missed", async () => {
    const codes = ["AUSDT", "BUSDT", "CUSDT", "DUSDT", "EUSDT", "FUSDT", "GUSDT"].map((code) => `X${code}`);
    const stage = await open(`token=env:A&plan=free&rotate=60&codes=${codes.join()}`);
    const [client] = stage.clients;
    client!.accept("general");
    assert.equal(client!.trades.length, 5);
    const seenCodes = new Set(client!.trades);
    for (const code of client!.trades) client!.options.onTrade?.(trade(code, 1, stage.clock.now()));
    const first = stage.clock.now();
    for (let turn = 0; turn < 3; turn++) {
      stage.clock.advance(61_000);
      assert.equal(client!.trades.length, 5);
      for (const code of client!.trades) seenCodes.add(code);
      client!.accept("general");
    }
    assert.equal(seenCodes.size, 7);
    const told = stage.seen.gaps.filter(({ filledBy }) => filledBy === "");
    assert.ok(told.length > 0);
    assert.equal(new Set(told.map(({ codes: [code], to }) => `${code} ${to}`)).size, told.length);
    for (const { cause, from, to } of told) {
      assert.equal(cause, "rotation");
      assert.equal(from, first);
      assert.ok(to > from);
    }
    await stage.feed.stop();
  });

  it("deals the codes out to a pool of tokens, and to those that are left when one fails", async () => {
    const codes = Array.from({ length: 8 }, (_, at) => `C${at}USDT`);
    const stage = await open(`token=env:A,env:B&plan=free&codes=${codes.join()}`);
    const [a, b] = stage.clients;
    assert.equal(new Set([...a!.trades, ...b!.trades]).size, 8);
    assert.ok(a!.trades.length <= 5 && b!.trades.length <= 5);
    b!.accept("general");
    a!.states.general = "failed";
    a!.options.onEndpointStatus?.("general", a!.statusOf("general")!);
    stage.clock.advance(50);
    assert.deepEqual([a!.trades.length, b!.trades.length], [0, 5]);
    assert.equal(stage.feed.status().state, "running");
    await stage.feed.stop();
  });

  it("leaves a hole open that the service does not go back to", async () => {
    const stage = await open("token=env:A&codes=BTCUSDT");
    const [client] = stage.clients;
    client!.accept("general");
    for (let turn = 0; turn < 2; turn++) {
      stage.clock.advance(600_000);
      await settle();
    }
    const to = stage.clock.now();
    const minute = Math.floor(to / 60_000) * 60_000;
    // It tells of the newest minute alone, however many it is asked for.
    client!.minutes = (code) => [bar(code, minute, true)];
    client!.options.onHole?.({ from: minute - 90_000, to, codes: ["BTCUSDT"], cause: "1006", filledBy: undefined });
    stage.clock.advance(80_000);
    await settle();
    assert.deepEqual(
      stage.seen.gaps.map(({ cause, filledBy }) => [cause, filledBy]),
      [["connection", ""]],
    );
    await stage.feed.stop();
  });

  it("fills a hole from bars when its last minute is over, and says by what", async () => {
    const stage = await open("token=env:A&codes=BTCUSDT");
    const [client] = stage.clients;
    client!.accept("general");
    stage.clock.advance(600_000);
    await settle();
    stage.clock.advance(600_000);
    await settle();
    stage.seen.kept.length = 0;
    const to = stage.clock.now();
    const minute = Math.floor(to / 60_000) * 60_000;
    const from = minute - 90_000;
    client!.minutes = (code, count) =>
      Array.from({ length: count }, (_, at) => {
        const time = Math.floor(stage.clock.now() / 60_000) * 60_000 - (count - 1 - at) * 60_000;
        return bar(code, time, at < count - 1);
      });
    client!.options.onHole?.({ from, to, codes: ["BTCUSDT"], cause: "1006 connection lost", filledBy: undefined });
    assert.deepEqual(
      stage.seen.gaps.map(({ cause, filledBy }) => [cause, filledBy]),
      [["connection", ""]],
    );
    stage.clock.advance(80_000);
    await settle();
    assert.deepEqual(
      stage.seen.kept.map(({ time }) => (minute - time) / 60_000),
      [2, 1, 0],
    );
    assert.ok(stage.seen.kept.every(({ closed }) => closed));
    assert.deepEqual(stage.seen.gaps.at(-1), { ...stage.seen.gaps[0]!, filledBy: "kline" });
    await stage.feed.stop();
  });

  it("tells where the day began and what was traded before it came", async () => {
    const stage = await open("token=env:A&codes=BTCUSDT");
    const [client] = stage.clients;
    const day = Date.UTC(2026, 2, 11);
    client!.days = (code) => [
      { ...bar(code, day - 86_400_000, true), period: "1d", close: 2.5 },
      { ...bar(code, day, false, 100), period: "1d" },
    ];
    client!.accept("general");
    client!.options.onTrade?.(trade("BTCUSDT", 1, stage.clock.now(), 2));
    stage.clock.advance(1_000);
    await settle();
    stage.clock.advance(100);
    const [[id, reference] = []] = stage.seen.references;
    assert.deepEqual([id, reference?.preClose, reference?.today?.volume], ["BTCUSDT", 2.5, 100]);
    await stage.feed.stop();
  });

  it("asks for the day again where a trade came while it was told: nobody knows whether it is in it", async () => {
    const stage = await open("token=env:A&plan=unlimited&codes=BTCUSDT");
    const [client] = stage.clients;
    let seq = 0;
    let answers = 0;
    client!.days = (code) => {
      // The first two answers and a trade overtake each other.
      if (++answers < 3) client!.options.onTrade?.(trade("BTCUSDT", ++seq, stage.clock.now()));
      return [{ ...bar(code, Date.UTC(2026, 2, 11), false, 100 * answers), period: "1d" }];
    };
    client!.accept("general");
    for (let round = 0; round < 5; round++) {
      stage.clock.advance(1_000);
      await settle();
    }
    assert.deepEqual(
      stage.seen.references.map(([, { today }]) => today?.volume),
      [300],
    );
    await stage.feed.stop();
  });

  it("gives what an upstream has that trades round the clock no closed hours", async () => {
    for (const sessions of ["open", "real"]) {
      const stage = await open(`token=env:A&codes=700.HK&sessions=${sessions}`);
      watch(stage, "EURUSD");
      const always = ["700.HK", "EURUSD"].map((id) => stage.seen.instruments.get(id)!.hours.always === true);
      assert.deepEqual(always, Array(2).fill(sessions === "open"));
      await stage.feed.stop();
    }
  });

  it("breaks off a connection that is open but mute", async () => {
    const stage = await open("token=env:A&codes=BTCUSDT");
    const [client] = stage.clients;
    client!.accept("general");
    for (let at = 1; at <= 60; at++) {
      stage.clock.advance(1_000);
      client!.options.onTrade?.(trade("BTCUSDT", at, stage.clock.now()));
    }
    assert.deepEqual(client!.reconnects, []);
    stage.clock.advance(120_000);
    assert.equal(client!.reconnects[0], "general mute");
    await stage.feed.stop();
  });

  it("learns nothing from a break: what is mute after one is found as soon as before it", async () => {
    const stage = await open("token=env:A&codes=BTCUSDT");
    const [client] = stage.clients;
    let seq = 0;
    const flow = (seconds: number): void => {
      for (let at = 0; at < seconds; at++) {
        stage.clock.advance(1_000);
        client!.options.onTrade?.(trade("BTCUSDT", ++seq, stage.clock.now()));
      }
    };
    client!.accept("general");
    flow(60);
    client!.enter("general", "waiting");
    stage.clock.advance(40_000);
    client!.enter("general", "connecting");
    // Trades flow before books were answered, and only then is the connection live.
    flow(1);
    client!.accept("general");
    flow(10);
    const before = client!.reconnects.length;
    stage.clock.advance(30_000);
    assert.deepEqual(client!.reconnects.slice(before), ["general mute"]);
    await stage.feed.stop();
  });
});
