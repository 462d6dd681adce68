import assert from "node:assert/strict";
import { test } from "node:test";
import { Hub } from "../core/hub.ts";
import { Market } from "../core/market.ts";
import { sampleBook, sampleInstrument, sampleSnapshot, sampleTrade } from "../../../../test/support/core-stage.ts";
import { Recorder, type RecordScope } from "./recorder.ts";

/** What is appended when one feed sends trades and books of `a`, and another one snapshots of `b`; both have a gap. */
function record(scope: RecordScope, skipSecond = false): string[] {
  const appended: string[] = [];
  const recorder = new Recorder(
    {
      append: (kind, event, derived) => void appended.push(`${kind} ${event.id}${derived ? " derived" : ""}`),
      appendGap: ({ cause }) => void appended.push(`gap ${cause}`),
    },
    scope,
  );
  const market = new Market(new Hub());
  market.tap(recorder);
  const [first, second] = [market.sink(), market.sink()];
  if (skipSecond) recorder.skip(second);
  first.instrument(sampleInstrument("a"));
  second.instrument(sampleInstrument("b"));
  first.trade(sampleTrade("a", 1, 5, 1));
  first.book(sampleBook("a", 2, 4, 5));
  second.snapshot(sampleSnapshot({ id: "b", time: 1, last: 5, volume: 1, turnover: 50 }));
  second.snapshot(sampleSnapshot({ id: "b", time: 2, last: 5, volume: 2, turnover: 100 }));
  const gap = { from: 1, to: 2, codes: [], filledBy: "" };
  first.gap({ ...gap, feed: "first", cause: "mute" });
  second.gap({ ...gap, feed: "second", cause: "connection" });
  return appended;
}

test("hands on what its scope holds, and says what is derived", () => {
  assert.deepEqual(record("none"), []);
  assert.deepEqual(record("bars"), ["gap mute", "gap connection"]);
  assert.deepEqual(record("trades"), ["trade a", "trade b derived", "gap mute", "gap connection"]);
  const all = record("all");
  for (const each of ["trade a", "book a", "snapshot a derived", "snapshot b", "trade b derived"])
    assert.ok(all.includes(each), each);
});

test("leaves out the ticks and gaps of a feed that is skipped", () => {
  assert.deepEqual(record("trades", true), ["trade a", "gap mute"]);
  assert.ok(record("all", true).every((each) => !each.includes(" b") && each !== "gap connection"));
});
