/** What the command line promises: exit codes, what goes to stdout and what to stderr, no secrets anywhere. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Command, type Outcome } from "./support/process.ts";

const folder = mkdtempSync(join(tmpdir(), "tickwire-cli-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command to its end. */
function runCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Command(args, env).ended;
}

/** Runs `tickwire config hash` with this at its stdin. */
function runHash(input: string): Promise<Outcome> {
  const entry = [process.execPath, "--conditions=@tickwire/source", "packages/gateway/src/cli/tickwire.ts"];
  return new Command(["config", "hash"], {}, ["sh", "-c", `printf '${input}' | "$0" "$@"`, ...entry]).ended;
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("tickwire", () => {
  it("prints its version and its help", async () => {
    const version = await runCommand(["--version"]);
    const manifest = JSON.parse(readFileSync(new URL("../packages/gateway/package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    assert.deepEqual(version, { code: 0, stdout: `${manifest.version}\n`, stderr: "" });
    const help = await runCommand(["--help"]);
    assert.equal(help.code, 0);
    for (const command of ["serve", "tail", "token", "config"])
      assert.match(help.stdout, new RegExp(`^ {2}${command} `, "m"));
    const tail = await runCommand(["tail", "--help"]);
    for (const name of ["--url", "--token", "--dialect", "--json", "--raw", "--count", "TICKWIRE_URL"])
      assert.ok(tail.stdout.includes(name), name);
  });

  for (const args of [
    [],
    ["sreve"],
    ["serve", "--prot", "1"],
    ["serve", "x"],
    ["tail"],
    ["config"],
    ["config", "prnt"],
  ]) {
    it(`exits with 2 for ${JSON.stringify(args)}, and says why on stderr`, async () => {
      const { code, stdout, stderr } = await runCommand(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.notEqual(stderr, "");
    });
  }

  for (const [args, message] of [
    [["tail", "A", "--dialect", "fix"], /^tickwire: --dialect: expected one of "alltick", "ctp", got "fix"$/m],
    [["tail", "A", "--url", "http://x"], /^tickwire: --url: expected ws:/m],
    [["tail", "A", "--count", "0"], /^tickwire: --count: expected a positive integer, got "0"$/m],
  ] as const) {
    it(`exits with 2 for ${args.slice(2).join(" ")}`, async () => {
      const { code, stderr } = await runCommand(args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

describe("tickwire config", () => {
  it("check exits with 0, or with 2 and every mistake", async () => {
    assert.deepEqual(await runCommand(["config", "check"]), {
      code: 0,
      stdout: "",
      stderr: "the configuration is valid\n",
    });
    const file = write("bad.yaml", "alltick: { pacing: fast }\nlisten: [{ host: 127.0.0.1, prot: 1 }]\n");
    const { code, stdout, stderr } = await runCommand(["config", "check", "--config", file]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.ok(stderr.includes(`alltick.pacing: expected one of "generous", "vendor", got "fast" (${file})`), stderr);
    assert.ok(stderr.includes('listen[0].prot: unknown key, did you mean "port"?'), stderr);
  });

  it("check hears the environment as serve does", async () => {
    const { code, stderr } = await runCommand(["config", "check"], { TICKWIRE_LOG_LEVEL: "loud", TICKWIRE_PROT: "1" });
    assert.equal(code, 2);
    assert.match(stderr, /^tickwire: log\.level: expected one of .*, got "loud" \(TICKWIRE_LOG_LEVEL\)$/m);
    const noted = await runCommand(["config", "check"], { TICKWIRE_PROT: "1" });
    assert.deepEqual(
      [noted.code, noted.stderr.split("\n")[0]],
      [0, "note: TICKWIRE_PROT is not a setting, did you mean TICKWIRE_PORT?"],
    );
  });

  it("print shows what is in force, and no secret", async () => {
    const file = write("good.yaml", "tokens: [{ name: desk, token: env:DESK }]\n");
    const { code, stdout } = await runCommand(["config", "print", "--config", file, "--host", "0.0.0.0"], {
      DESK: "hunter2",
      TICKWIRE_PORT: "9000",
    });
    assert.equal(code, 0);
    assert.match(stdout, /host: 0\.0\.0\.0 # --host/);
    assert.match(stdout, /port: 9000 # TICKWIRE_PORT/);
    assert.match(stdout, /token: env:DESK # /);
    assert.doesNotMatch(stdout, /hunter2|[0-9a-f]{32}/);
  });

  it("schema prints JSON Schema, and the reference that docs/config.md is", async () => {
    const { code, stdout } = await runCommand(["config", "schema"]);
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { type: string }).type, "object");
    const reference = (await runCommand(["config", "schema", "--markdown"])).stdout;
    const docs = readFileSync(new URL("../docs/config.md", import.meta.url), "utf8");
    assert.equal(
      docs,
      reference,
      "docs/config.md is not up to date: npm run -s tickwire -- config schema --markdown > docs/config.md",
    );
  });

  it("hash makes forms that check accepts and that do not tell the secret", async () => {
    const { code, stdout } = await runHash("hunter2\\n");
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /hunter2/);
    const token = /^tokens\[\]\.token: +(\S+)$/m.exec(stdout)?.[1] ?? "";
    const password = /^users\[\]\.password: +(\S+)$/m.exec(stdout)?.[1] ?? "";
    assert.equal(token, `sha256:${createHash("sha256").update("hunter2").digest("hex")}`);
    const file = write(
      "hashed.yaml",
      `tokens:\n  - name: a\n    token: ${token}\nusers:\n  - {user: u, password: ${password}}\n`,
    );
    assert.equal((await runCommand(["config", "check", "--config", file])).code, 0);
  });

  it("hash refuses an empty secret", async () => {
    for (const input of ["", "\\n"]) {
      const { code, stdout, stderr } = await runHash(input);
      assert.deepEqual([code, stdout, stderr], [2, "", "tickwire: no secret given\n"]);
    }
  });
});

describe("tickwire serve refuses to start", () => {
  it("on an address that others can reach, without credentials", async () => {
    const { code, stdout, stderr } = await runCommand(["serve", "--host", "0.0.0.0", "--port", "0"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(
      stderr,
      /^tickwire: listen\[0\]\.host: 0\.0\.0\.0 can be reached from other machines, and neither tokens nor users are configured/,
    );
  });

  it("with a feed that does not exist, or with a parameter that does not", async () => {
    assert.match(
      (await runCommand(["serve", "--port", "0", "--feed", "simm"])).stderr,
      /feed "simm": unknown feed "simm"/,
    );
    const { code, stdout, stderr } = await runCommand(["serve", "--port", "0", "--feed", "sim?colour=red"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^tickwire: feeds\[0\]: feed "sim\?colour=red": colour: no such parameter/);
  });
});

describe("tickwire tail without a gateway", () => {
  it("exits with 3 and says that nothing listens, in both dialects", async () => {
    for (const dialect of ["alltick", "ctp"]) {
      const { code, stdout, stderr } = await runCommand([
        "tail",
        "BTCUSDT",
        "--url",
        "ws://127.0.0.1:1",
        "--dialect",
        dialect,
      ]);
      assert.deepEqual([code, stdout], [3, ""]);
      assert.match(stderr, /^tickwire: cannot connect to ws:\/\/127\.0\.0\.1:1\/.*: nothing listens there$/m);
    }
  });
});
