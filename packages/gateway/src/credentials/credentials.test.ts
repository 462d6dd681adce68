import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeCredentials } from "./credentials.ts";
import { FakeClock } from "../../../../test/support/fake-clock.ts";
import { IssuedTokens } from "./issued-tokens.ts";
import { followLedger } from "./ledger-follower.ts";
import { LedgerNews } from "./ledger-news.ts";
import { MemoryLedger } from "../ledger/memory.ts";
import type { Ledger, NewToken } from "../ports/ledger.ts";
import { hashToken } from "./secrets.ts";

const NOW = Date.UTC(2026, 10, 21);
const config = {
  tokens: [
    { name: "desk", token: hashToken("secret-1-c-app"), plan: "premium" as const },
    { name: "lab", token: hashToken("secret-2"), plan: "free" as const },
  ],
  users: [],
  ctp: { loginFailures: 5, loginLockSeconds: 600 },
};
const credentials = makeCredentials({ config, clock: new FakeClock(NOW) });

/** What a gateway knows of a token, in short. */
function grantOf(token: string, known = credentials): unknown {
  const grant = known.token(token);
  return grant === undefined ? undefined : [grant.name, grant.plan];
}

describe("configured tokens", () => {
  it("are found whole and exactly", () => {
    assert.deepEqual(grantOf("secret-1-c-app"), ["desk", "premium"]);
    assert.deepEqual(grantOf("secret-2"), ["lab", "free"]);
    for (const wrong of ["", "secret-1", "SECRET-2", "secret-2 ", hashToken("secret-2"), "__proto__"]) {
      assert.equal(credentials.token(wrong), undefined, wrong);
    }
  });

  it("may ask for everything, and hold for ever", () => {
    const grant = credentials.token("secret-2")!;
    assert.equal(grant.allows("anything"), true);
    assert.equal(grant.use(Infinity), undefined);
  });
});

/** Says `changed` as a file does that another process writes: once after each change. */
class SharedLedger extends MemoryLedger {
  news = false;
  broken = false;

  override changed(): boolean {
    if (this.broken) throw new Error("the disk is gone");
    const { news } = this;
    this.news = false;
    return news;
  }
}

const TOKEN: NewToken = {
  name: "feeder",
  hash: hashToken("issued"),
  plan: "basic",
  codes: ["*.HK", "GOLD"],
  expires: Infinity,
  created: NOW,
};

/** A gateway's view of a ledger that others change. */
function setUp() {
  const ledger = new SharedLedger();
  const clock = new FakeClock(NOW);
  const errors: unknown[] = [];
  const { issued, stop } = followLedger(ledger, clock, (error) => errors.push(error));
  const known = makeCredentials({ config, issued, clock });
  const change = (work: (ledger: Ledger) => void): void => {
    work(ledger);
    ledger.news = true;
  };
  return { ledger, clock, errors, issued, stop, known, change };
}

describe("issued tokens", () => {
  it("are admitted from the moment on that another process issued them, and refused from the moment of their revocation", () => {
    const { known, change } = setUp();
    assert.equal(known.token("issued"), undefined);
    change(({ tokens }) => tokens.issue(TOKEN));
    assert.deepEqual(grantOf("issued", known), ["feeder", "basic"]);
    assert.equal(known.token(TOKEN.hash), undefined, "a hash opens nothing");
    change(({ tokens }) => tokens.revoke("feeder", NOW));
    assert.equal(known.token("issued"), undefined);
    assert.deepEqual(grantOf("secret-2", known), ["lab", "free"]);
  });

  it("tell whoever holds the grant that it was revoked, a quarter of a second later and with nobody asking", () => {
    const { clock, known, change } = setUp();
    change(({ tokens }) => tokens.issue(TOKEN));
    const grant = known.token("issued")!;
    change(({ tokens }) => tokens.issue({ ...TOKEN, name: "other", hash: hashToken("other") }));
    clock.advance(250);
    assert.equal(grant.use(clock.now()), undefined, "another token's change does not touch it");
    assert.equal(known.token("issued"), grant, "and it stays the same object");
    change(({ tokens }) => tokens.revoke("feeder", clock.now()));
    clock.advance(250);
    assert.equal(grant.use(clock.now()), "revoked");
  });

  it("expire to the millisecond", () => {
    const { clock, known, change } = setUp();
    change(({ tokens }) => tokens.issue({ ...TOKEN, expires: NOW + 1_000 }));
    const grant = known.token("issued")!;
    clock.advance(999);
    assert.equal(grant.use(clock.now()), undefined);
    assert.notEqual(known.token("issued"), undefined);
    clock.advance(1);
    assert.equal(grant.use(clock.now()), "expired");
    assert.equal(known.token("issued"), undefined);
  });

  it("may ask for their codes alone", () => {
    const { known, change } = setUp();
    change(({ tokens }) => tokens.issue(TOKEN));
    const grant = known.token("issued")!;
    assert.deepEqual(
      ["700.HK", "GOLD", "AAPL.US", "GOLDX"].filter((code) => grant.allows(code)),
      ["700.HK", "GOLD"],
    );
  });

  it("have their last use noted now and then, and at the end", () => {
    const { ledger, clock, known, change, stop } = setUp();
    const used = (): unknown => ledger.tokens.list()[0]?.used;
    change(({ tokens }) => tokens.issue(TOKEN));
    const grant = known.token("issued")!;
    assert.equal(used(), undefined);
    clock.advance(10_000);
    assert.equal(used(), NOW);
    grant.use(clock.now());
    clock.advance(10_000);
    assert.equal(used(), NOW + 10_000);
    grant.use(clock.now());
    stop();
    assert.equal(used(), NOW + 20_000);
    assert.equal(ledger.status().state, "closed");
    assert.equal(clock.pending, 0);
  });

  it("hold on while the ledger fails, which is told once, and are read again when it works", () => {
    const { ledger, clock, errors, known, change } = setUp();
    change(({ tokens }) => tokens.issue(TOKEN));
    const grant = known.token("issued")!;
    ledger.broken = true;
    change(({ tokens }) => tokens.revoke("feeder", NOW));
    clock.advance(5_000);
    assert.equal(grant.use(clock.now()), undefined);
    assert.deepEqual(grantOf("issued", known), ["feeder", "basic"]);
    assert.equal(errors.length, 1);
    ledger.broken = false;
    clock.advance(250);
    assert.equal(grant.use(clock.now()), "revoked");
  });

  it("are not served at all from a ledger that cannot be read", () => {
    const broken = new MemoryLedger();
    broken.tokens.list = () => assert.fail("the disk is gone");
    assert.throws(() => new IssuedTokens(broken.tokens, new LedgerNews(broken, () => {})), /the disk is gone/);
    assert.throws(() => followLedger(broken, new FakeClock(NOW), () => {}), /the disk is gone/);
    assert.equal(broken.status().state, "closed");
  });
});
