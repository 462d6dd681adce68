/** Other runtimes that the SDK is promised to run in, where they are installed: `.ci/run` does it, from the npm registry. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A runtime that may be there. */
export interface Runtime {
  readonly name: string;
  /** Runs a module: the program and its flags, to be followed by the file. */
  readonly command: readonly string[];
  /** Why it cannot be tried here; false when it can. */
  readonly skip: string | false;
}

/** A `node_modules` with the packages `bun` and `deno`, and Node 22 as `node-22`. */
const FOLDER = process.env["TICKWIRE_TEST_RUNTIMES"] ?? "";

function makeRuntime(name: string, program: string, ...flags: readonly string[]): Runtime {
  const file = join(FOLDER, program);
  const skip =
    FOLDER === "" || !existsSync(file) ? `no ${name}: TICKWIRE_TEST_RUNTIMES names no folder with it` : false;
  return { name, command: [file, ...flags], skip };
}

/** All but the one that runs the tests, and browsers. */
export const RUNTIMES: readonly Runtime[] = [
  makeRuntime("Node 22", "node-22/bin/node"),
  makeRuntime("Bun", ".bin/bun"),
  makeRuntime("Deno", ".bin/deno", "run", "--allow-net", "--no-lock", "--node-modules-dir=manual"),
];
