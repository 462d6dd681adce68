import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { loadConfig } from "../config.ts";
import { printConfig, printReference } from "./print.ts";
import { configSchema } from "./schema.ts";
import { CONFIG_JSON_SCHEMA, SETTINGS } from "./settings.ts";
import { hashToken } from "../credentials/secrets.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("printConfig", () => {
  it("prints every value and where it came from", async () => {
    const text = printConfig(await loadConfig({ port: "9000" }, { TICKWIRE_ALLTICK_PACING: "vendor" }));
    assert.match(text, /^ {4}port: 9000 # --port$/m);
    assert.match(text, /^ {2}pacing: vendor # TICKWIRE_ALLTICK_PACING$/m);
    assert.match(text, /^ {2}level: info # default$/m);
    assert.match(text, /^ {4}token: sha256:\(redacted\) # demo$/m);
    const { users: _users, tokens: _tokens, ...rest } = parse(text) as Record<string, unknown>;
    const { listen, alltick, ...defaults } = configSchema.parse({ ctp: { mdLogin: "open" } });
    const { users: _u, tokens: _t, ...others } = defaults;
    assert.deepEqual(rest, {
      ...others,
      listen: [{ ...listen[0], port: 9000 }],
      alltick: { ...alltick, pacing: "vendor" },
    });
  });

  it("prints no secret and no hash of one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tickwire-print-"));
    try {
      const config = join(folder, "c.yaml");
      const hash = hashToken("hunter1");
      writeFileSync(
        config,
        `tokens: [{name: a, token: '${hash}'}, {name: b, token: env:T}]\nusers: [{user: u, password: env:P}]\n`,
      );
      const text = printConfig(await loadConfig({ config }, { T: "hunter2", P: "hunter3" }));
      assert.doesNotMatch(text, /hunter|[0-9a-f]{32}/);
      assert.match(text, /token: sha256:\(redacted\) # .*c\.yaml$/m);
      assert.match(text, /token: env:T # .*c\.yaml$/m);
      assert.match(text, /password: env:P # .*c\.yaml$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the schema", () => {
  it("describes every key", () => {
    for (const { path, node } of SETTINGS) assert.ok((node.description ?? "").length > 10, path);
    for (const [key, node] of Object.entries(CONFIG_JSON_SCHEMA.properties ?? {})) assert.ok(node.description, key);
  });

  it("is JSON Schema that refuses unknown keys and requires none", () => {
    assert.equal((CONFIG_JSON_SCHEMA as { $schema?: string }).$schema, "https://json-schema.org/draft/2020-12/schema");
    assert.equal((CONFIG_JSON_SCHEMA as { additionalProperties?: boolean }).additionalProperties, false);
    assert.equal(CONFIG_JSON_SCHEMA.required, undefined);
  });

  it("is all in the reference", () => {
    const text = printReference();
    for (const { path, env } of SETTINGS) {
      assert.ok(text.includes(`| \`${path}\` |`), path);
      assert.ok(env === undefined || text.includes(env), env);
    }
  });
});
