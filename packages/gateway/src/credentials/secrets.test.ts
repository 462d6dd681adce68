import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ENV_REFERENCE,
  hashPassword,
  hashToken,
  isPasswordHash,
  PASSWORD_HASH,
  TOKEN_HASH,
  verifyPassword,
} from "./secrets.ts";

describe("hashToken", () => {
  it("is SHA-256 in its own notation", () => {
    assert.equal(hashToken("demo"), "sha256:2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea");
    assert.match(hashToken(""), TOKEN_HASH);
  });
});

describe("passwords", () => {
  it("are verified against their own hash only", async () => {
    const encoded = await hashPassword("correct horse");
    assert.match(encoded, PASSWORD_HASH);
    assert.ok(!encoded.includes("correct"));
    assert.equal(await verifyPassword("correct horse", encoded), true);
    assert.equal(await verifyPassword("correct horse ", encoded), false);
    assert.equal(await verifyPassword("", encoded), false);
  });

  it("get a salt of their own each time", async () => {
    assert.notEqual(await hashPassword("x"), await hashPassword("x"));
  });

  it("are checked with the cost that the hash carries (RFC 7914, section 12)", async () => {
    const salt = Buffer.from("SodiumChloride").toString("hex");
    const hash =
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2" +
      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887";
    assert.equal(await verifyPassword("pleaseletmein", `scrypt:16384:8:1:${salt}:${hash}`), true);
  });
});

describe("isPasswordHash", () => {
  const tail = `${"ab".repeat(16)}:${"cd".repeat(32)}`;
  for (const [text, accepted] of [
    [`scrypt:16384:8:1:${tail}`, true],
    [`scrypt:131072:8:1:${tail}`, true],
    [`scrypt:16383:8:1:${tail}`, false],
    [`scrypt:0:8:1:${tail}`, false],
    [`scrypt:1:8:1:${tail}`, false],
    [`scrypt:16384:0:1:${tail}`, false],
    [`scrypt:16384:8:0:${tail}`, false],
    [`scrypt:4194304:8:1:${tail}`, false],
    [`scrypt:16384:8:1:${tail}z`, false],
    ["scrypt:16384:8:1:ab:cd", false],
    ["demo", false],
  ] as const) {
    it(`${accepted ? "accepts" : "refuses"} ${text.slice(0, 40)}`, async () => {
      assert.equal(isPasswordHash(text), accepted);
      if (!accepted) assert.equal(await verifyPassword("x", text), false);
    });
  }
});

describe("ENV_REFERENCE", () => {
  it("takes names of variables and nothing else", () => {
    assert.equal(ENV_REFERENCE.exec("env:MY_TOKEN2")?.[1], "MY_TOKEN2");
    for (const text of ["env:", "env:2X", "env:A B", "xenv:A", "env:A\n"])
      assert.equal(ENV_REFERENCE.test(text), false, text);
  });
});
