/** Passwords as the port `Credentials` judges them: configured users, users of the ledger, and what wrong passwords cost. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeCredentials } from "./credentials.ts";
import { FakeClock } from "../../../../test/support/fake-clock.ts";
import { followLedger } from "./ledger-follower.ts";
import { MemoryLedger } from "../ledger/memory.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { StoredUser } from "../ports/ledger.ts";
import { hashPassword } from "./secrets.ts";

const NOW = Date.UTC(2026, 10, 21);
const RIGHT = await hashPassword("right");
/** Costs nothing to check, and no password is right for it. */
const CHEAP = `scrypt:2:1:1:${"00".repeat(16)}:${"00".repeat(32)}`;

/** A clock that waits for nobody: what is to happen later happens at once, at its time. */
class SwiftClock {
  time = NOW;
  /** How long each wait was to be. */
  readonly waits: number[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    this.waits.push(ms);
    this.time += ms;
    queueMicrotask(run);
    return () => {};
  }
}

function setUp(users: readonly { user: string; password: string }[], loginFailures = 5) {
  const clock = new SwiftClock();
  const config = { tokens: [], users: [...users], ctp: { loginFailures, loginLockSeconds: 600 } };
  return { clock, known: makeCredentials({ config, clock }) };
}

/** What one attempt after the other is answered, and how long each had to wait. */
async function attempts(known: Credentials, clock: SwiftClock, user: string, passwords: readonly string[]) {
  const answers: string[] = [];
  for (const password of passwords) {
    clock.waits.length = 0;
    const answer = await known.password(user, password);
    answers.push(`${answer} ${clock.waits.reduce((sum, ms) => sum + ms, 0)}`);
  }
  return answers;
}

