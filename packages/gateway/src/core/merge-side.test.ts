import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mergeSide } from "./merge-side.ts";

const volume = fc.integer({ min: 1, max: 100 });
const levels = fc.uniqueArray(fc.tuple(fc.integer({ min: 90, max: 110 }), volume), { selector: ([price]) => price });

describe("mergeSide", () => {
  it("has every lot of both sides once, best first, and nothing at or beyond the other side", () => {
    fc.assert(
      fc.property(
        levels,
        levels,
        levels,
        fc.constantFrom<1 | -1>(1, -1),
        fc.integer({ min: 80, max: 120 }),
        (raw, own, taken, up, against) => {
          const sorted = raw.toSorted(([a], [b]) => (a - b) * up);
          const side = { prices: sorted.map(([price]) => price), volumes: sorted.map(([, lots]) => lots) };
          const gone = new Map(taken);
          const merged = mergeSide(side, new Map(own), gone, against, up, 100);
          const expected = new Map<number, number>();
          for (const [price, lots] of raw) expected.set(price, Math.max(0, lots - (gone.get(price) ?? 0)));
          for (const [price, lots] of own) {
            if ((price - against) * up > 0) expected.set(price, (expected.get(price) ?? 0) + lots);
          }
          const wanted = [...expected].filter(([, lots]) => lots > 0).toSorted(([a], [b]) => (a - b) * up);
          assert.deepEqual(
            merged.prices.map((price, at) => [price, merged.volumes[at]]),
            wanted,
          );
        },
      ),
    );
  });

  it("keeps the best levels where there are more than asked for", () => {
    const raw = { prices: [10, 9, 8], volumes: [1, 1, 1] };
    assert.deepEqual(mergeSide(raw, new Map([[9.5, 2]]), undefined, 11, -1, 2), { prices: [10, 9.5], volumes: [1, 2] });
  });
});
