import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LoginFailures } from "./login-failures.ts";

const LIMITS = { failures: 3, lockMs: 1_000 };

describe("series of wrong passwords", () => {
  it("are forgotten when nothing was wrong for as long as a lock lasts", () => {
    let now = 0;
    const failures = new LoginFailures(LIMITS, () => now);
    failures.add("a", true);
    now = 999;
    failures.add("a", true);
    now = 1_998;
    assert.equal(failures.cost("a"), 500);
    now = 1_999;
    assert.equal(failures.cost("a"), 0);
    failures.add("a", true);
    assert.equal(failures.cost("a"), 250);
  });

  it("of strangers are forgotten when there are too many, those of users never", () => {
    const failures = new LoginFailures(LIMITS, () => 0);
    failures.add("user", true);
    failures.add("first", false);
    for (let n = 0; n < 65_536; n++) failures.add(`n${n}`, false);
    assert.deepEqual([failures.cost("user"), failures.cost("first"), failures.cost("n0")], [250, 0, 250]);
    failures.add("n0", false);
    assert.equal(failures.cost("n0"), 500);
    assert.equal(failures.cost("n1"), 250, "who is there again takes no other's place");
  });
});
