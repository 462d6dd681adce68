import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeCredentials } from "./credentials.ts";
import { hashPassword, hashToken } from "./secrets.ts";

const credentials = makeCredentials({
  tokens: [
    { name: "desk", token: hashToken("secret-1-c-app"), plan: "premium" },
    { name: "lab", token: hashToken("secret-2"), plan: "free" },
  ],
  users: [{ user: "160219", password: await hashPassword("right") }],
});

describe("tokens", () => {
  it("are found whole and exactly", () => {
    assert.deepEqual(credentials.token("secret-1-c-app"), { name: "desk", plan: "premium" });
    assert.deepEqual(credentials.token("secret-2"), { name: "lab", plan: "free" });
    for (const wrong of ["", "secret-1", "SECRET-2", "secret-2 ", hashToken("secret-2"), "__proto__"]) {
      assert.equal(credentials.token(wrong), undefined, wrong);
    }
  });
});

describe("passwords", () => {
  it("are right for their own user only", async () => {
    assert.equal(await credentials.password("160219", "right"), true);
    assert.equal(await credentials.password("160219", "wrong"), false);
    assert.equal(await credentials.password("160219", ""), false);
    assert.equal(await credentials.password("160218", "right"), false);
    assert.equal(await credentials.password("", ""), false);
    assert.equal(await credentials.password("constructor", "right"), false);
  });

  it("stay wrong after the right one was given, and right after a wrong one", async () => {
    for (const round of [1, 2]) {
      assert.equal(await credentials.password("160219", "right"), true, `round ${round}`);
      assert.equal(await credentials.password("160219", "wrong"), false, `round ${round}`);
    }
  });

  it("of a thousand clients that log in at once cost one check, not a thousand", async () => {
    const fresh = makeCredentials({ tokens: [], users: [{ user: "u", password: await hashPassword("p") }] });
    const started = process.cpuUsage();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => fresh.password("u", "p")));
    const { user, system } = process.cpuUsage(started);
    assert.ok(answers.every((right) => right));
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms of processor time`);
  });

  it("all get their own answer when many different ones are checked at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => credentials.password("160219", n === 7 ? "right" : `wrong${n}`)),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 12 }, (_, n) => n === 7),
    );
  });
});
