import assert from "node:assert/strict";
import { test } from "node:test";
import { futureOf, listedFutures } from "@tickwire/protocol/catalog";
import { encodeInstrument } from "@tickwire/protocol/ctp";
import { securities } from "@tickwire/protocol/catalog";
import fc from "fast-check";
import { SessionHours } from "../sessions.ts";
import { Catalogue } from "./catalogue.ts";
import { listed } from "./instruments.ts";
import { readCtpOptions, writeCtpSpec } from "./options.ts";
import { UpstreamTime } from "./upstream-time.ts";
import { LINGER_MS, Wants } from "./wants.ts";

const NEAR = Date.UTC(2026, 2, 11, 2);

function rewrite(spec: string): string {
  return writeCtpSpec(readCtpOptions(new URLSearchParams(spec)));
}

test("a SPEC reads back as it was written, with nothing but what was stated", () => {
  for (const spec of [
    "url=ws://127.0.0.1:8080/md/",
    "url=ws://h/md/&td=ws://h/td/&user=me&password=env:P&broker=9999&dialect=classic&codes=rb*,au2606&instruments=rb*&sessions=open&gap=0",
    "url=wss://h/&codes=*",
    "url=ws://h/&user=a%26b",
  ]) {
    assert.equal(rewrite(spec), `ctp?${spec}`);
  }
  assert.equal(rewrite("url=http://h:1&dialect=auto"), "ctp?url=ws://h:1/");
});

test("what is missing or wrong in a SPEC is named", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /^url: missing/],
    ["url=h:1", /^url: expected an address/],
    ["url=ws://h/?token=x", /^url: expected an address/],
    ["url=ws://me:secret@h/", /^url: expected an address/],
    ["url=ws://h/&td=x", /^td: expected/],
    ["url=ws://h/&dialect=own", /^dialect: expected auto, seed, legacy or classic/],
    ["url=ws://h/&password=secret", /^password: a plain secret is refused/],
    ["url=ws://h/&codes=a**", /^codes: expected ids/],
    ["url=ws://h/&gap=-1", /^gap: expected milliseconds/],
    ["url=ws://h/&ulr=x", /^ulr: no such parameter/],
  ];
  for (const [spec, message] of cases) {
    assert.throws(
      () => rewrite(spec),
      ({ message: text }: Error) => message.test(text) && !text.includes("secret@"),
    );
  }
});

test("every instrument that tickwire can list comes back as it is, from any dialect", () => {
  for (const instrument of [...listedFutures(), ...securities()]) {
    for (const dialect of ["seed", "classic"] as const) {
      const row = JSON.parse(encodeInstrument(dialect, instrument)) as Record<string, unknown>;
      assert.deepEqual(listed(row, Date.UTC(2025, 11, 26)), instrument);
    }
  }
});

test("what an upstream leaves out is the catalogue's, what it states is its own", () => {
  const known = futureOf("rb2605", NEAR)!;
  const bare = listed({ InstrumentID: "rb2605", ProductClass: "1", LongMarginRatio: 1.7976931348623157e308 }, NEAR);
  assert.deepEqual(bare, known);
  const own = { ExchangeID: "SHFE", PriceTick: 2, VolumeMultiple: 20, InstrumentName: "own", LongMarginRatio: 0.5 };
  const told = listed({ InstrumentID: "rb2605", ...own }, NEAR)!;
  assert.deepEqual(
    [told.priceTick, told.multiplier, told.name, told.future?.longMarginRatio, told.future?.expireDate],
    [2, 20, "own", 0.5, known.future?.expireDate],
  );
});

test("options, combinations and what no venue is known of are not served; a venue's unknown stock is", () => {
  assert.equal(listed({ InstrumentID: "rb2605C3000", ProductClass: "2", ExchangeID: "SHFE" }, NEAR), undefined);
  assert.equal(listed({ InstrumentID: "SPD RM&OI", ProductClass: "3", ExchangeID: "CZCE" }, NEAR), undefined);
  for (const id of ["rb2605C3000", "m2605-C-3000", "IO2603-P-4000", "SPD RM605&RM609"]) {
    const nine = { InstrumentID: id, ExchangeID: "SHFE", ProductID: "x", VolumeMultiple: 10, PriceTick: 1 };
    assert.equal(listed(nine, NEAR), undefined, id);
  }
  assert.equal(
    listed({ InstrumentID: "zz2605", ExchangeID: "SHFE", VolumeMultiple: 10, PriceTick: 1 }, NEAR)?.id,
    "zz2605",
  );
  assert.equal(listed({ InstrumentID: "X", ProductClass: "4", ExchangeID: "MARS" }, NEAR), undefined);
  assert.equal(listed({}, NEAR), undefined);
  const stock = listed({ InstrumentID: "NEW.US", ProductClass: "4", ExchangeID: "NASDAQ", PriceTick: 0.01 }, NEAR);
  assert.deepEqual([stock?.kind, stock?.currency, stock?.hours.zone], ["stock", "USD", "America/New_York"]);
});

test("before a list the house's catalogue counts, after it only what is listed", () => {
  const catalogue = new Catalogue((id) => id.startsWith("rb"), new SessionHours("real"));
  assert.equal(catalogue.make("rb2605", NEAR)?.id, "rb2605");
  assert.equal(catalogue.make("au2606", NEAR), undefined, "not accepted");
  catalogue.put(futureOf("rb2601", NEAR)!);
  assert.deepEqual(catalogue.list([], NEAR), { told: [], gone: [], isWhole: false });
  assert.equal(catalogue.make("rb2605", NEAR)?.id, "rb2605", "an empty list says nothing");
  const rows = [{ InstrumentID: "rb2605" }, { InstrumentID: "au2606" }];
  const news = catalogue.list(rows, NEAR);
  assert.deepEqual([news.told.map(({ id }) => id), news.gone], [["rb2605"], ["rb2601"]]);
  catalogue.put(news.told[0]!);
  assert.deepEqual(catalogue.list(rows, NEAR), { told: [], gone: [], isWhole: true });
  assert.equal(catalogue.make("rb2610", NEAR), undefined);
  assert.ok(news.told.every(({ hours }) => hours.always !== true));
});

