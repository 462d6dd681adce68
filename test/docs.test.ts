/** The documents are run: snippets against a gateway in this process, YAML and SPECs through their readers, tables beside the code's. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { runInNewContext } from "node:vm";
import { ALLTICK_PLANS } from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS, CTP_ERRORS, CTP_GATEWAY_ERRORS } from "@tickwire/protocol/errors";
import { loadConfig } from "../packages/gateway/src/config.ts";
import { SETTINGS } from "../packages/gateway/src/config/settings.ts";
import { readFeedSpec } from "../packages/gateway/src/feeds/spec.ts";
import { TestClient } from "./support/client.ts";
import { openGateway } from "./support/gateway.ts";
import { Command, ROOT } from "./support/process.ts";
import { PYTHON, SKIP_PYTHON } from "./support/python.ts";

const NAMES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].concat(
  readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
);
const DOCS = NAMES.map((name) => ({ name, text: readFileSync(join(ROOT, name), "utf8") }));
const BLOCKS = DOCS.flatMap(({ name, text }) =>
  [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, code]) => ({ name, language, code: code! })),
);
/** Values in sample frames that are meant to the letter; other figures stand for whatever comes. */
const LITERAL = new Set(["cmd_id", "ret", "seq_id", "ErrorID", "RequestID", "FrontID", "code"]);

const { ws, gateway } = await openGateway({ TICKWIRE_FEED: "sim?rate=5" });
after(() => gateway.close());
const folder = mkdtempSync(join(tmpdir(), "tickwire-docs-"));
after(() => rmSync(folder, { recursive: true }));

/** The snippet with this gateway's address. */
const local = (code: string): string => code.replaceAll("ws://127.0.0.1:8081", ws);

function codeOf(language: string): string[] {
  const found = BLOCKS.filter((block) => block.language === language).map(({ code }) => code);
  assert.ok(found.length > 0, `no ${language} in the documents`);
  return found;
}

function textOf(name: string): string {
  return DOCS.find((doc) => doc.name === name)!.text;
}

