/** Users and accounts: the real command beside a real gateway, and without one. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { SqliteLedger } from "../packages/gateway/src/ledger/sqlite.ts";
import { TestClient, type Json } from "./support/client.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { Command, ROOT, type Outcome } from "./support/process.ts";

const folder = makeDataFolder();
const PASSWORD = "correct horse";

/** Runs a command on a data directory. */
function run(args: readonly string[], data = folder): Promise<Outcome> {
  return new Command([...args, "--data", data]).ended;
}

/** The same with something on stdin. */
async function pipe(input: string, args: readonly string[], data = folder): Promise<Outcome> {
  const command = ["--conditions=@tickwire/source", "packages/gateway/src/cli/tickwire.ts", ...args, "--data", data];
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "close") as Promise<[number]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

function linesOf(stdout: string): Json[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Json);
}

/** ErrorID of the answer to a login on the trading side. */
async function login(at: string, user: string, password: string): Promise<unknown> {
  const client = await TestClient.open(`ws://${at}/td/`);
  client.send({ MsgType: "ReqUserLogin", RequestID: 1, ReqUserLogin: { UserID: user, Password: password } });
  const answer = await client.next((frame) => String(frame["MsgType"]).endsWith("RspUserLogin"));
  await client.close();
  return (answer["RspInfo"] as Json)["ErrorID"];
}

describe("a running gateway", () => {
  let gateway: Command;
  let at = "";
  before(async () => {
    const { code, stdout, stderr } = await pipe(`${PASSWORD}\nmore\n`, ["user", "add", "alice"]);
    assert.deepEqual([code, stdout], [0, ""], stderr);
    assert.match(stderr, /^alice: added\nThere is a credential now/);
    const args = ["serve", "--port", "0", "--data", folder, "--feed", "sim?instruments=rb*&rate=5&sessions=open"];
    gateway = new Command(args, { TICKWIRE_LOG_FORMAT: "json" });
    const [, port] = await gateway.says(/CTP JSON +ws:\/\/\S+:(\d+)\/\n[^]*Or by hand: .*\n/);
    at = `127.0.0.1:${port}`;
  });
  after(() => gateway.stop());

  it("admits who was added, before it started or since, and no demo user", async () => {
    assert.match(gateway.stdout, /user +1 added\n/);
    assert.equal(await login(at, "alice", PASSWORD), 0);
    assert.equal(await login(at, "demo", "demo"), 3);
    assert.equal(await login(at, "bob", PASSWORD), 3);
    const { code, stderr } = await pipe(PASSWORD, ["user", "add", "bob", "--password-stdin"]);
    assert.deepEqual([code, stderr], [0, "bob: added\n"]);
    assert.equal(await login(at, "bob", PASSWORD), 0);
  });

  it("heeds a new password and a lock at once", async () => {
    assert.deepEqual(await pipe("another horse\n", ["user", "passwd", "bob"]), {
      code: 0,
      stdout: "",
      stderr: "bob: password changed\n",
    });
    assert.equal(await login(at, "bob", PASSWORD), 3);
    assert.equal(await login(at, "bob", "another horse"), 0);
    assert.deepEqual((await run(["user", "lock", "bob"])).stderr, "bob: locked\n");
    assert.equal(await login(at, "bob", "another horse"), 75);
    const rows = linesOf((await run(["user", "list"])).stdout);
    assert.deepEqual(
      rows.map(({ user, state }) => `${String(user)} ${String(state)}`),
      ["alice active", "bob locked"],
    );
    assert.deepEqual((await run(["user", "unlock", "bob"])).stderr, "bob: unlocked\n");
    assert.equal(await login(at, "bob", "another horse"), 0);
  });

  it("puts money in, takes it out, and tells why not", async () => {
    const balanceOf = async (user: string): Promise<unknown> => {
      const [row] = linesOf((await run(["account", "show", user])).stdout);
      assert.equal(row!["type"], "account");
      return row!["balance"];
    };
    const initial = Number(await balanceOf("alice"));
    assert.deepEqual(await run(["account", "deposit", "alice", "1000.5"]), {
      code: 0,
      stdout: "",
      stderr: "alice: 1000.50 deposited\n",
    });
    assert.equal(await balanceOf("alice"), initial + 1000.5);
    assert.equal((await run(["account", "withdraw", "alice", "0.25"])).code, 0);
    assert.equal(await balanceOf("alice"), initial + 1000.25);
    const { code, stderr } = await run(["account", "withdraw", "alice", "99999999999"]);
    assert.equal(code, 1);
    assert.match(stderr, /^tickwire: the gateway refused: CTP:资金不足 \(31\)\n$/);
    const nobody = await run(["account", "deposit", "nobody", "1"]);
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /no such user/);
    const all = linesOf((await run(["account", "show"])).stdout);
    assert.deepEqual(all.map(({ user }) => user).toSorted(), ["alice", "bob"]);
  });

  it("settles when it is told to", async () => {
    const [before1] = linesOf((await run(["account", "show", "alice"])).stdout);
    assert.deepEqual(await run(["settle"]), { code: 0, stdout: "", stderr: "settled\n" });
    const [after1] = linesOf((await run(["account", "show", "alice"])).stdout);
    assert.ok(String(after1!["tradingDay"]) > String(before1!["tradingDay"]));
    assert.equal(after1!["preBalance"], before1!["balance"]);
  });

  it("never shows a password or its hash", async () => {
    const { stdout } = await run(["user", "list"]);
    const file = readFileSync(join(folder, "ledger.sqlite"), "latin1");
    for (const shown of [gateway.stdout, gateway.stderr, stdout, file]) assert.doesNotMatch(shown, /horse/);
    assert.doesNotMatch(stdout, /scrypt/);
  });
});

