import assert from "node:assert/strict";
import { test } from "node:test";
import { futureOf } from "@tickwire/protocol/catalog";
import { encodeInstrument } from "@tickwire/protocol/ctp";
import type { FeedSink } from "../../ports/feed.ts";
import { makeCtpFeed } from "./feed.ts";
import { readCtpOptions } from "./options.ts";
import { STATUS, Stage } from "../../../../../test/support/ctp-feed-stage.ts";
import { LINGER_MS } from "./wants.ts";

function rowOf(id: string): Record<string, unknown> {
  return JSON.parse(encodeInstrument("seed", futureOf(id, Date.UTC(2026, 2))!)) as Record<string, unknown>;
}

test("it logs in with the secret, lists instruments, and subscribes to what is watched and what stands", async () => {
  const stage = await new Stage("url=ws://h:1/&user=u&password=env:P&codes=m*").start();
  assert.deepEqual([stage.client.user, stage.client.password, stage.client.queryGapMs], ["u", "secret", 1_000]);
  assert.ok(!stage.feed.name.includes("secret"));
  stage.rows = ["rb2605", "m2605", "au2606"].map(rowOf);
  stage.feed.watch!("rb2605", true);
  await stage.login();
  assert.deepEqual(stage.takeAsked(), ["start", "ReqQryInstrument", "+rb2605,m2605"]);
  assert.deepEqual([...stage.instruments.keys()], ["rb2605", "m2605", "au2606"]);
  stage.feed.watch!("rb2605", false);
  await stage.pass(LINGER_MS + 1_000);
  assert.deepEqual(stage.takeAsked(), ["-rb2605"]);
});

test("before the list an instrument that the catalogue knows is announced when it is wanted; another feed's is left alone", async () => {
  const stage = await new Stage().start();
  stage.foreign.add("au2606");
  assert.ok(stage.feed.want("rb2605") && !stage.feed.want("au2606") && !stage.feed.want("nothing"));
  stage.feed.watch!("rb2605", true);
  stage.feed.watch!("au2606", true);
  await stage.pass(50);
  assert.deepEqual(stage.takeAsked(), ["start", "+rb2605"]);
});

test("ticks come as snapshots; quirks are counted, what is unknown or unreadable is left out and counted", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  stage.tick();
  stage.tick({ InstrumentID: "xx9999" });
  stage.tick({ UpdateTime: "" });
  stage.tick({ ActionDay: "20260312", Volume: 2 }, '{"CurrDelta":1.7976931348623157e+308}');
  assert.deepEqual(
    stage.snapshots.map(({ volume }) => volume),
    [1, 2],
  );
  assert.deepEqual(stage.anomalies, ["ctp-unknown-instrument", "ctp-unreadable", "ctp-dbl-max"]);
  assert.equal(stage.feed.status().time, stage.snapshots.at(-1)?.time);
});

test("a day that the upstream begins anew brings its time with it", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  stage.feed.watch!("rb2605", true);
  await stage.login();
  stage.clock.advance(3_600_000);
  stage.tick({ Volume: 5_000 });
  for (let second = 0; second < 5; second++) {
    stage.tick({ Volume: second, UpdateTime: `09:00:0${second}` });
    await stage.pass(1_000);
  }
  const behind = stage.clock.now() - stage.time;
  assert.ok(Math.abs(behind - 2 * 3_600_000) < 5_000, `${behind}`);
  assert.deepEqual(stage.gaps, []);
});

test("an upstream that is open but mute in a session is given up, one that is closed is not", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  stage.feed.watch!("rb2605", true);
  await stage.login();
  for (let second = 0; second < 120; second++) {
    stage.tick({ Volume: second });
    await stage.pass(1_000);
  }
  stage.takeAsked();
  // It is 10:02; the pause begins at 10:15.
  await stage.pass(60_000);
  assert.ok(stage.takeAsked().includes("reconnect md mute"));
  assert.ok(stage.anomalies.includes("ctp-mute"));
  const closed = await new Stage().start();
  closed.clock.advance(3_600_000 * 6);
  closed.feed.want("rb2605");
  closed.feed.watch!("rb2605", true);
  await closed.login();
  closed.takeAsked();
  await closed.pass(3_600_000);
  assert.deepEqual(
    closed.takeAsked().filter((each) => each !== "ReqQryInstrument"),
    [],
  );
});

