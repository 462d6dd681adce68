import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ALLTICK_PLANS, LARGEST_PLAN } from "@tickwire/protocol/alltick";
import fc from "fast-check";
import { configSchema } from "./config/schema.ts";
import { SETTINGS } from "./config/settings.ts";
import { ConfigError, loadConfig, type Environment, type Flags, type LoadedConfig } from "./config.ts";
import { hashToken, verifyPassword } from "./credentials/secrets.ts";
import { toAllTickConfig, toCtpConfig } from "./session-config.ts";
import { DEFAULT_ALLTICK_CONFIG } from "../../../test/support/alltick-fixture.ts";
import { DEFAULT_CTP_CONFIG } from "./sessions/ctp-config.ts";

const folder = mkdtempSync(join(tmpdir(), "tickwire-config-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "tickwire.yaml");

/** Loads with a file of this text. */
async function load(yaml: string, env: Environment = {}, flags: Flags = {}): Promise<LoadedConfig> {
  writeFileSync(file, yaml);
  return loadConfig({ config: file, ...flags }, env);
}

/** The lines of the error that loading must end in, with the file's name made short. */
async function problems(yaml: string, env: Environment = {}, flags: Flags = {}): Promise<string[]> {
  try {
    await load(yaml, env, flags);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems.map((problem) => problem.replaceAll(file, "FILE"));
  }
  return assert.fail("it was accepted");
}

describe("without anything stated", () => {
  it("the defaults hold", async () => {
    const { config, demo, notes } = await loadConfig({}, {});
    assert.deepEqual(config.listen, [{ host: "127.0.0.1", port: 8081 }]);
    assert.deepEqual(config.feeds, ["sim"]);
    assert.equal(config.data, "./data");
    assert.deepEqual(config.limits, {
      maxFrameBytes: 65_536,
      highWaterBytes: 1_048_576,
      hardCapBytes: 8_388_608,
      maxConnections: 10_000,
    });
    assert.equal(demo, true);
    assert.deepEqual(notes, []);
  });

  it("the sessions get their own defaults", async () => {
    const { config } = await loadConfig({}, {});
    assert.deepEqual(toAllTickConfig(config), DEFAULT_ALLTICK_CONFIG);
    assert.deepEqual(toCtpConfig(config), { ...DEFAULT_CTP_CONFIG, mdLogin: "open" });
    assert.deepEqual(toCtpConfig(configSchema.parse({})), DEFAULT_CTP_CONFIG);
  });

  it("an empty file, and keys without a value, change nothing", async () => {
    const { config } = await loadConfig({}, {});
    for (const yaml of ["", "# nothing\n", "---\n", "{}", "alltick:\nfeeds:\nlog:\n  level:\n", "limits: {}"]) {
      const loaded = await load(yaml);
      assert.deepEqual({ ...loaded.config, users: [] }, { ...config, users: [] });
    }
  });
});

describe("layers", () => {
  it("go over each other: default, file, environment, flag", async () => {
    const yaml = "data: from-file\nlog: { level: warn }\nfeeds: [sim?seed=1]\nlisten: [{ host: 127.0.0.2, port: 1 }]\n";
    const env = {
      TICKWIRE_DATA: "from-env",
      TICKWIRE_LOG_LEVEL: "error",
      TICKWIRE_FEED: "sim?seed=2",
      TICKWIRE_PORT: "2",
      TICKWIRE_HOST: "127.0.0.3",
    };
    const flags = { data: "from-flag", logLevel: "debug", feed: ["sim?seed=3"], port: "3", host: "127.0.0.4" };

    const ofFile = (await load(yaml)).config;
    assert.deepEqual(
      [ofFile.data, ofFile.log.level, ofFile.feeds, ofFile.listen],
      ["from-file", "warn", ["sim?seed=1"], [{ host: "127.0.0.2", port: 1 }]],
    );
    const ofEnv = (await load(yaml, env)).config;
    assert.deepEqual(
      [ofEnv.data, ofEnv.log.level, ofEnv.feeds, ofEnv.listen],
      ["from-env", "error", ["sim?seed=2"], [{ host: "127.0.0.3", port: 2 }]],
    );
    const ofFlags = (await load(yaml, env, flags)).config;
    assert.deepEqual(
      [ofFlags.data, ofFlags.log.level, ofFlags.feeds, ofFlags.listen],
      ["from-flag", "debug", ["sim?seed=3"], [{ host: "127.0.0.4", port: 3 }]],
    );
  });

  it("tell where each value came from", async () => {
    const env = { TICKWIRE_CONFIG: file, TICKWIRE_PORT: "2", TICKWIRE_ALLTICK_PACING: "vendor" };
    writeFileSync(file, "data: x\nlisten: [{ host: 127.0.0.2, port: 1 }]\nfeeds: [sim]\n");
    const { origin } = await loadConfig({ logLevel: "warn" }, env);
    assert.equal(origin("data"), file);
    assert.equal(origin("feeds[0]"), file);
    assert.equal(origin("listen[0].host"), file);
    assert.equal(origin("listen[0].port"), "TICKWIRE_PORT");
    assert.equal(origin("alltick.pacing"), "TICKWIRE_ALLTICK_PACING");
    assert.equal(origin("log.level"), "--log-level");
    assert.equal(origin("alltick.overLimit"), "default");
  });

  it("make one address of host and port, which replaces the list", async () => {
    const yaml = "listen: [{ host: 127.0.0.2, port: 1 }, { host: 127.0.0.3, port: 2 }]";
    assert.deepEqual((await load(yaml)).config.listen.length, 2);
    assert.deepEqual((await load(yaml, {}, { port: "9" })).config.listen, [{ host: "127.0.0.2", port: 9 }]);
    assert.deepEqual((await load("", {}, { host: "[::1]" })).config.listen, [{ host: "::1", port: 8081 }]);
  });

  it("take several SPECs from one variable, at blanks and line ends", async () => {
    writeFileSync(join(folder, "b c.csv"), "");
    const replay = `replay?file=${join(folder, "b%20c.csv")}`;
    const { config } = await loadConfig({}, { TICKWIRE_FEED: ` sim?seed=7&rate=20\n\t${replay} ` });
    assert.deepEqual(config.feeds, ["sim?seed=7&rate=20", replay]);
  });

  it("ignore empty variables", async () => {
    const { config } = await loadConfig(
      {},
      { TICKWIRE_PORT: "", TICKWIRE_FEED: " ", TICKWIRE_CONFIG: "", TICKWIRE_DATA: "" },
    );
    assert.deepEqual(config.listen, [{ host: "127.0.0.1", port: 8081 }]);
  });

  it("have a variable for every setting that is no list, and each is heard", async () => {
    const settable = SETTINGS.flatMap(({ path, env, node }) => (env === undefined ? [] : [{ path, env, node }]));
    assert.ok(settable.length >= 15);
    for (const { path, env } of settable) {
      const [problem] = await problems("", { [env]: "x".repeat(5000) }).catch(() => [""]);
      if (path !== "data")
        assert.match(problem ?? "", new RegExp(`^${path.replace(".", "\\.")}: .* \\(${env}\\)$`), env);
    }
  });
});

const PLANS = Object.keys(ALLTICK_PLANS)
  .map((name) => JSON.stringify(name))
  .join(", ");

describe("mistakes", () => {
  const cases: readonly (readonly [yaml: string, ...expected: string[]])[] = [
    ["alltick: { pacing: fast }", 'alltick.pacing: expected one of "generous", "vendor", got "fast" (FILE)'],
    ["alltick: { malformedRet: 500 }", "alltick.malformedRet: expected one of 201, 202, 400, got 500 (FILE)"],
    [
      "listen: [{ host: localhost, port: 70000 }]",
      "listen[0].port: expected an integer from 0 to 65535, got 70000 (FILE)",
    ],
    ["listen: [{ host: localhost }]", "listen[0].port: expected an integer from 0 to 65535, got nothing (FILE)"],
    ["listen: []", "listen: expected a list with at least 1 element, got an empty list (FILE)"],
    ["listen: 8081", "listen: expected a list, got 8081 (FILE)"],
    ["listen: [{ host: a, port: 1 }, { host: a, port: 1 }]", "listen[1].port: the same as in element [0] (FILE)"],
    ["data: ''", 'data: expected a text that is not empty, got "" (FILE)'],
    ["ctp: { brokerId: 9999 }", "ctp.brokerId: expected a text in quotes, got 9999 (FILE)"],
    ["ctp: { pingSeconds: 0.5 }", "ctp.pingSeconds: expected an integer from 1 to 3600, got 0.5 (FILE)"],
    [
      "limits: { highWaterBytes: 1000 }",
      "limits.highWaterBytes: expected an integer from 65536 to 1073741824, got 1000 (FILE)",
    ],
    ["limits: { hardCapBytes: 100000 }", "limits.hardCapBytes: expected at least limits.highWaterBytes (FILE)"],
    ["limits: 5", "limits: expected keys (maxFrameBytes, highWaterBytes, hardCapBytes, maxConnections), got 5 (FILE)"],
    [
      "log: { level: loud }",
      'log.level: expected one of "trace", "debug", "info", "warn", "error", "silent", got "loud" (FILE)',
    ],
    [
      "feeds: [sim, simm]",
      'feeds[1]: feed "simm": unknown feed "simm", expected one of sim, replay, alltick, ctp (FILE)',
    ],
    [
      "feeds: ['sim?seed=x']",
      'feeds[0]: feed "sim?seed=x": seed: expected a number from 0 to 4294967295, got "x" (FILE)',
    ],
    ["tokens: [{ name: a, token: env:A, plan: huge }]", `tokens[0].plan: expected one of ${PLANS}, got "huge" (FILE)`],
    ["alltik: { pacing: vendor }", 'alltik: unknown key, did you mean "alltick"? (FILE)'],
    ["alltick: { pacign: vendor }", 'alltick.pacign: unknown key, did you mean "pacing"? (FILE)'],
    ["log: { colour: true }", "log.colour: unknown key, expected one of level, format (FILE)"],
    [
      "users: [{ user: a, password: env:A }, { user: a, password: env:B }]",
      "users[1].user: the same as in element [0] (FILE)",
    ],
    [
      "tokens: [{ name: a, token: env:A }, { name: b, token: env:A }]",
      "tokens[1].token: the same as in element [0] (FILE)",
    ],
    [
      "a: 1\nb: 2",
      "a: unknown key, expected one of listen, data, feeds, tokens, users, alltick, ctp, limits, history, trading, log (FILE)",
      "b: unknown key, expected one of listen, data, feeds, tokens, users, alltick, ctp, limits, history, trading, log (FILE)",
    ],
    [
      "__proto__: { x: 1 }",
      "__proto__: unknown key, expected one of listen, data, feeds, tokens, users, alltick, ctp, limits, history, trading, log (FILE)",
    ],
    ["alltik:", 'alltik: unknown key, did you mean "alltick"? (FILE)'],
    ["alltik: {}", 'alltik: unknown key, did you mean "alltick"? (FILE)'],
    ["log: { levl: }", 'log.levl: unknown key, did you mean "level"? (FILE)'],
    ["feeds: {}", "feeds: expected a list, got keys (FILE)"],
    ["- a", "FILE: expected keys at the top level"],
    ["text", "FILE: expected keys at the top level"],
  ];
  for (const [yaml, ...expected] of cases) {
    it(yaml, async () => assert.deepEqual(await problems(yaml), expected));
  }

  it("in YAML itself name the place", async () => {
    assert.match((await problems("data: [a"))[0]!, /^FILE: .* at line 1, column \d+$/);
    assert.match((await problems("data: a\ndata: b"))[0]!, /^FILE: Map keys must be unique at line 2/);
  });

  it("of aliases that explode are refused", async () => {
    const rows = [
      "a: &a [x, x, x, x, x, x, x, x, x]",
      ..."bcdefgh".split("").map((key, at) => `${key}: &${key} [${Array(9).fill(`*${"abcdefg"[at]}`).join(", ")}]`),
    ];
    assert.match((await problems(rows.join("\n")))[0]!, /^FILE: Excessive alias count/);
  });

  it("of flags and variables name them", async () => {
    assert.deepEqual(await problems("", {}, { port: "eighty" }), [
      'listen[0].port: expected an integer from 0 to 65535, got "eighty" (--port)',
    ]);
    assert.deepEqual(await problems("", { TICKWIRE_PORT: "tcp://10.0.0.1:80" }), [
      'listen[0].port: expected an integer from 0 to 65535, got "tcp://10.0.0.1:80" (TICKWIRE_PORT)',
    ]);
    assert.deepEqual(await problems("", {}, { feed: ["nope"] }), [
      'feeds[0]: feed "nope": unknown feed "nope", expected one of sim, replay, alltick, ctp (--feed)',
    ]);
  });

  it("of feeds whose files are not there name the file", async () => {
    const feed = [`replay?file=${file},${join(folder, "missing.csv")},${folder}`];
    assert.deepEqual(await problems("", {}, { feed }), [
      `feeds[0]: ${join(folder, "missing.csv")}: no such file (--feed)`,
      `feeds[0]: ${folder}: is a directory (--feed)`,
    ]);
  });

  it("of a missing file name it", async () => {
    await assert.rejects(
      loadConfig({ config: join(folder, "missing.yaml") }, {}),
      /missing\.yaml: cannot read the configuration file: ENOENT/,
    );
  });

  it("never end in anything but a ConfigError, whatever the file says", async () => {
    const tree = fc.object({
      key: fc.constantFrom(
        "listen",
        "tokens",
        "token",
        "alltick",
        "pacing",
        "limits",
        "host",
        "port",
        "__proto__",
        "x",
      ),
      maxDepth: 3,
    });
    await fc.assert(
      fc.asyncProperty(tree, async (value) => {
        await load(JSON.stringify(value)).catch((error: unknown) =>
          assert.ok(error instanceof ConfigError, String(error)),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe("secrets", () => {
  const hash = hashToken("hunter2");

  it("are refused where they are plain, without being shown", async () => {
    for (const yaml of [
      "tokens: [{ name: a, token: hunter2 }]",
      "tokens: [{ name: a, token: 'sha256:hunter2' }]",
      "tokens: [hunter2]",
      "tokens: hunter2",
      "users: [{ user: a, password: hunter2 }]",
      "users: [{ user: a, password: ['hunter2'] }]",
      "users: { a: hunter2 }",
    ]) {
      const lines = (await problems(yaml)).join("\n");
      assert.doesNotMatch(lines, /hunter2/, yaml);
    }
    assert.deepEqual(await problems("tokens: [{ name: a, token: hunter2 }]"), [
      'tokens[0].token: a plain secret is refused here, expected "env:NAME" or "sha256:HASH" (`tickwire config hash` makes one) (FILE)',
    ]);
    assert.deepEqual(await problems("users: [{ user: a, password: hunter2 }]"), [
      'users[0].password: a plain secret is refused here, expected "env:NAME" or "scrypt:…" (`tickwire config hash` makes one) (FILE)',
    ]);
  });

  it("of the environment become hashes", async () => {
    const yaml = "tokens: [{ name: a, token: env:MY_TOKEN }]\nusers: [{ user: u, password: env:MY_PASSWORD }]";
    const { config, stated, demo } = await load(yaml, { MY_TOKEN: "hunter2", MY_PASSWORD: "hunter3" });
    assert.deepEqual(config.tokens, [{ name: "a", token: hash, plan: LARGEST_PLAN }]);
    assert.equal(await verifyPassword("hunter3", config.users[0]!.password), true);
    assert.doesNotMatch(JSON.stringify([config, stated]), /hunter/);
    assert.equal(demo, false);
    assert.equal(config.ctp.mdLogin, "checked");
  });

  it("that the environment lacks are named", async () => {
    const yaml = "tokens: [{ name: a, token: env:MY_TOKEN }]\nusers: [{ user: u, password: env:MY_PASSWORD }]";
    assert.deepEqual(await problems(yaml, { MY_PASSWORD: "" }), [
      "tokens[0].token: the environment variable MY_TOKEN is not set",
      "users[0].password: the environment variable MY_PASSWORD is not set",
    ]);
  });

  it("must differ, also when one is stated as a hash and one in the environment", async () => {
    const yaml = `tokens: [{ name: a, token: '${hash}' }, { name: b, token: env:T }]`;
    assert.deepEqual(await problems(yaml, { T: "hunter2" }), ["tokens[1].token: the same as in element [0]"]);
  });
});

describe("demo credentials", () => {
  it("exist on loopback addresses", async () => {
    for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost", "[::1]"]) {
      const { config, demo } = await loadConfig({ host, data: join(folder, "none") }, {});
      assert.equal(demo, true, host);
      assert.deepEqual(config.tokens, [{ name: "built-in", token: hashToken("demo"), plan: LARGEST_PLAN }]);
      assert.deepEqual(
        config.users.map(({ user }) => user),
        ["demo", "demo2"],
      );
      for (const { password } of config.users) assert.equal(await verifyPassword("demo", password), true);
    }
  });

  it("do not exist anywhere else: the configuration is refused", async () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.5", "gateway.example", "127.example.com", "1.127.0.0"]) {
      await assert.rejects(loadConfig({ host, data: join(folder, "none") }, {}), (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.match(
          error.message,
          /^listen\[0\]\.host: .* can be reached from other machines, and neither tokens nor users are configured/,
        );
        return true;
      });
    }
    assert.match(
      (await problems("listen: [{ host: 127.0.0.1, port: 1 }, { host: 0.0.0.0, port: 1 }]"))[0]!,
      /^listen\[1\]\.host: /,
    );
  });

  it("do not exist beside configured ones", async () => {
    const { config, demo } = await load(
      `tokens: [{ name: a, token: '${hashToken("t")}', plan: free }]`,
      {},
      { host: "0.0.0.0" },
    );
    assert.equal(demo, false);
    assert.deepEqual(
      config.tokens.map(({ name }) => name),
      ["a"],
    );
    assert.deepEqual(config.users, []);
  });
});

describe("notes", () => {
  it("tell of variables that look misspelt", async () => {
    const { notes } = await loadConfig(
      {},
      {
        TICKWIRE_PROT: "1",
        TICKWIRE_ALLTICK_PACEING: "vendor",
        TICKWIRE_SERVICE_HOST: "10.0.0.1",
        TICKWIRE_TOKEN: "x",
      },
    );
    assert.deepEqual(notes, [
      "TICKWIRE_PROT is not a setting, did you mean TICKWIRE_PORT?",
      "TICKWIRE_ALLTICK_PACEING is not a setting, did you mean TICKWIRE_ALLTICK_PACING?",
    ]);
  });

  it("do not tell of variables that hold secrets", async () => {
    const { notes } = await load("tokens: [{ name: a, token: env:TICKWIRE_TOKENA }]", { TICKWIRE_TOKENA: "x" });
    assert.deepEqual(notes, []);
  });
});
