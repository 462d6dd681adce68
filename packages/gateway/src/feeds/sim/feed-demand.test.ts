/** Contracts on demand, the exchanges' hours, and the end of a simulation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen, localTime, type Snapshot } from "@tickwire/protocol/model";
import { checkAll, MORNING, Recorder, startSim } from "../../../../../test/support/sim-market.ts";
import { FakeClock } from "../../../../../test/support/fake-clock.ts";
import { makeSimFeed } from "./feed.ts";
import { SIM_DEFAULTS } from "./options.ts";

const SECOND = 1_000;
const MINUTE = 60_000;

test("contracts that nobody listed are made on demand, and tick", async () => {
  const { feed, clock, sink } = await startSim({}, Date.UTC(2026, 2, 11, 2, 0, 0, 123));
  clock.advance(5 * SECOND + 3);
  const { length } = sink.events;
  assert.equal(feed.want("rb2505"), true);
  assert.equal(sink.instruments.get("rb2505")?.name, "螺纹钢2505");
  assert.deepEqual(
    sink.events.slice(length).map(({ kind, event }) => `${kind} ${event.id}`),
    ["snapshot rb2505"],
  );
  assert.equal(feed.want("rb2505"), true, "known by now, and announced once");
  for (const id of ["nonsense", "rb2613", "RB2505", "", "ZZZZ.US"]) assert.equal(feed.want(id), false, id);
  clock.advance(MINUTE);
  const ticks = sink.of("rb2505");
  assert.ok(ticks.length > 30 && ticks.every(({ event }) => event.time % 500 === 0));
  checkAll(sink);
});

test("a CZCE contract made on demand is of the decade nearest to the clock", async () => {
  const { feed, sink } = await startSim({ instruments: ["AP*"] });
  assert.equal(feed.want("AP010"), true);
  assert.equal(sink.instruments.get("AP010")?.future?.deliveryYear, 2030);
  assert.equal(feed.want("rb2505"), false, "not among the instruments asked for");
});

test("on demand has an end", async () => {
  const { feed, sink } = await startSim({ instruments: ["rb*", "cu*", "al*", "zn*", "hc*"] });
  const listed = sink.instruments.size;
  let refused = 0;
  for (const product of ["rb", "cu", "al", "zn", "hc"]) {
    for (let year = 30; year < 72; year++) {
      for (let month = 1; month <= 12; month++) {
        if (!feed.want(`${product}${year}${String(month).padStart(2, "0")}`)) refused++;
      }
    }
  }
  assert.equal(sink.instruments.size, listed + 2_000);
  assert.equal(refused, 5 * 42 * 12 - 2_000);
  assert.deepEqual(new Set(sink.anomalies), new Set(["sim-full"]));
});

test("what another feed owns is left to it", async () => {
  const clock = new FakeClock(MORNING);
  const sink = new Recorder();
  sink.refuses = (id) => id === "rb2605" || id === "rb2505";
  const feed = makeSimFeed({ ...SIM_DEFAULTS, instruments: ["rb*"] }, clock);
  await feed.start(sink);
  clock.advance(10 * SECOND);
  assert.deepEqual(sink.of("rb2605"), []);
  assert.equal(feed.want("rb2505"), false);
  assert.ok(sink.of("rb2606").length > 3);
});

test("real sessions: ticks only while the exchange is open", async () => {
  // Friday 2026-03-13, 08:59:30 in China: nothing but crypto, forex, metals and the like is open.
  const { clock, sink } = await startSim({ sessions: "real" }, Date.UTC(2026, 2, 13, 0, 59, 30));
  const { length } = sink.events;
  clock.advance(MINUTE);
  const kinds = new Map<string, number>();
  for (const { event } of sink.events.slice(length)) {
    const instrument = sink.instruments.get(event.id)!;
    assert.ok(isOpen(instrument.hours, event.time), `${event.id} at ${localTime("Asia/Shanghai", event.time)}`);
    const label = `${instrument.market} ${instrument.kind}`;
    kinds.set(label, (kinds.get(label) ?? 0) + 1);
  }
  assert.deepEqual(
    new Set(kinds.keys()),
    new Set([
      "CN-FUTURES future",
      ...["forex", "metal", "energy", "commodity", "cfd-index", "crypto"].map((kind) => `GLOBAL ${kind}`),
    ]),
  );
  const first = sink.of("rb2605")[1]!.event.time;
  assert.ok(first >= Date.UTC(2026, 2, 13, 1) && first < Date.UTC(2026, 2, 13, 1, 0, 20));
});

test("real sessions: the night of Friday ticks for Monday, and the weekend is quiet", async () => {
  const { clock, sink } = await startSim(
    { sessions: "real", instruments: ["au2606", "BTCUSDT"] },
    Date.UTC(2026, 2, 13, 12, 59, 50),
  );
  clock.advance(30 * SECOND);
  const night = sink.of("au2606").slice(1);
  assert.ok(night.length > 5 && night.every(({ event }) => (event as Snapshot).tradingDay === "20260316"));
  const weekend = await startSim({ sessions: "real", instruments: ["au2606", "BTCUSDT"] }, Date.UTC(2026, 2, 14, 4));
  weekend.clock.advance(MINUTE);
  assert.equal(weekend.sink.of("au2606").length, 1);
  assert.ok(weekend.sink.of("BTCUSDT").length > 50);
});

test("real sessions: a machine that slept through the opening is there within half a minute", async () => {
  const { clock, sink } = await startSim({ sessions: "real", instruments: ["au2606"] }, Date.UTC(2026, 2, 13, 11));
  clock.stall(2.5 * 60 * MINUTE);
  const { length } = sink.events;
  clock.advance(45 * SECOND);
  assert.ok(sink.events.length > length + 3);
});

test("an expired contract can be asked for by name, and a mistake is refused", async () => {
  const { sink } = await startSim({ instruments: ["rb2505", "700.HK"] });
  assert.deepEqual([...sink.instruments.keys()].toSorted(), ["700.HK", "rb2505"]);
  await assert.rejects(startSim({ instruments: ["rb2613"] }), /^Error: instruments: there is no instrument "rb2613"/);
  await assert.rejects(startSim({ instruments: ["xyz*"] }), /^Error: instruments: nothing matches xyz\*/);
});

test("stop is final, idempotent and quiet", async () => {
  const { feed, clock, sink } = await startSim({ instruments: ["rb*"] });
  await feed.stop();
  await feed.stop();
  const { length } = sink.events;
  clock.advance(10 * SECOND);
  assert.equal(sink.events.length, length);
  assert.equal(clock.pending, 0);
  assert.equal(feed.want("rb2505"), false);
  assert.equal(feed.status().state, "ended");
  await assert.rejects(feed.start(sink));
});

test("nothing is wanted of a feed that has not started", () => {
  const feed = makeSimFeed(SIM_DEFAULTS, new FakeClock(MORNING));
  assert.equal(feed.want("rb2505"), false);
  assert.equal(feed.status().state, "idle");
});
