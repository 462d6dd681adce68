import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readReplayOptions, resolveMoment, writeReplaySpec, type ReplayOptions } from "./options.ts";

const read = (query: string): ReplayOptions => readReplayOptions(new URLSearchParams(query));
const PLAIN: ReplayOptions = {
  files: ["a.csv"],
  speed: 1,
  loop: false,
  from: undefined,
  to: undefined,
  skipGaps: undefined,
};

test("what is not said has its default", () => {
  assert.deepEqual(read("file=a.csv"), PLAIN);
});

test("every parameter is read", () => {
  assert.deepEqual(
    read("file=a.csv,b.csv.gz&file=c.csv&speed=max&loop=true&from=2018-10-08T21:00&to=15:00:30&skipGaps=2.5"),
    {
      files: ["a.csv", "b.csv.gz", "c.csv"],
      speed: "max",
      loop: true,
      from: { date: 20181008, clock: 75_600_000 },
      to: { date: undefined, clock: 54_030_000 },
      skipGaps: 2.5,
    },
  );
  assert.equal(read("file=a&speed=0.5").speed, 0.5);
  assert.equal(read("file=a&skipGaps=true").skipGaps, 5);
  assert.equal(read("file=a&skipGaps=false").skipGaps, undefined);
  assert.deepEqual(read("file=a&from=20181008").from, { date: 20181008, clock: 0 });
});

test("a mistake names its parameter", () => {
  for (const [query, message] of [
    ["", /^file: missing/],
    ["file=a,,b", /^file: an empty path/],
    [`file=${Array.from({ length: 65 }, (_, at) => at).join(",")}`, /^file: 65 files/],
    ["file=a&speed=0", /^speed: expected .*, got "0"/],
    ["file=a&speed=-1", /^speed: /],
    ["file=a&speed=fast", /^speed: /],
    ["file=a&speed=Infinity", /^speed: /],
    ["file=a&loop=yes", /^loop: /],
    ["file=a&from=9", /^from: /],
    ["file=a&from=2018-02-30", /^from: /],
    ["file=a&from=24:00", /^from: /],
    ["file=a&to=", /^to: /],
    ["file=a&skipGaps=-1", /^skipGaps: /],
    ["file=a&skipGaps=long", /^skipGaps: /],
    ["file=a&pace=2", /^pace: no such parameter, expected one of file, speed, /],
    ["file=a&speed=1&speed=2", /^speed: given more than once/],
  ] as const) {
    assert.throws(() => read(query), { message }, query);
  }
});

test("the name of a feed reads back as its options", () => {
  const plain = { noNullPrototype: true };
  const clock = fc.integer({ min: 0, max: 86_399 }).map((seconds) => seconds * 1000);
  const moment = fc.record({ date: fc.constantFrom(undefined, 20181008, 20240229), clock }, plain);
  const choices = {
    files: fc.array(fc.constantFrom("a.csv", "/tmp/b c.csv", "x&y=1.csv", "50%+.csv", "苹果.csv"), {
      minLength: 1,
      maxLength: 3,
    }),
    speed: fc.constantFrom(1, 0.25, 1000, "max" as const),
    loop: fc.boolean(),
    from: fc.option(moment, { nil: undefined }),
    to: fc.option(moment, { nil: undefined }),
    skipGaps: fc.constantFrom(undefined, 0, 5),
  };
  fc.assert(
    fc.property(fc.record(choices, plain), (one) => {
      const spec = writeReplaySpec(one);
      assert.deepEqual(readReplayOptions(new URLSearchParams(spec.slice(spec.indexOf("?") + 1))), one);
    }),
  );
});

/** China time. */
function chinaTime(text: string): number {
  return Date.parse(`${text}+08:00`);
}

test("a time of day means its first occurrence from the reference on", () => {
  const nine = { date: undefined, clock: 9 * 3_600_000 };
  assert.equal(resolveMoment(nine, chinaTime("2018-10-08T08:00")), chinaTime("2018-10-08T09:00"));
  assert.equal(resolveMoment(nine, chinaTime("2018-10-08T09:00")), chinaTime("2018-10-08T09:00"));
  assert.equal(resolveMoment(nine, chinaTime("2018-10-08T21:00")), chinaTime("2018-10-09T09:00"));
  assert.equal(
    resolveMoment({ ...nine, date: 20200101 }, chinaTime("2018-10-08T21:00")),
    chinaTime("2020-01-01T09:00"),
  );
});
