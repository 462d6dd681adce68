import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ExitError } from "./terminal.ts";
import { judgePassword, readAmount, readUser } from "./user-options.ts";
import { writeUser, writeUserTable } from "./user.ts";
import { writeAccountTable, writeYuan } from "./account-list.ts";

const usage = (error: unknown): boolean => error instanceof ExitError && error.code === 2;

describe("commands about users and accounts read", () => {
  it("names that CTP can carry", () => {
    for (const name of ["demo", "160219", "a.b_c-d@e", "u".repeat(12)]) assert.equal(readUser(name), name);
    for (const bad of ["", " ", "a b", "-a", ".a", "u".repeat(13), "交易", "a\n", 'a"b']) {
      assert.throws(() => readUser(bad), usage, bad);
    }
  });

  it("passwords that are not easily guessed, and fit CTP's field", () => {
    for (const password of ["correct horse", "a1b2c3d4", "p".repeat(37) + "abc", "一二三四五六七八"]) {
      judgePassword(password, "alice");
    }
    for (const bad of [
      "",
      "a1b2c3d",
      "aaaaaaaaaa",
      "abababab",
      "alice-alice",
      "xALICEx1",
      "tab\tin it!",
      "pq".repeat(20) + "r",
    ]) {
      assert.throws(() => judgePassword(bad, "alice"), usage, bad);
    }
  });

  it("amounts in yuan, to the fen", () => {
    for (const [text, fen] of [
      ["1", 100],
      ["0.01", 1],
      ["0.1", 10],
      ["1234567.89", 123_456_789],
      ["999999999999.99", 99_999_999_999_999],
      ["4.35", 435],
      ["1.10", 110],
    ] as const) {
      assert.equal(readAmount(text), fen, text);
    }
    for (const bad of ["", "0", "0.00", "-1", "1.234", "1,000", "1e5", ".5", "5.", "1000000000000", "NaN", " 1"]) {
      assert.throws(() => readAmount(bad), usage, bad);
    }
  });
});

describe("commands about users and accounts write", () => {
  it("a user without the password's hash", () => {
    const created = Date.UTC(2026, 10, 21, 12, 30);
    const rows = [
      { user: "alice", password: "scrypt:secret", locked: false, created },
      { user: "b", password: "scrypt:secret", locked: true, created },
    ].map(writeUser);
    assert.deepEqual(rows[1], { user: "b", state: "locked", created: "2026-11-21T12:30:00.000Z" });
    assert.deepEqual(writeUserTable(rows), [
      "USER   STATE   ADDED",
      "alice  active  2026-11-21 12:30Z",
      "b      locked  2026-11-21 12:30Z",
    ]);
  });

  it("money with two decimals, to the right", () => {
    assert.equal(writeYuan(123_450), "1234.50");
    const none = { balance: 0, available: 0, withdrawQuota: 0, preBalance: 0, deposit: 0, withdraw: 0, margin: 0 };
    const rest = { frozenMargin: 1, frozenCommission: 0.5, commission: 0, closeProfit: 0, positionProfit: -2 };
    const row = { type: "account", user: "alice", tradingDay: "20260311", ...none, ...rest } as const;
    assert.deepEqual(writeAccountTable([{ ...row, balance: 20_000_000, available: 0.5 }]), [
      "USER   DAY           BALANCE  AVAILABLE  MARGIN  FROZEN  COMMISSION  CLOSED   OPEN",
      "alice  20260311  20000000.00       0.50    0.00    1.50        0.00    0.00  -2.00",
    ]);
  });
});
