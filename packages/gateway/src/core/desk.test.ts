import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "./desk.ts";
import { Hub, type Encoding } from "./hub.ts";
import { Market } from "./market.ts";
import { MIDNIGHT, sampleInstrument, sampleTrade } from "../../../../test/support/core-stage.ts";

const encoding: Encoding<"trade"> = { key: "x", kind: "trade", conflate: false, encode: ({ price }) => String(price) };

/** A desk over a market whose feed makes any id that begins with `made`. */
function openDesk() {
  const hub = new Hub();
  const market = new Market(hub);
  const sink = market.sink();
  const asked: string[] = [];
  const want = (id: string): boolean => {
    asked.push(id);
    return id.startsWith("made") && sink.instrument(sampleInstrument(id));
  };
  return { hub, sink, asked, desk: new Desk(hub, market, { want, now: () => MIDNIGHT }) };
}

test("feeds are asked for an instrument only while nobody announced it", () => {
  const { desk, asked } = openDesk();
  assert.equal(desk.instrument("made1")?.id, "made1");
  assert.equal(desk.instrument("made1")?.id, "made1");
  assert.equal(desk.instrument("other"), undefined);
  assert.deepEqual(asked, ["made1", "other"]);
  assert.deepEqual(
    [...desk.instruments()].map(({ id }) => id),
    ["made1"],
  );
  assert.equal(desk.now(), MIDNIGHT);
});

test("a subscription makes an instrument that a feed can make, and waits for one that is announced later", () => {
  const { desk, sink } = openDesk();
  const texts: string[] = [];
  const outlet = { deliver: ({ text }: { readonly text: string }) => void texts.push(text) };
  desk.subscribe("made1", encoding, outlet, false);
  desk.subscribe("later", encoding, outlet, false);
  sink.trade(sampleTrade("made1", MIDNIGHT, 1, 1));
  sink.instrument(sampleInstrument("later"));
  sink.trade(sampleTrade("later", MIDNIGHT, 2, 1));
  assert.deepEqual(texts, ["1", "2"]);
});