test("what an upstream has that trades round the clock has no closed hours, listed or not", () => {
  const catalogue = new Catalogue(() => true, new SessionHours("open"));
  const made = catalogue.make("rb2605", NEAR)!;
  const [told] = catalogue.list([{ InstrumentID: "rb2610" }], NEAR).told;
  assert.deepEqual([made.hours.always, told!.hours.always], [true, true]);
  assert.equal(told!.hours, made.hours, "instruments of one product share them");
  assert.deepEqual({ ...made.hours, always: undefined }, { ...futureOf("rb2605", NEAR)!.hours, always: undefined });
});

test("subscriptions follow the watchers: at once when one comes, after a while when the last one has left", () => {
  const wants = new Wants((id) => id === "standing");
  for (const id of ["standing", "a", "b"]) wants.serve(id, true);
  wants.watch("a", true, 0);
  wants.watch("unknown", true, 0);
  assert.deepEqual(wants.take(0), { add: ["standing", "a"], remove: [] });
  wants.watch("a", false, 1_000);
  assert.deepEqual(wants.take(1_000 + LINGER_MS - 1), { add: [], remove: [] });
  wants.watch("a", true, 1_000 + LINGER_MS - 1);
  wants.watch("a", false, 50_000);
  wants.serve("unknown", true);
  assert.deepEqual(wants.take(50_000 + LINGER_MS), { add: ["unknown"], remove: ["a"] });
  wants.serve("unknown", false);
  assert.deepEqual(wants.take(90_000), { add: [], remove: ["unknown"] });
});

test("what is subscribed to is always what is served and wanted", () => {
  const step = fc.record({
    id: fc.constantFrom("a", "b", "c"),
    on: fc.boolean(),
    serve: fc.boolean(),
    ms: fc.nat(40_000),
  });
  const check = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const wants = new Wants(() => false);
    const [served, left, subscribed] = [new Set<string>(), new Map<string, number>(), new Set<string>()];
    let now = 0;
    for (const { id, on, serve, ms } of steps) {
      now += ms;
      if (serve) {
        wants.serve(id, on);
        if (on) served.add(id);
        else served.delete(id);
      } else {
        wants.watch(id, on, now);
        if (on) left.set(id, Infinity);
        else if (left.has(id)) left.set(id, now);
      }
      const { add, remove } = wants.take(now);
      for (const each of remove) assert.ok(subscribed.delete(each));
      for (const each of add) assert.ok(!subscribed.has(each) && subscribed.add(each));
      for (const [each, at] of left) if (now - at >= LINGER_MS) left.delete(each);
      assert.deepEqual([...subscribed].toSorted(), [...served].filter((each) => left.has(each)).toSorted());
    }
  });
  fc.assert(check);
});

test("the time of an upstream is that of its quickest ticks: late ones are waited for, old ones do not hold it back", () => {
  const time = new UpstreamTime();
  assert.equal(time.settled(1_000_000), 1_000_000, "nothing to wait for before the first tick");
  time.note(900_000, 1_000_000);
  assert.ok(time.settled(1_000_000) < 900_000, "an upstream that is delayed");
  time.note(1_000_900, 1_001_000);
  assert.ok(time.settled(1_001_000) <= 1_000_900 && time.settled(1_001_000) > 1_000_000);
  for (let at = 0; at < 100; at++) time.note(0, 1_001_000);
  assert.ok(time.settled(1_001_000) > 999_000, "first snapshots of long ago");
  time.restart();
  time.note(500_000, 2_000_000);
  assert.equal(time.eventTime(2_000_100), 500_100);
});

test("a misdated tick does not put the time of all others forward; a leap of all of them does", () => {
  const day = 86_400_000;
  for (const isFirst of [true, false]) {
    const time = new UpstreamTime();
    if (!isFirst) time.note(1_000_000, 1_000_100);
    time.note(1_000_000 + 3 * day, 1_000_200);
    time.note(1_000_150, 1_000_200);
    time.note(1_000_300 + 3 * day, 1_000_300);
    assert.ok(time.settled(1_000_400) <= 1_000_400);
    for (let n = 0; n < 20; n++) time.note(1_000_400 + day, 1_000_400);
    assert.ok(time.settled(1_000_400) > 1_000_400 + day - 1_000);
  }
});

test("a hole ends in the upstream's time, whatever was received first after it", () => {
  const time = new UpstreamTime();
  assert.equal(time.holeEnd(5_000), 5_000, "nothing is known");
  const now = 10_000_000;
  time.note(now - 900_000, now);
  time.restart();
  const end = (at: number): number => at - time.holeEnd(at);
  assert.ok(end(now) > 899_000 && end(now) <= 900_000, "15 minutes late, as before the break");
  time.note(now - 6_000_000, now);
  assert.ok(end(now) > 899_000 && end(now) <= 900_000, "an old snapshot says nothing");
  time.note(now - 100, now);
  assert.equal(time.holeEnd(now), now, "no longer late");
  time.restart();
  time.note(now + 5_000, now);
  assert.equal(time.holeEnd(now), now + 5_000, "a clock that is ahead");
});
