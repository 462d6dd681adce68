import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FEED_NAMES, FeedSpecError, MAX_SPEC_LENGTH, parseFeedSpec, readFeedSpec, withoutSecrets } from "./spec.ts";

describe("parseFeedSpec", () => {
  it("reads a bare name", () => {
    const spec = parseFeedSpec("sim");
    assert.equal(spec.name, "sim");
    assert.equal(spec.text, "sim");
    assert.deepEqual([...spec.params], []);
  });

  it("reads parameters as a URL query does", () => {
    const { name, params } = parseFeedSpec("replay?file=a%26b.csv,c+d.csv&speed=10&note=x=y?z");
    assert.equal(name, "replay");
    assert.deepEqual(
      [...params],
      [
        ["file", "a&b.csv,c d.csv"],
        ["speed", "10"],
        ["note", "x=y?z"],
      ],
    );
  });

  it("gives back whatever URLSearchParams wrote", () => {
    const text = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(fc.constantFrom(...FEED_NAMES), fc.array(fc.tuple(text, text), { maxLength: 5 }), (name, pairs) => {
        const spec = parseFeedSpec(`${name}?${new URLSearchParams(pairs)}`);
        assert.equal(spec.name, name);
        assert.deepEqual([...spec.params], pairs);
      }),
    );
  });

  for (const [text, why] of [
    ["simm", /^feed "simm": unknown feed "simm", expected one of sim, replay, alltick/],
    ["", /^feed "": unknown feed ""/],
    ["SIM", /unknown feed "SIM"/],
    ["sim&seed=7", /unknown feed "sim&seed=7"/],
    ["sim?seed", /^feed "sim\?seed": expected parameters as name=value/],
    ["sim?=7", /expected parameters as name=value/],
    ["sim?seed=", /expected parameters as name=value/],
    ["replay?file=100%.csv", /a bare "%"; write it as %25/],
    [`sim?x=${"y".repeat(MAX_SPEC_LENGTH)}`, /longer than 4096 characters/],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.throws(
        () => parseFeedSpec(text),
        (error) => error instanceof FeedSpecError && why.test(error.message),
      );
    });
  }
});

describe("readFeedSpec", () => {
  it("reads the parameters of each feed", () => {
    const sim = readFeedSpec("sim?seed=7&rate=20");
    assert.ok(sim.name === "sim");
    assert.deepEqual([sim.options.seed, sim.options.rate], [7, 20]);
    const replay = readFeedSpec("replay?file=ticks.csv&speed=max");
    assert.ok(replay.name === "replay");
    assert.deepEqual([replay.options.files, replay.options.speed], [["ticks.csv"], "max"]);
  });

  for (const [text, why] of [
    ["sim?rate=fast", /^feed "sim\?rate=fast": rate: expected /],
    ["sim?colour=red", /^feed "sim\?colour=red": colour: no such parameter/],
    ["replay", /^feed "replay": file: missing/],
  ] as const) {
    it(`names the parameter of ${text}`, () => {
      assert.throws(
        () => readFeedSpec(text),
        (error) => error instanceof FeedSpecError && why.test(error.message),
      );
    });
  }
});

it("blots out every secret of a list, and who an address names", () => {
  const shown = withoutSecrets("alltick?token=env:A,abc,env:B&url=ws://me:pw@host/&codes=X");
  assert.equal(shown, "alltick?token=env:A,***,env:B&url=ws://***@host/&codes=X");
  assert.equal(withoutSecrets("ctp?url=ws://h/md/&password=secret&user=u"), "ctp?url=ws://h/md/&password=***&user=u");
});
