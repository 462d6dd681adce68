/** Tokens of the ledger: the real command issues and revokes them while a real gateway serves. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { refusalOf, TestClient, type Json } from "./support/client.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { Command, type Outcome } from "./support/process.ts";

const SHAPE = /^[0-9a-f]{32}-c-app$/;
const FEED = ["--feed", "sim?instruments=BTCUSDT,ETHUSDT,GOLD,700.HK&rate=20"];
/** A change takes effect within about a second; a busy machine may take longer. */
const SOON_MS = 8_000;

const folder = makeDataFolder();

/** Runs `tickwire token …` on a data directory. */
function runToken(args: readonly string[], data = folder): Promise<Outcome> {
  return new Command(["token", ...args, "--data", data]).ended;
}

/** Issues a token and returns it. */
async function issue(args: readonly string[], data = folder): Promise<string> {
  const { code, stdout, stderr } = await runToken(["issue", ...args], data);
  assert.equal(code, 0, stderr);
  const token = stdout.trimEnd();
  assert.match(token, SHAPE);
  assert.ok(!stderr.includes(token), "on stdout alone");
  return token;
}

async function list(data = folder): Promise<Json[]> {
  const { code, stdout, stderr } = await runToken(["list"], data);
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Json);
}

/** A gateway on a data directory. */
class Served {
  readonly command: Command;
  readonly at: string;

  private constructor(command: Command, at: string) {
    this.command = command;
    this.at = at;
  }

  static async start(data = folder, ...args: readonly string[]): Promise<Served> {
    const env = { TICKWIRE_LOG_FORMAT: "json", TICKWIRE_LOG_LEVEL: "trace" };
    const command = new Command(["serve", "--port", "0", "--data", data, ...FEED, ...args], env);
    const [, port] = await command.says(/CTP JSON +ws:\/\/\S+:(\d+)\/\n[^]*Or by hand: .*\n/);
    return new Served(command, `127.0.0.1:${port}`);
  }

  url(token: string): string {
    return `ws://${this.at}/quote-b-ws-api?token=${token}`;
  }

  /** Connects and subscribes to trades. */
  async open(token: string, ...codes: readonly string[]): Promise<TestClient> {
    const client = await TestClient.open(this.url(token));
    client.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: codes.map((code) => ({ code })) } });
    return client;
  }

  async refuses(token: string): Promise<void> {
    const { status, body } = await refusalOf(this.url(token));
    assert.deepEqual([status, body["msg"]], [401, "token invalid"]);
  }

  async get(path: string): Promise<string> {
    return (await fetch(`http://${this.at}${path}`)).text();
  }
}

/** How a connection ends, when that is soon. */
async function endOf({ ws }: TestClient): Promise<string> {
  const [code, reason] = (await once(ws, "close", { signal: AbortSignal.timeout(SOON_MS) })) as [number, Buffer];
  return `${code} ${String(reason)}`;
}

