import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { IssuedToken } from "../ports/ledger.ts";
import { ExitError } from "./terminal.ts";
import { writeToken, writeTokenTable } from "./token-list.ts";
import { readCodes, readExpiry, readName } from "./token-options.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const usage = (error: unknown): boolean => error instanceof ExitError && error.code === 2;

describe("token issue reads", () => {
  it("an expiry as a span, a day or a moment", () => {
    for (const [text, expected] of [
      ["30s", NOW + 30_000],
      ["90m", NOW + 5_400_000],
      ["12h", NOW + 43_200_000],
      ["30d", NOW + 2_592_000_000],
      ["2027-01-01", Date.UTC(2027, 0, 1)],
      ["2026-11-21T13:00Z", Date.UTC(2026, 10, 21, 13)],
      ["2027-01-01T08:00:00+08:00", Date.UTC(2027, 0, 1)],
    ] as const) {
      assert.equal(readExpiry(text, NOW), expected, text);
    }
    for (const bad of [
      "",
      "0s",
      "30",
      "d",
      "-1d",
      "1y",
      "tomorrow",
      "2027",
      "2027-13-01",
      "2027-02-30",
      "2026-11-21",
      "27-01-01",
    ]) {
      assert.throws(() => readExpiry(bad, NOW), usage, bad);
    }
  });

  it("names that can be shown", () => {
    for (const name of ["desk", "交易台-1", "alice@example.org", "n".repeat(64)]) assert.equal(readName(name), name);
    for (const bad of [
      "",
      " ",
      "a b",
      "-a",
      "a\nb",
      "n".repeat(65),
      "a,b",
      'a"b',
      "x0123456789abcdef0123456789ABCDEF",
    ]) {
      assert.throws(() => readName(bad), usage, bad);
    }
  });

  it("codes", () => {
    assert.deepEqual(readCodes("700.HK, *.US,700.HK"), ["700.HK", "*.US"]);
    assert.deepEqual(readCodes("*"), []);
    for (const bad of ["", "a,", "a*b*c", "x".repeat(81), Array.from({ length: 1_001 }, (_, n) => n).join()]) {
      assert.throws(() => readCodes(bad), usage, bad.slice(0, 20));
    }
  });
});

describe("token list writes", () => {
  const TOKEN: IssuedToken = {
    name: "desk",
    hash: `sha256:${"0".repeat(64)}`,
    plan: "basic",
    codes: ["700.HK", "*.US"],
    created: NOW - 1,
    expires: Infinity,
    revoked: undefined,
    used: undefined,
  };

  it("an object of each token, without its hash, with its state at that moment", () => {
    assert.deepEqual(writeToken(TOKEN, NOW), {
      name: "desk",
      plan: "basic",
      codes: ["700.HK", "*.US"],
      created: "2026-11-21T11:59:59.999Z",
      expires: null,
      state: "valid",
      revoked: null,
      used: null,
    });
    assert.equal(writeToken({ ...TOKEN, expires: NOW + 1 }, NOW).state, "valid");
    assert.equal(writeToken({ ...TOKEN, expires: NOW }, NOW).state, "expired");
    assert.equal(writeToken({ ...TOKEN, expires: NOW, revoked: NOW }, NOW).state, "revoked");
  });

  it("a table whose columns are aligned, also with names of wide letters", () => {
    const rows = [
      TOKEN,
      { ...TOKEN, name: "交易台", plan: "professional", codes: [], expires: Date.UTC(2027, 0, 1), used: NOW },
      { ...TOKEN, name: "all", codes: Array.from({ length: 20 }, (_, n) => `rb${2601 + n}`), revoked: NOW },
    ];
    assert.deepEqual(writeTokenTable(rows.map((row) => writeToken(row, NOW))), [
      "NAME    STATE    PLAN          CODES                                   EXPIRES            LAST USE",
      "desk    valid    basic         700.HK,*.US                             never              -",
      "交易台  valid    professional  all                                     2027-01-01 00:00Z  2026-11-21 12:00Z",
      "all     revoked  basic         rb2601,rb2602,rb2603,rb2604,rb26… (20)  never              -",
    ]);
  });
});
