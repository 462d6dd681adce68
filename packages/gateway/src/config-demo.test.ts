/** When the demo credentials go: issued tokens and added users are credentials, on every address and for good. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, test } from "node:test";
import fc from "fast-check";
import { isLoopback, loadConfig, readConfig } from "./config.ts";
import { ledgerFile, SqliteLedger } from "./ledger/sqlite.ts";
import { hashToken } from "./credentials/secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "tickwire-demo-"));
after(() => rmSync(folder, { recursive: true }));

const EVERYWHERE = ["127.0.0.1", "0.0.0.0"];

/** Whether the demo credentials exist, and what else is configured. */
async function credentialsOf(data: string, host: string): Promise<unknown> {
  const { config, demo } = await loadConfig({ host, data }, {});
  return { demo, tokens: config.tokens.length, users: config.users.length, mdLogin: config.ctp.mdLogin };
}

test("an empty ledger is no credential", async () => {
  const data = join(folder, "empty");
  new SqliteLedger(data).close();
  assert.deepEqual(await credentialsOf(data, "127.0.0.1"), { demo: true, tokens: 1, users: 2, mdLogin: "open" });
  await assert.rejects(credentialsOf(data, "0.0.0.0"), /issue a token with `tickwire token issue`/);
});

test("where a token was ever issued there are no demo credentials, and every address may be listened on", async () => {
  const data = join(folder, "issued");
  const ledger = new SqliteLedger(data);
  const expected = { demo: false, tokens: 0, users: 0, mdLogin: "checked" };
  const created = Date.UTC(2026, 0, 1);
  ledger.tokens.issue({ name: "a", hash: hashToken("a"), plan: "free", codes: [], expires: created + 1, created });
  for (const host of EVERYWHERE) assert.deepEqual(await credentialsOf(data, host), expected, host);
  ledger.tokens.revoke("a", created);
  for (const host of EVERYWHERE) assert.deepEqual(await credentialsOf(data, host), expected, `${host}, revoked`);
  ledger.close();
});

test("where a user was ever added there are none either, whether locked or not", async () => {
  const data = join(folder, "added");
  const ledger = new SqliteLedger(data);
  ledger.users.add({ user: "a", password: "scrypt:", locked: true, created: 0 });
  const expected = { demo: false, tokens: 0, users: 0, mdLogin: "checked" };
  for (const host of EVERYWHERE) assert.deepEqual(await credentialsOf(data, host), expected, host);
  ledger.close();
});

test("a ledger that cannot be read is an error, not an empty one", async () => {
  const data = join(folder, "broken");
  new SqliteLedger(data).close();
  writeFileSync(ledgerFile(data), "something else entirely".repeat(100));
  for (const host of EVERYWHERE) await assert.rejects(credentialsOf(data, host), /broken.*not a database/);
});

test("a configuration that is only read is not asked for credentials", async () => {
  const { stated } = await readConfig({ host: "0.0.0.0", data: join(folder, "none") }, {});
  assert.deepEqual(stated.tokens, []);
});

describe("isLoopback", () => {
  it("is true for all of 127.0.0.0/8 and for nothing else of IPv4", () => {
    fc.assert(fc.property(fc.ipV4(), (host) => assert.equal(isLoopback(host), host.split(".")[0] === "127")));
    fc.assert(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), (rest) =>
        assert.ok(isLoopback(`127.${rest.join(".")}`)),
      ),
    );
  });
});
