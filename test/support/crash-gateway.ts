/** The gateway of the crash test: one process after the other on the same data directory. */
import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { makeDataFolder } from "./data-folder.ts";
import { Command } from "./process.ts";

/** Everybody's password, and a hash that costs nothing. */
export const PASSWORD = "pass";
const COST = { N: 2, r: 1, p: 1 };
const SALT = Buffer.alloc(8);
/** Ticks per second and instrument. */
const RATE = 20;

/** See the file's head. */
export class CrashGateway {
  readonly data = makeDataFolder();
  readonly #config = join(this.data, "config.yaml");
  readonly #environment: Readonly<Record<string, string>>;
  #command: Command | undefined;

  /** `cache`: a folder for compiled code, which makes starts fast. */
  constructor(users: readonly string[], cache: string) {
    this.#environment = { NODE_COMPILE_CACHE: cache };
    const hash = scryptSync(PASSWORD, SALT, 32, COST).toString("hex");
    const password = ["scrypt", COST.N, COST.r, COST.p, SALT.toString("hex"), hash].join(":");
    const settings = { history: { enabled: false }, log: { level: "warn" } };
    // JSON is YAML.
    writeFileSync(this.#config, JSON.stringify({ ...settings, users: users.map((user) => ({ user, password })) }));
  }

  /** Starts it with these instruments; its address when it listens. */
  async start(instruments: readonly string[]): Promise<string> {
    const [, port] = await this.#spawn(instruments).says(/127\.0\.0\.1:(\d+)/);
    return `ws://127.0.0.1:${port}`;
  }

  /** Starts it and kills it so much later, wherever it is by then. */
  async startAndKill(instruments: readonly string[], afterMs: number): Promise<void> {
    this.#spawn(instruments);
    await wait(afterMs);
    await this.end("SIGKILL");
  }

  /** Ends it. It has complained about nothing, and a polite end is one without an error. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const { code, stderr } = await this.#command!.stop(signal);
    this.#command = undefined;
    assert.equal(stderr, "");
    assert.equal(code, signal === "SIGTERM" ? 0 : null);
  }

  /** Ends it if it runs, whatever it has to say. */
  async abandon(): Promise<void> {
    await this.#command?.stop("SIGKILL");
  }

  #spawn(instruments: readonly string[]): Command {
    const feed = `sim?rate=${RATE}&instruments=${instruments.join()}`;
    const args = ["serve", "--config", this.#config, "--port", "0", "--data", this.data, "--feed", feed];
    return (this.#command = new Command(args, this.#environment));
  }
}