describe("a running gateway", () => {
  let served: Served;
  let first: string;
  before(async () => {
    first = await issue(["--plan", "premium", "--name", "first"]);
    served = await Served.start();
  });
  after(() => served.command.stop());

  it("has no demo credentials where a token was issued, and says so", async () => {
    assert.match(served.command.stdout, /token +1 issued\n/);
    await served.refuses("demo");
    const health = JSON.parse(await served.get("/healthz")) as { ledger: Json };
    assert.deepEqual(health.ledger, { state: "ok", detail: "" });
  });

  it("admits a token at once after it was issued, and closes what it opened soon after it was revoked", async () => {
    const stays = await served.open(first, "BTCUSDT");
    const token = await issue(["--plan", "free", "--name", "guest"]);
    const goes = await served.open(token, "BTCUSDT");
    await goes.next((frame) => frame["cmd_id"] === 22998);
    const end = endOf(goes);
    const { code, stdout, stderr } = await runToken(["revoke", "guest"]);
    assert.deepEqual([code, stdout, stderr], [0, "", "guest: revoked\n"]);
    await served.refuses(token);
    assert.equal(await end, "1008 token revoked");
    assert.equal(goes.frames.at(-1)!["msg"], "token invalid", "told in a frame too");
    stays.send({ cmd_id: 22000, seq_id: 7, trace: "t", data: {} });
    await stays.next((frame) => frame["seq_id"] === 7);
    await stays.close();
  });

  it("closes the connections of a token that expires, with nobody doing anything", async () => {
    const token = await issue(["--plan", "basic", "--name", "brief", "--expires", "3s"]);
    const client = await served.open(token, "BTCUSDT");
    await client.next((frame) => frame["cmd_id"] === 22998);
    assert.equal(await endOf(client), "1008 token expired");
    await served.refuses(token);
    const row = (await list()).find(({ name }) => name === "brief")!;
    assert.equal(row["state"], "expired");
  });

  it("serves a token its codes", async () => {
    const token = await issue(["--plan", "basic", "--name", "coins", "--codes", "*USDT, 700.HK"]);
    const client = await served.open(token, "GOLD", "ETHUSDT");
    assert.equal((await client.next())["ret"], 200);
    for (let n = 0; n < 20; n++) {
      const push = await client.next((frame) => frame["cmd_id"] === 22998);
      assert.equal((push["data"] as Json)["code"], "ETHUSDT");
    }
    client.send({ cmd_id: 22004, seq_id: 2, trace: "t", data: { symbol_list: [{ code: "GOLD" }] } });
    const { ret, msg } = await client.next((frame) => frame["seq_id"] === 2);
    assert.deepEqual([ret, msg], [604, "code unauthorized"]);
    await client.close();
    const query = encodeURIComponent(JSON.stringify({ trace: "t", data: { symbol_list: [{ code: "GOLD" }] } }));
    const answer = JSON.parse(await served.get(`/quote-b-api/trade-tick?token=${token}&query=${query}`)) as Json;
    assert.equal(answer["ret"], 604);
  });

  it("counts by name and never tells a token, in a metric, a log or a list", async () => {
    const metrics = await served.get("/metrics");
    const value = (series: string): number =>
      Number(
        metrics
          .split("\n")
          .find((line) => line.startsWith(`tickwire_${series} `))
          ?.split(" ")
          .at(-1),
      );
    assert.equal(value('token_connections_total{token="first"}'), 1);
    assert.equal(value('token_connections{token="guest"}'), 0);
    assert.equal(value('token_refusals_total{token="guest",reason="token"}'), 1);
    assert.equal(value('token_refusals_total{token="coins",reason="code"}'), 2);
    assert.equal(value('token_requests_total{token="coins",door="ws"}'), 2);
    assert.equal(value('token_requests_total{token="coins",door="http"}'), 1);
    assert.equal(value("ledger_up"), 1);
    assert.equal(value("issued_tokens"), 3, "what was revoked is gone, what has expired is not");
    assert.ok(value('token_messages_total{token="coins"}') >= 22);
    assert.ok(value('token_refusals_total{token="",reason="token"}') >= 3);
    const { stdout } = await runToken(["list"]);
    const file = readFileSync(join(folder, "ledger.sqlite"), "latin1");
    for (const text of [metrics, served.command.stderr, served.command.stdout, stdout, file]) {
      assert.ok(!text.includes(first.slice(0, 16)), "no part of a token anywhere");
      assert.doesNotMatch(text, /[0-9a-f]{32}-c-app/);
    }
    assert.doesNotMatch(stdout, /sha256|[0-9a-f]{64}/);
  });

  it("may be killed at any moment: the tokens and their last uses are there", async () => {
    const token = await issue(["--plan", "free", "--name", "kept"]);
    await (await served.open(token, "BTCUSDT")).close();
    await served.command.stop("SIGKILL");
    const states = async (): Promise<unknown> =>
      (await list()).map(({ name, state }) => `${String(name)} ${String(state)}`);
    const expected = ["first valid", "guest revoked", "brief expired", "coins valid", "kept valid"];
    assert.deepEqual(await states(), expected);
    served = await Served.start();
    await (await served.open(token, "BTCUSDT")).close();
    const { code } = await served.command.stop();
    assert.equal(code, 0);
    assert.deepEqual(await states(), expected);
    const kept = (await list()).find(({ name }) => name === "kept")!;
    assert.ok(Date.now() - Date.parse(String(kept["used"])) < 60_000, JSON.stringify(kept));
    assert.equal(statSync(join(folder, "ledger.sqlite")).mode & 0o777, 0o600);
  });
});

describe("a gateway with demo credentials", () => {
  it("keeps them beside the first issued token until it is restarted", async () => {
    const data = makeDataFolder();
    const demo = await Served.start(data);
    const client = await demo.open("demo", "BTCUSDT");
    const { code, stdout, stderr } = await runToken(["issue", "--plan", "free", "--json"], data);
    assert.equal(code, 0);
    assert.match(stderr, /until it is restarted/);
    const { token, ...row } = JSON.parse(stdout) as Json;
    assert.match(String(token), SHAPE);
    assert.deepEqual([row["name"], row["plan"], row["codes"], row["expires"]], ["token-1", "free", [], null]);
    for (const each of [client, await demo.open(String(token), "BTCUSDT"), await demo.open("demo", "BTCUSDT")]) {
      await each.next((frame) => frame["cmd_id"] === 22998);
    }
    await demo.command.stop();
    const restarted = await Served.start(data, "--host", "0.0.0.0");
    await restarted.refuses("demo");
    await (await restarted.open(String(token), "BTCUSDT")).close();
    await restarted.command.stop();
  });
});

describe("tickwire token", () => {
  it("refuses what makes no sense with 2, and what cannot be done with 1", async () => {
    const data = makeDataFolder();
    await issue(["--plan", "free", "--name", "a"], data);
    for (const [args, expected, says] of [
      [["issue"], 2, /--plan/],
      [["issue", "--plan", "gold"], 2, /Allowed choices are free, basic/],
      [["issue", "--plan", "free", "--codes", "a,,b"], 2, /--codes: expected/],
      [["issue", "--plan", "free", "--expires", "2001-01-01"], 2, /not in the future/],
      [["issue", "--plan", "free", "--name", "0123456789abcdef0123456789abcdef-c-app"], 2, /looks like a token/],
      [["issue", "--plan", "free", "--name", "a"], 1, /there is a token called "a" already/],
      [["revoke", "b"], 1, /no valid token of .*ledger\.sqlite is called "b"/],
      [["revoke"], 2, /name/],
    ] as const) {
      const { code, stdout, stderr } = await runToken(args, data);
      assert.deepEqual([code, stdout], [expected, ""], stderr);
      assert.match(stderr, says);
    }
    assert.equal((await list(data)).length, 1);
  });

  it("lists nothing where nothing was issued, and makes nothing there", async () => {
    const data = join(makeDataFolder(), "none");
    assert.deepEqual(await list(data), []);
    assert.throws(() => statSync(data));
  });
});