describe("without a gateway", () => {
  it("an instruction waits for the next one, and the command says so", async () => {
    const data = makeDataFolder();
    await pipe(PASSWORD, ["user", "add", "alice"], data);
    const { code, stderr } = await run(["account", "deposit", "alice", "5"], data);
    assert.equal(code, 0);
    assert.match(stderr, /No gateway has taken it: it waits/);
    const ledger = new SqliteLedger(data);
    assert.deepEqual(
      ledger.instructions.waiting().map(({ instruction }) => instruction),
      [{ kind: "deposit", user: "alice", amount: 500 }],
    );
    ledger.close();
  });

  it("what makes no sense is refused with 2, and what cannot be done with 1", async () => {
    const data = makeDataFolder();
    assert.equal((await pipe(PASSWORD, ["user", "add", "alice"], data)).code, 0);
    for (const [args, expected, says] of [
      [["user", "add"], 2, /name/],
      [["user", "add", "a b"], 2, /NAME/],
      [["user", "add", "carol", "secret"], 2, /too many arguments/],
      [["user", "add", "alice"], 1, /already/],
      [["user", "passwd", "nobody"], 1, /no user of .* is called "nobody"/],
      [["user", "lock", "nobody"], 1, /no user/],
      [["user", "unlock", "nobody"], 1, /no user/],
      [["account", "deposit", "alice", "1.234"], 2, /AMOUNT/],
      [["account", "withdraw", "alice"], 2, /amount/],
      [["account", "show", "alice"], 1, /no account/],
    ] as const) {
      const { code, stdout, stderr } = await pipe("", args, data);
      assert.deepEqual([code, stdout], [expected, ""], args.join(" "));
      assert.match(stderr, says, args.join(" "));
    }
    for (const password of ["", "short1", "aaaaaaaaaaaa", "carol12345"]) {
      assert.equal((await pipe(`${password}\n`, ["user", "add", "carol"], data)).code, 2, password);
    }
    const empty = makeDataFolder();
    for (const args of [["settle"], ["account", "deposit", "alice", "1"]]) {
      const { code, stderr } = await run(args, empty);
      assert.equal(code, 1);
      assert.match(stderr, /no gateway has run there/);
    }
    assert.deepEqual(await run(["user", "list"], empty), {
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});