/** What a sample frame says of the frames that it stands for. */
function toPattern(sample: string): RegExp {
  const open = sample.replaceAll(/"(\w+)":("?)\d[^",}]*\2/g, (pair, key: string, quote: string) =>
    LITERAL.has(key) ? pair : `"${key}":${quote}\u0000${quote}`,
  );
  const escaped = open.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("\u0000", '[^",}]+').replaceAll("…", ".*")}$`);
}

test("frames: what is sent is answered as shown, in this order", async () => {
  const talks = codeOf("").filter((code) => code.startsWith("wscat"));
  assert.ok(talks.length >= 3);
  for (const code of talks) {
    const [connect, ...lines] = local(code).trimEnd().split("\n");
    const client = await TestClient.open(/ws:[^"\s]+/.exec(connect!)![0]);
    for (const line of lines) {
      if (line.startsWith("> ")) client.send(line.slice(2));
      else assert.match(JSON.stringify(await client.next()), toPattern(line.slice(2)));
    }
    await client.close();
  }
});

test("Python runs to its end", { skip: SKIP_PYTHON }, async () => {
  for (const code of codeOf("python")) {
    const { code: exit, stdout, stderr } = await new Command(["-c", local(code)], {}, [PYTHON!]).ended;
    assert.equal(exit, 0, stderr);
    assert.match(stdout, code.includes("ReqOrderInsert") ? /OnRtnOrder[^]*OnRtnTrade/ : /OnRtnDepthMarketData/);
  }
});

test("TypeScript gives its order and ends", async () => {
  for (const code of codeOf("ts").filter((each) => each.includes("connectCtp"))) {
    const node = [process.execPath, "--conditions=@tickwire/source", "--input-type=module-typescript"];
    const { code: exit, stdout, stderr } = await new Command(["-e", local(code)], {}, node).ended;
    assert.equal(exit, 0, stderr);
    assert.match(stdout, /OrderSysID[^]*TradeID[^]*Available/);
  }
});

test("the browser's snippet logs its reply, then books", async () => {
  for (const code of codeOf("js")) {
    let socket: WebSocket | undefined;
    const commands: number[] = [];
    const { promise: pushed, resolve } = Promise.withResolvers<void>();
    const log = ({ cmd_id: command }: { readonly cmd_id: number }): void => {
      if (commands.push(command) === 2) resolve();
    };
    const connect = (url: string): WebSocket => (socket = new WebSocket(url));
    /** What a constructor returns takes the place of what it made. */
    function Opened(url: string): WebSocket {
      return connect(url);
    }
    runInNewContext(local(code), { WebSocket: Opened, console: { log }, JSON });
    await pushed;
    assert.deepEqual(commands, [22_003, 22_999]);
    socket?.close();
  }
});

test("YAML is a valid configuration", async () => {
  writeFileSync(join(folder, "ticks.csv"), "");
  for (const [at, code] of codeOf("yaml").entries()) {
    const config = join(folder, `${at}.yaml`);
    writeFileSync(config, code.replaceAll("ticks.csv", join(folder, "ticks.csv")));
    const env = Object.fromEntries([...code.matchAll(/env:(\w+)/g)].map(([, name]) => [name, `secret of ${name}`]));
    await loadConfig({ config }, env);
  }
});

test("every SPEC can be read, every `tail` shows a tick", async () => {
  const everything = DOCS.map(({ text }) => text).join("\n");
  const specs = [...everything.matchAll(/[`'"\s[]((?:sim|replay)\?[^`'"\s\]]+)/g)].map(([, spec]) => spec!);
  assert.ok(specs.length > 5);
  for (const spec of specs) assert.ok(readFeedSpec(spec.replace(/[,.]$/, "")), spec);
  const tails = [...everything.matchAll(/tickwire -- (tail [^\n`#]+)/g)].map(([, line]) => line!.trim().split(" "));
  assert.ok(tails.length >= 2);
  for (const args of tails) {
    const { code, stdout, stderr } = await new Command([...args, "--url", ws, "--count", "1"]).ended;
    assert.deepEqual([code, stderr, stdout !== ""], [0, "", true], args.join(" "));
  }
});

test("links, paths and settings that are named exist", () => {
  const settings = new Set(SETTINGS.map(({ path }) => path));
  for (const { name, text } of DOCS) {
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g))
      assert.ok(existsSync(join(ROOT, dirname(name), link!)), `${name}: ${link}`);
    for (const [, path] of text.matchAll(/`((?:packages|test|examples|bench|docs)\/[\w./-]+)`/g))
      assert.ok(existsSync(join(ROOT, path!)), `${name}: ${path}`);
    for (const [, path] of text.matchAll(/`((?:alltick|ctp|limits|log)\.[a-z]\w*)(?::[^`]*)?`/g))
      assert.ok(settings.has(path!) || /\.(md|ts)$/.test(path!), `${name}: ${path}`);
  }
});

test("plans and errors are the code's", () => {
  for (const [name, { connections, codes }] of Object.entries(ALLTICK_PLANS))
    assert.ok(
      new RegExp(`\\|.*\`${name}\`.*\\| ${connections} +\\| ${codes} +\\|`).test(textOf("docs/alltick.md")),
      name,
    );
  const ctp = [...Object.values(CTP_ERRORS), ...Object.values(CTP_GATEWAY_ERRORS)].map(({ id, msg }) => `${id} ${msg}`);
  const alltick = ["200 ok", ...Object.values(ALLTICK_ERRORS).map(({ ret, msg }) => `${ret} ${msg}`)];
  for (const [doc, known] of [
    ["docs/alltick.md", alltick],
    ["docs/ctp.md", ctp],
  ] as const) {
    const [, table] = textOf(doc).split("## Errors");
    const rows = [...table!.matchAll(/^\| +(-?\d+) +\| (.*?) +\|/gm)].map(([, id, msg]) => `${id} ${msg}`);
    assert.ok(rows.length >= 6);
    for (const row of rows) assert.ok(known.includes(row), `${doc}: ${row}`);
  }
});