test("a new trading day lists instruments anew: what is gone is no longer subscribed to", async () => {
  const stage = await new Stage().start();
  stage.rows = ["rb2605", "rb2603"].map(rowOf);
  for (const id of ["rb2605", "rb2603"]) stage.feed.watch!(id, true);
  await stage.login();
  stage.tick();
  stage.takeAsked();
  stage.rows = [rowOf("rb2605")];
  stage.tick({ TradingDay: "20260312", ActionDay: "20260311", UpdateTime: "21:00:00" });
  await stage.pass(1_000);
  await stage.pass(1_000);
  assert.deepEqual(stage.takeAsked(), ["ReqQryInstrument"], "it has not expired: the list may be growing");
  await stage.pass(61_000);
  await stage.pass(1_000);
  assert.deepEqual(
    stage.takeAsked().filter((each) => !each.startsWith("reconnect")),
    ["ReqQryInstrument", "-rb2603"],
  );
  assert.equal(stage.feed.want("rb2603"), false);
});

test("a list that grows while the front starts is asked for until it grows no more, and takes nothing away", async () => {
  const stage = await new Stage("url=ws://h:1/&user=u&password=env:P&codes=*").start();
  const ids = ["rb2605", "rb2606", "au2606", "m2605"];
  stage.rows = ids.map(rowOf);
  await stage.login();
  await stage.pass(61_000);
  stage.takeAsked();
  for (const count of [1, 3, 4, 4]) {
    stage.rows = ids.slice(0, count).map(rowOf);
    if (count === 1) await stage.login("td");
    else await stage.pass(62_000);
    await stage.pass(50);
  }
  const asked = stage.takeAsked();
  assert.deepEqual(
    asked.filter((each) => each !== "ReqQryInstrument" && !each.startsWith("reconnect")),
    ["-m2605", "+m2605"],
    "missing twice",
  );
  assert.equal(asked.filter((each) => each === "ReqQryInstrument").length, 4);
  await stage.pass(300_000);
  assert.ok(!stage.takeAsked().includes("ReqQryInstrument"));
  for (const id of ids) assert.ok(stage.feed.want(id), id);
});

test("a list that cannot be had is asked for again; a market-data side alone is not asked", async () => {
  const stage = await new Stage().start();
  stage.rows = new Error("no");
  await stage.login();
  assert.deepEqual(stage.anomalies, ["ctp-no-instruments"]);
  stage.takeAsked();
  await stage.pass(61_000);
  assert.deepEqual(stage.takeAsked(), ["ReqQryInstrument"]);
  const alone = await new Stage("url=ws://h:1/md/").start();
  await alone.login("md");
  assert.deepEqual(alone.takeAsked(), ["start"]);
});

test("its status tells of each connection; a login that is refused for good is a failed feed", async () => {
  const stage = await new Stage("url=ws://h:1/md/&td=ws://t:2/td/").start();
  const names = (): unknown => stage.feed.status().upstreams?.map(({ name, state }) => [name, state]);
  assert.deepEqual(names(), [
    ["h:1 md", "live"],
    ["t:2 td", "live"],
  ]);
  stage.status = { ...STATUS, state: "failed", cause: "login: 3" };
  const { state, detail } = stage.feed.status();
  assert.deepEqual([state, detail], ["failed", "relays 0 of 0 instruments of h:1; h:1 md: failed, login: 3"]);
});

test("it stops for good; a password that is not known is a mistake at the start", async () => {
  const stage = await new Stage().start();
  stage.feed.want("rb2605");
  await stage.feed.stop();
  await stage.feed.stop();
  stage.tick();
  stage.client.onHole?.({ from: 1, to: 2, codes: ["rb2605"], cause: "x", filledBy: undefined });
  assert.deepEqual([stage.snapshots, stage.gaps, stage.clock.pending, stage.feed.status().state], [[], [], 0, "ended"]);
  const options = readCtpOptions(new URLSearchParams("url=ws://h/&password=env:OTHER"));
  const feed = makeCtpFeed(options, { clock: stage.clock, secrets: new Map() });
  await assert.rejects(feed.start({} as FeedSink), /password: it is not known what env:OTHER stands for/);
});
