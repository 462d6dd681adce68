/** The real command in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { makeDataFolder } from "./data-folder.ts";

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COMMAND = "packages/gateway/src/cli/tickwire.ts";
/** The data directory of commands that name none: one for each test file. */
const DATA = makeDataFolder();

/** What a finished command said. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export class Command {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  /** Resolves when it has ended and its output is complete. */
  readonly ended: Promise<Outcome>;

  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    command?: readonly string[],
    cwd: string = ROOT,
  ) {
    const [file, ...rest] = command ?? [process.execPath, "--conditions=@tickwire/source", COMMAND];
    this.child = spawn(file!, [...rest, ...args], {
      cwd,
      env: { ...process.env, TICKWIRE_DATA: DATA, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout!.on("data", (chunk) => (this.stdout += String(chunk)));
    this.child.stderr!.on("data", (chunk) => (this.stderr += String(chunk)));
    this.ended = once(this.child, "close").then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Waits for `pattern` on stdout; rejects with everything it said when it ends before, or takes over ten seconds. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`did not say ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
      }
      await Promise.race([once(this.child.stdout!, "data"), this.ended, once(AbortSignal.timeout(1_000), "abort")]);
    }
  }

  /** Ends it by `signal` and waits. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Outcome> {
    this.child.kill(signal);
    return this.ended;
  }
}
