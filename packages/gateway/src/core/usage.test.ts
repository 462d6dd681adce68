import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_NAMED, NOBODY, OTHERS, TokenUsage } from "./usage.ts";

test("each grant has counters of its own, the same ones every time", () => {
  const usage = new TokenUsage();
  usage.of("a").opened++;
  usage.of("a").opened++;
  usage.of("b").refusals.rate++;
  assert.equal(usage.of("a").opened, 2);
  assert.equal(usage.of("a").refusals.rate, 0);
  assert.deepEqual(
    [...usage.all()].map(([name]) => name),
    ["a", "b"],
  );
});

test("however many grants there are, the lines stay few and nothing is lost", () => {
  const usage = new TokenUsage();
  for (let n = 0; n < 10 * MAX_NAMED; n++) usage.of(`grant ${n}`).requests.ws++;
  usage.of(NOBODY).refusals.token++;
  const lines = [...usage.all()];
  assert.equal(lines.length, MAX_NAMED + 2);
  assert.equal(
    lines.reduce((sum, [, { requests }]) => sum + requests.ws, 0),
    10 * MAX_NAMED,
  );
  assert.equal(usage.of(OTHERS).requests.ws, 9 * MAX_NAMED);
  assert.equal(usage.of("grant 7").requests.ws, 1, "who was there first keeps its line");
});
