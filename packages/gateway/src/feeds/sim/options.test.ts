import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readSimOptions, SIM_DEFAULTS, writeSimSpec } from "./options.ts";

const read = (query: string) => readSimOptions(new URLSearchParams(query));

test("says nothing, means the defaults", () => {
  assert.deepEqual(read(""), SIM_DEFAULTS);
  assert.equal(writeSimSpec(SIM_DEFAULTS), "sim");
  assert.throws(() => Object.assign(SIM_DEFAULTS, { seed: 2 }), TypeError);
});

test("reads every parameter", () => {
  assert.deepEqual(read("seed=7&rate=0.5&sessions=real&instruments=rb*,700.HK, *.US"), {
    seed: 7,
    rate: 0.5,
    sessions: "real",
    instruments: ["rb*", "700.HK", "*.US"],
  });
  assert.deepEqual(read("instruments=*").instruments, []);
});

test("a mistake names its parameter and what is allowed", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["speed=2", /^Error: speed: .*seed, rate, sessions, instruments/],
    ["rate=1&rate=2", /^Error: rate: given more than once/],
    ["rate=0", /^Error: rate: .*0\.001 to 100000, got "0"/],
    ["rate=fast", /^Error: rate: .*"fast"/],
    ["rate=%20", /^Error: rate: /],
    ["rate=1e6", /^Error: rate: /],
    ["rate=NaN", /^Error: rate: /],
    ["seed=1.5", /^Error: seed: .*integer/],
    ["seed=-1", /^Error: seed: .*0 to 4294967295/],
    ["sessions=closed", /^Error: sessions: expected open or real, got "closed"/],
    ["instruments=rb*05*", /^Error: instruments: /],
    ["instruments=rb2605,,au2606", /^Error: instruments: /],
    [`instruments=${"a,".repeat(1_001)}b`, /^Error: instruments: .*1000/],
  ];
  for (const [query, message] of wrong) assert.throws(() => read(query), message, query);
});

test("what is written reads back", () => {
  const options = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    rate: fc.double({ min: 0.001, max: 100_000, noNaN: true }),
    sessions: fc.constantFrom("open" as const, "real" as const),
    instruments: fc.array(fc.constantFrom("rb*", "700.HK", "*.US", ".DJI.US", "S&P+ 500%", "a=b"), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(options, (wanted) => {
      const spec = writeSimSpec(wanted);
      assert.deepEqual(read(spec.includes("?") ? spec.slice(spec.indexOf("?") + 1) : ""), { ...wanted });
    }),
  );
});
