import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Admission, REFUSED_FOR_MS } from "./admission.ts";

const codes = fc.uniqueArray(fc.stringMatching(/^[A-H][0-9]$/), { minLength: 1, maxLength: 40 });

test("finds exactly the codes that are refused, in about log2 requests for each, and loses no other", () => {
  fc.assert(
    fc.property(codes, fc.func(fc.boolean()), (wanted, isBad) => {
      const bad = new Set(wanted.filter((code) => isBad(code)).slice(0, 5));
      const admission = new Admission();
      const refused: string[] = [];
      let requests = 0;
      for (let more = true; more;) {
        const asked = admission.ask(wanted, 0);
        requests++;
        if (asked.some((code) => bad.has(code))) refused.push(...admission.rejected(0));
        else more = admission.accepted();
        assert.ok(requests < 500);
      }
      assert.deepEqual(refused.toSorted(), [...bad].toSorted());
      assert.deepEqual(
        admission.ask(wanted, 0),
        wanted.filter((code) => !bad.has(code)),
      );
      assert.ok(requests <= 1 + 2 * (bad.size + 1) * (1 + Math.ceil(Math.log2(wanted.length))), `${requests}`);
    }),
  );
});

test("what was refused is tried again after an hour", () => {
  const admission = new Admission();
  admission.ask(["A"], 0);
  assert.deepEqual(admission.rejected(0), ["A"]);
  assert.deepEqual(admission.ask(["A"], REFUSED_FOR_MS - 1), []);
  assert.deepEqual(admission.ask(["A"], REFUSED_FOR_MS), ["A"]);
});

test("codes that were fine and no longer are, are found as well", () => {
  const admission = new Admission();
  admission.ask(["A", "B"], 0);
  admission.accepted();
  assert.deepEqual(admission.ask(["A", "B"], 0), ["A", "B"]);
  assert.deepEqual(admission.rejected(0), []);
  assert.deepEqual(admission.ask(["A", "B"], 0), ["A"]);
  admission.accepted();
  assert.deepEqual(admission.ask(["A", "B"], 0), ["A", "B"]);
  assert.deepEqual(admission.rejected(0), ["B"]);
});
