import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ALLTICK_PLANS, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { FeedSpecError, readFeedSpec, secretsOf } from "../spec.ts";
import { readAllTickOptions, writeAllTickSpec } from "./options.ts";

test("reads a SPEC, with defaults that are safe with every token", () => {
  assert.deepEqual(readAllTickOptions(new URLSearchParams("token=env:A")), {
    tokens: ["env:A"],
    plan: "free",
    codes: [],
    instruments: [],
    url: "https://quote.alltick.co",
    sessions: "real",
    rotateMs: 60_000,
  });
});

test("tokens are a list, or the parameter repeated", () => {
  const choice = readFeedSpec("alltick?token=env:A,env:B&token=env:C&plan=basic&url=ws://127.0.0.1:8081/");
  assert.deepEqual(secretsOf(choice), ["env:A", "env:B", "env:C"]);
  assert.ok(choice.name === "alltick");
  assert.equal(choice.options.url, "http://127.0.0.1:8081");
});

test("what is written reads back as the same", () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9.]{1,8}$/), { maxLength: 5 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^env:[A-Z_]{1,8}$/), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...(Object.keys(ALLTICK_PLANS) as AllTickPlanName[])),
      ids,
      ids,
      fc.integer({ min: 10, max: 600 }),
      fc.constantFrom("https://quote.alltick.co", "http://127.0.0.1:8081", "https://a.example/relay"),
      fc.constantFrom("open" as const, "real" as const),
      (tokens, plan, codes, instruments, seconds, url, sessions) => {
        const options = { tokens, plan, codes, instruments, url, sessions, rotateMs: seconds * 1_000 };
        const choice = readFeedSpec(writeAllTickSpec(options));
        assert.deepEqual(choice, { name: "alltick", options });
      },
    ),
  );
});

for (const [spec, why] of [
  ["alltick", /token: missing, expected env:NAME$/],
  ["alltick?token=env:A&plan=gold", /plan: expected one of free, basic/],
  ["alltick?token=env:A&url=ftp://x", /url: expected an address/],
  ["alltick?token=env:A&url=https://user:pw@x.example", /url: expected an address/],
  ["alltick?token=env:A&rotate=1", /rotate: expected seconds from 10/],
  ["alltick?token=env:A&sessions=never", /sessions: expected open or real, got "never"/],
  ["alltick?token=env:A&codes=rb*", /codes: expected codes by commas/],
  ["alltick?token=env:A&colour=red", /colour: no such parameter/],
] as const) {
  test(`refuses ${spec}`, () => assert.throws(() => readFeedSpec(spec), why));
}

test("a token that stands in the SPEC is refused and not shown", () => {
  assert.throws(
    () => readFeedSpec("alltick?plan=basic&token=0123abcd-c-app"),
    (error) =>
      error instanceof FeedSpecError &&
      /a plain secret is refused here/.test(error.message) &&
      /token=\*\*\*/.test(error.message) &&
      !error.message.includes("0123abcd"),
  );
});
