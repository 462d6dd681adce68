import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { deal, Demand, LINGER_MS } from "./demand.ts";

const codes = fc.uniqueArray(fc.stringMatching(/^[A-H][0-9]$/), { maxLength: 30 });

test("never more than the capacity; what fits as a whole is always there; all are chosen or wait", () => {
  fc.assert(
    fc.property(codes, codes, fc.integer({ min: 0, max: 20 }), fc.nat(50), (standing, watched, capacity, turns) => {
      const demand = new Demand(standing);
      for (const code of watched) demand.watch(code, true, 0);
      for (let turn = 0; turn < turns; turn++) demand.rotate();
      const { codes: chosen, waiting } = demand.choose(capacity, 0);
      assert.ok(chosen.length <= capacity);
      assert.equal(new Set(chosen).size, chosen.length);
      assert.deepEqual([...chosen, ...waiting].toSorted(), [...new Set([...standing, ...watched])].toSorted());
      assert.equal(chosen.length, Math.min(capacity, chosen.length + waiting.length), "no place is left empty");
      if (watched.length <= capacity) assert.ok(watched.every((code) => chosen.includes(code)));
    }),
  );
});

test("every code has its turn after as many turns as the rule says", () => {
  fc.assert(
    fc.property(codes, fc.integer({ min: 1, max: 10 }), fc.nat(50), (standing, capacity, skipped) => {
      const demand = new Demand(standing);
      for (let turn = 0; turn < skipped; turn++) demand.rotate();
      const had = new Set<string>();
      for (let turn = 0; turn < Math.ceil(standing.length / capacity); turn++) {
        for (const code of demand.choose(capacity, 0).codes) had.add(code);
        demand.rotate();
      }
      assert.deepEqual([...had].toSorted(), standing.toSorted());
    }),
  );
});

test("a code stays for a while after its last watcher has left", () => {
  const demand = new Demand(["A"]);
  demand.watch("B", true, 0);
  demand.watch("B", false, 1_000);
  assert.equal(demand.due, 1_000 + LINGER_MS);
  assert.deepEqual(demand.choose(9, 999 + LINGER_MS).codes, ["B", "A"]);
  assert.deepEqual(demand.choose(9, 1_000 + LINGER_MS).codes, ["A"]);
  assert.equal(demand.due, Infinity);
});

test("a deal gives every code one place within the capacities, and moves none that need not", () => {
  fc.assert(
    fc.property(codes, codes, fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }), (first, second, capacities) => {
      const room = capacities.reduce((sum, capacity) => sum + capacity, 0);
      const before = deal(first, [], capacities);
      const after = deal(second, before, capacities);
      for (const [wanted, shares] of [
        [first, before],
        [second, after],
      ] as const) {
        const dealt = shares.flat();
        assert.equal(new Set(dealt).size, dealt.length);
        assert.ok(dealt.every((code) => wanted.includes(code)));
        assert.equal(dealt.length, Math.min(room, wanted.length));
        for (const [at, share] of shares.entries()) assert.ok(share.length <= capacities[at]!);
      }
      for (const [at, share] of before.entries()) {
        for (const code of share) if (second.includes(code)) assert.ok(after[at]!.includes(code), `${code} moved`);
      }
    }),
  );
});
