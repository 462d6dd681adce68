/** The SDK as it is published: what `npm run build` and `npm pack` make of it runs in Node and in Chromium, and is small. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { readPage, SKIP_CHROMIUM } from "./support/browser.ts";
import { openGateway, type TestGateway } from "./support/gateway.ts";
import { packSdk, type Packed } from "./support/packed.ts";
import { Command, ROOT } from "./support/process.ts";
import { RUNTIMES, type Runtime } from "./support/runtimes.ts";

const DOCUMENT = readFileSync(join(ROOT, "docs/sdk.md"), "utf8");
/** The quick start: one program for each dialect, and the page that both run on in a browser. */
const PROGRAMS = [
  ...DOCUMENT.split("## Quick start")[1]!
    .split("\n## ")[0]!
    .matchAll(/^```ts\n([^]*?)^```$/gm),
].map(([, code]) => code!);
const PAGE = /^```html\n([^]*?)^```$/m.exec(DOCUMENT)![1]!;
/** What each of them logs, line by line. */
const LOGGED = [
  [/^trade (BTCUSDT|700\.HK) \d/, /^trade/, /^trade/, /^trade/, /^trade/],
  [/^snapshot rb2605 \d/, /^order (?:queueing|filled) [01]$/, /^account \d/],
] as const;
/** Aimed at, and kept: kilobytes (1000 bytes) of one client, bundled, minified and compressed. */
const CLIENT_LIMIT_KB = 20;
/** All modules of the package, comments stripped and compressed, not minified: what a page without a bundler loads at most. */
const MODULES_LIMIT_KB = 72;

const ESBUILD = join(ROOT, "node_modules/.bin/esbuild");

let packed: Packed;
let gateway: TestGateway;
before(async () => {
  packed = packSdk();
  gateway = await openGateway({ TICKWIRE_FEED: "sim?rate=5" });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  packed[Symbol.dispose]();
});

const local = (code: string): string => code.replaceAll("ws://127.0.0.1:8081", gateway.ws);

function assertLogged(lines: readonly string[], patterns: readonly RegExp[]): void {
  assert.equal(lines.length, patterns.length, lines.join("\n"));
  for (const [at, pattern] of patterns.entries()) assert.match(lines[at]!, pattern);
}

function sizeOf(text: string): number {
  return gzipSync(text, { level: 9 }).length / 1000;
}

/** Every module that an entry of the client reaches, by its path. */
function reach(file: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, "utf8");
  seen.set(file, text);
  for (const [, named] of text.matchAll(/^(?:import|export)\b(?:[^;"]*\bfrom)? ?"([^"]+)"/gm)) {
    reach(named!.startsWith(".") ? join(dirname(file), named!) : findModule(named!), seen);
  }
  return seen;
}

/** The file of `@tickwire/protocol/…`, as its package says. */
function findModule(name: string): string {
  const folder = join(packed.user, "node_modules/@tickwire/protocol");
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, { readonly default: string }>>;
  };
  return join(folder, exports[name.replace("@tickwire/protocol", ".")]!.default);
}

describe("the packed SDK", () => {
  it("has nothing in it but what is run, its types and what it says of itself", () => {
    for (const name of ["protocol", "client"]) {
      const folder = join(packed.user, "node_modules/@tickwire", name);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
      const strange = files.filter(
        (each) => !/^(?:package\.json|LICENSE|README\.md|.*\.js|.*\.d\.ts)$/.test(each.name),
      );
      assert.deepEqual(
        strange.map((each) => each.name),
        [],
      );
      assert.ok(files.every((each) => !/\.test\./.test(each.name)));
    }
  });

  for (const [at, name] of ["AllTick", "CTP"].entries()) {
    const here: Runtime = { name: "Node", command: [process.execPath], skip: false };
    for (const { name: runtime, command, skip } of [here, ...RUNTIMES]) {
      it(`runs the quick start of ${name} in ${runtime}`, { skip, timeout: 30_000 }, async () => {
        const file = join(packed.user, `first-${at}.mjs`);
        writeFileSync(file, local(PROGRAMS[at]!));
        const program = new Command([file], {}, command, packed.user);
        after(() => program.child.kill());
        const { code, stdout, stderr } = await program.ended;
        assert.deepEqual([code, stderr], [0, ""]);
        assertLogged(stdout.trimEnd().split("\n"), LOGGED[at]!);
      });
    }

    it(`runs the quick start of ${name} in Chromium`, { skip: SKIP_CHROMIUM, timeout: 60_000 }, async () => {
      writeFileSync(join(packed.user, "first.mjs"), local(PROGRAMS[at]!));
      assertLogged(await readPage(PAGE, packed.user, LOGGED[at]!.length), LOGGED[at]!);
    });
  }

  it("has types that a program with no settings of ours compiles with", async () => {
    const settings = {
      module: "nodenext",
      target: "es2024",
      lib: ["esnext", "dom"],
      strict: true,
      noEmit: true,
      types: [],
    };
    writeFileSync(
      join(packed.user, "tsconfig.json"),
      JSON.stringify({ compilerOptions: settings, files: ["a.mts", "b.mts"] }),
    );
    for (const [at, file] of ["a.mts", "b.mts"].entries()) writeFileSync(join(packed.user, file), PROGRAMS[at]!);
    const tsc = [join(ROOT, "node_modules/.bin/tsc"), "-p", packed.user];
    const { code, stdout } = await new Command([], {}, tsc).ended;
    assert.deepEqual([code, stdout], [0, ""]);
  });

  it("is small as it is", () => {
    const modules = reach(join(packed.user, "node_modules/@tickwire/client/dist/mod.js"));
    const code = [...modules.values()].map((text) => text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$|^\s+/gm, "")).join("");
    assert.ok(modules.size > 50, "the modules were not found");
    const size = sizeOf(code);
    assert.ok(size < MODULES_LIMIT_KB, `${size} kB in ${modules.size} modules: more than ${MODULES_LIMIT_KB}`);
  });

  const skip = existsSync(ESBUILD) ? false : "no esbuild to bundle with";
  for (const name of ["AllTickClient", "CtpClient"]) {
    it(`is under ${CLIENT_LIMIT_KB} kB compressed in a program that uses ${name}`, { skip }, async (context) => {
      const entry = join(packed.user, `only-${name}.mjs`);
      writeFileSync(entry, `export { ${name} } from "@tickwire/client";\n`);
      const flags = ["--bundle", "--minify", "--format=esm", "--target=es2023", "--log-level=error"];
      const { code, stdout, stderr } = await new Command([entry, ...flags], {}, [ESBUILD]).ended;
      assert.equal(code, 0, stderr);
      context.diagnostic(`${name}: ${sizeOf(stdout).toFixed(1)} kB`);
      assert.ok(sizeOf(stdout) < CLIENT_LIMIT_KB, `${name}: ${sizeOf(stdout)} kB`);
    });
  }
});

describe("the build", () => {
  it("makes a command that starts", async () => {
    const file = join(packed.built, "packages/gateway/dist/cli/tickwire.js");
    const { code, stdout, stderr } = await new Command([file, "--version"], {}, [process.execPath]).ended;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^\d+\.\d+\.\d+/);
  });
});
