import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Hub, type Encoding, type Subscription } from "./hub.ts";

const encoding = (key: string, kind: "trade" | "book"): Encoding<"trade" | "book"> => ({
  key,
  kind,
  conflate: false,
  encode: () => "",
});

test("whoever wants to know hears of the first listener of an instrument, of the last one that leaves, and of nothing else", () => {
  const step = fc.record({
    id: fc.constantFrom("A", "B"),
    key: fc.constantFrom("x", "y"),
    book: fc.boolean(),
    leave: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const hub = new Hub();
      const watched = new Set<string>();
      hub.onWatch((id, begins) => {
        assert.equal(watched.has(id), !begins, "told twice");
        if (begins) watched.add(id);
        else watched.delete(id);
      });
      const held: { id: string; subscription: Subscription }[] = [];
      for (const { id, key, book, leave } of steps) {
        if (leave < held.length) {
          const [{ subscription }] = held.splice(leave, 1) as [(typeof held)[0]];
          subscription.cancel();
          subscription.cancel();
        } else {
          const subscription = hub.subscribe(
            id,
            encoding(key, book ? "book" : "trade"),
            { deliver: () => undefined },
            true,
          );
          held.push({ id, subscription });
        }
        assert.deepEqual([...watched].toSorted(), [...new Set(held.map((each) => each.id))].toSorted());
      }
    }),
  );
});
