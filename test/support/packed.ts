/** The packages as a user gets them: built from a copy of the sources, packed, and unpacked where Node finds them. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT } from "./process.ts";

/** Packages that a user of the SDK installs. */
const PACKED = ["protocol", "client"] as const;
const ALL = [...PACKED, "gateway"] as const;
/** What a build leaves behind. */
const LEFT_BEHIND = /(?:^|\/)(?:dist|[^/]*\.tsbuildinfo)$/;

/** Built and packed packages in folders of their own; the repository is not written to. */
export interface Packed extends Disposable {
  /** Has a `node_modules` with `@tickwire/protocol` and `@tickwire/client` out of their tarballs, and nothing else. */
  readonly user: string;
  /** A copy of the repository's packages, built. */
  readonly built: string;
}

/** Does it. Throws with what the compiler or npm said. */
export function packSdk(): Packed {
  const folder = mkdtempSync(join(tmpdir(), "tickwire-packed-"));
  const built = join(folder, "repository");
  const user = join(folder, "user");
  copySources(built);
  run(join(ROOT, "node_modules/.bin/tsc"), ["-b", "tsconfig.build.json"], built);
  for (const name of PACKED) {
    const target = join(user, "node_modules/@tickwire", name);
    mkdirSync(target, { recursive: true });
    run("npm", ["pack", "--offline", "--ignore-scripts", "--pack-destination", folder], join(built, "packages", name));
    const tarball = readdirSync(folder).find((file) => file.startsWith(`tickwire-${name}-`))!;
    run("tar", ["-xzf", join(folder, tarball), "-C", target, "--strip-components=1"], folder);
  }
  // Deno finds what a program's own package names, and nothing else.
  const dependencies = Object.fromEntries(PACKED.map((name) => [`@tickwire/${name}`, "*"]));
  writeFileSync(join(user, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  return { user, built, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The repository as `npm run build` sees it, its dependencies linked and its own packages linked to the copies. */
function copySources(to: string): void {
  const modules = join(to, "node_modules");
  mkdirSync(join(modules, "@tickwire"), { recursive: true });
  for (const file of ["tsconfig.json", "tsconfig.build.json", "package.json"]) cpSync(join(ROOT, file), join(to, file));
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== "@tickwire" && name !== ".bin") symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const name of ALL) {
    const filter = (path: string): boolean => !LEFT_BEHIND.test(path) && basename(path) !== "node_modules";
    cpSync(join(ROOT, "packages", name), join(to, "packages", name), { recursive: true, filter });
    symlinkSync(join(to, "packages", name), join(modules, "@tickwire", name));
  }
  // Where a version differs from the one at the top, npm keeps it below the package.
  try {
    symlinkSync(join(ROOT, "packages/gateway/node_modules"), join(to, "packages/gateway/node_modules"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Runs a tool to its end, with nothing of the npm that may run this process. */
function run(file: string, args: readonly string[], cwd: string): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  try {
    execFileSync(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${message}\n${String(stdout)}${String(stderr)}`, { cause: error });
  }
}