describe("passwords", () => {
  it("are right for their own user only", async () => {
    const { known } = setUp([{ user: "160219", password: RIGHT }]);
    for (const [user, password, expected] of [
      ["160219", "right", "right"],
      ["160219", "wrong", "wrong"],
      ["160219", "", "wrong"],
      ["160218", "right", "wrong"],
      ["", "", "wrong"],
      ["constructor", "right", "wrong"],
    ] as const) {
      assert.equal(await known.password(user, password), expected, `${user} ${password}`);
    }
  });

  it("stay wrong after the right one was given, and right after a wrong one", async () => {
    const { known, clock } = setUp([{ user: "u", password: RIGHT }]);
    const answers = await attempts(known, clock, "u", ["right", "wrong", "right", "right", "wrong", "right"]);
    assert.deepEqual(answers, ["right 0", "wrong 0", "right 250", "right 0", "wrong 0", "right 250"]);
  });

  it("of a thousand clients that log in at once cost one check, not a thousand", async () => {
    const { known } = setUp([{ user: "u", password: RIGHT }]);
    const started = process.cpuUsage();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => known.password("u", "right")));
    const { user, system } = process.cpuUsage(started);
    assert.ok(answers.every((answer) => answer === "right"));
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms of processor time`);
  });

  it("that come faster than they can be checked are refused at some point, and the next ones checked again", async () => {
    const cheap = setUp([{ user: "u", password: CHEAP }], 0);
    const ofOne = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => cheap.known.password("u", `wrong${n}`)),
    );
    assert.equal(ofOne.filter(({ status }) => status === "fulfilled").length, 16);
    assert.equal(await cheap.known.password("u", "wrong"), "wrong");
  });

  it("of many users are checked at the same time, and all get their own answer", async () => {
    const users = Array.from({ length: 4 }, (_, n) => ({ user: `u${n}`, password: RIGHT }));
    const { known } = setUp(users);
    const answers = await Promise.all(
      users.flatMap(({ user }, n) => ["right", `wrong${n}`].map((password) => known.password(user, password))),
    );
    assert.deepEqual(
      answers,
      users.flatMap(() => ["right", "wrong"]),
    );
  });
});

describe("wrong passwords", () => {
  it("make the next answer wait, longer each time, and lock after five in a row, for users and strangers alike", async () => {
    const wrong = ["a", "b", "c", "d", "e", "f", "right"];
    const expected = ["wrong 0", "wrong 250", "wrong 500", "wrong 1000", "wrong 2000", "locked 0", "locked 0"];
    for (const user of ["u", "nobody"]) {
      const { known, clock } = setUp([{ user: "u", password: RIGHT }]);
      assert.deepEqual(await attempts(known, clock, user, wrong), expected, user);
    }
  });

  it("wait four seconds at most where none lock", async () => {
    const { known, clock } = setUp([{ user: "u", password: CHEAP }], 0);
    const answers = await attempts(known, clock, "u", ["a", "b", "c", "d", "e", "f", "g", "h"]);
    assert.deepEqual(answers.slice(-4), ["wrong 2000", "wrong 4000", "wrong 4000", "wrong 4000"]);
  });

  it("lock for ten minutes, which attempts meanwhile do not make longer, and then all is as before", async () => {
    const { known, clock } = setUp([{ user: "u", password: RIGHT }]);
    await attempts(known, clock, "u", ["a", "b", "c", "d", "e"]);
    const lockedAt = clock.time;
    clock.time = lockedAt + 599_999;
    assert.equal(await known.password("u", "right"), "locked");
    clock.time = lockedAt + 600_000;
    assert.deepEqual(await attempts(known, clock, "u", ["a", "right"]), ["wrong 0", "right 250"]);
  });

  it("lock also those who have the right one remembered", async () => {
    const { known, clock } = setUp([{ user: "u", password: RIGHT }]);
    const answers = await attempts(known, clock, "u", ["right", "a", "b", "c", "d", "e", "right"]);
    assert.equal(answers.at(-1), "locked 0");
  });

  it("count again from one after the right one", async () => {
    const { known, clock } = setUp([{ user: "u", password: RIGHT }]);
    const answers = await attempts(known, clock, "u", ["a", "b", "c", "d", "right", "a", "b", "c", "d", "right"]);
    assert.deepEqual([answers[4], answers[9]], ["right 2000", "right 2000"]);
  });

  it("of one user cost another one nothing", async () => {
    const { known, clock } = setUp([
      { user: "u", password: RIGHT },
      { user: "v", password: RIGHT },
    ]);
    await attempts(known, clock, "u", ["a", "b", "c", "d", "e"]);
    assert.deepEqual(await attempts(known, clock, "v", ["right"]), ["right 0"]);
  });

  it("that come all at once are judged one by one: five, and the rest is locked out", async () => {
    const { known } = setUp([{ user: "u", password: RIGHT }]);
    const passwords = ["a", "b", "c", "d", "e", "right", "f", "g"];
    const answers = await Promise.all(passwords.map((password) => known.password("u", password)));
    assert.deepEqual(answers, [...Array(5).fill("wrong"), ...Array(3).fill("locked")]);
  });
});

const ALICE: StoredUser = { user: "alice", password: RIGHT, locked: false, created: NOW };

/** A gateway's credentials beside a ledger that others change. */
function setUpLedger(configured: readonly { user: string; password: string }[] = []) {
  let news = false;
  class SharedLedger extends MemoryLedger {
    override changed(): boolean {
      const changed = news;
      news = false;
      return changed;
    }
  }
  const ledger = new SharedLedger();
  const clock = new SwiftClock();
  const { users, stop } = followLedger(ledger, new FakeClock(NOW), (error) => assert.fail(String(error)));
  const config = { tokens: [], users: [...configured], ctp: { loginFailures: 5, loginLockSeconds: 600 } };
  const known = makeCredentials({ config, users, clock });
  const change = (work: (stored: MemoryLedger["users"]) => unknown): void => {
    work(ledger.users);
    news = true;
  };
  return { ledger, known, change, stop };
}

describe("users of the ledger", () => {
  it("come in from the moment on that another process added them, by their newest password", async () => {
    const { known, change } = setUpLedger();
    assert.equal(await known.password("alice", "right"), "wrong");
    change((users) => users.add(ALICE));
    assert.equal(await known.password("alice", "right"), "right");
    const next = await hashPassword("next");
    change((users) => users.setPassword("alice", next));
    assert.equal(await known.password("alice", "right"), "wrong", "remembered or not");
    assert.equal(await known.password("alice", "next"), "right");
  });

  it("stay out while they are locked, which is told to those alone who have the password", async () => {
    const { known, change } = setUpLedger();
    change((users) => users.add({ ...ALICE, locked: true }));
    assert.equal(await known.password("alice", "wrong"), "wrong");
    assert.equal(await known.password("alice", "right"), "locked");
    assert.equal(await known.password("alice", "right"), "locked", "also when it is remembered");
    assert.equal(await known.changePassword("alice", "right", "other"), "locked");
    change((users) => users.setLocked("alice", false));
    assert.equal(await known.password("alice", "right"), "right");
    change((users) => users.setLocked("alice", true));
    assert.equal(await known.password("alice", "right"), "locked");
  });

  it("are not asked where a user of the configuration has the name", async () => {
    const { known, change } = setUpLedger([{ user: "alice", password: await hashPassword("configured") }]);
    change((users) => users.add({ ...ALICE, locked: true }));
    assert.equal(await known.password("alice", "right"), "wrong");
    assert.equal(await known.password("alice", "configured"), "right");
  });
});

describe("changing a password", () => {
  it("takes the old one, another new one, and holds at once", async () => {
    const { known, change, ledger } = setUpLedger();
    change((users) => users.add(ALICE));
    assert.equal(await known.changePassword("alice", "wrong", "next"), "wrong");
    assert.equal(await known.changePassword("nobody", "right", "next"), "wrong");
    assert.equal(await known.changePassword("alice", "right", "right"), "same");
    assert.equal(ledger.users.list()[0]!.password, RIGHT);
    assert.equal(await known.changePassword("alice", "right", "next-8-more"), "changed");
    assert.equal(await known.password("alice", "right"), "wrong");
    assert.equal(await known.password("alice", "next-8-more"), "right");
    assert.match(ledger.users.list()[0]!.password, /^scrypt:/);
    for (const weak of ["", "next", "xalicex-123"])
      assert.equal(await known.changePassword("alice", "next-8-more", weak), "weak");
  });

  it("counts a wrong old one as any wrong password", async () => {
    const { known, change } = setUpLedger();
    change((users) => users.add(ALICE));
    for (let n = 0; n < 5; n++) assert.equal(await known.changePassword("alice", `wrong${n}`, "next"), "wrong");
    assert.equal(await known.changePassword("alice", "right", "next"), "locked");
    assert.equal(await known.password("alice", "right"), "locked");
  });

  it("is not for users of the configuration, which is told to those alone who have the password", async () => {
    const { known } = setUpLedger([{ user: "fixed", password: RIGHT }]);
    assert.equal(await known.changePassword("fixed", "wrong", "next"), "wrong");
    assert.equal(await known.changePassword("fixed", "right", "next"), "fixed");
    assert.equal(await known.password("fixed", "right"), "right");
  });
});
