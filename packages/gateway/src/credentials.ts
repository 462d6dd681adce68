/** Who may come in, as configured. Holds hashes only. */
import { createHmac, randomBytes } from "node:crypto";
import type { Config } from "./config/schema.ts";
import type { Credentials, TokenGrant } from "./ports.ts";
import { hashPassword, hashToken, verifyPassword } from "./secrets.ts";

/** Password checks that run at once: each takes a thread of Node's pool and megabytes of memory. */
const MAX_CHECKS = 2;

/** Makes the port from a configuration whose secrets are hashes (`loadConfig` sees to that). */
export function makeCredentials(config: Pick<Config, "tokens" | "users">): Credentials {
  const grants = new Map<string, TokenGrant>();
  for (const { name, token, plan } of config.tokens) grants.set(token, { name, plan });
  const passwords = new PasswordChecks(config.users);
  return {
    // Looked up by hash: how long that takes says nothing about the token.
    token: (token) => grants.get(hashToken(token)),
    password: (user, password) => passwords.check(user, password),
  };
}

/**
 * Password checks that a thousand clients logging in at once can afford: one that succeeded is remembered by a digest
 * under a key that only this process knows, equal ones share one scrypt, and few run at a time.
 */
class PasswordChecks {
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #key = randomBytes(32);
  /** By user: digest of the password that was found right. */
  readonly #verified = new Map<string, string>();
  /** By digest: checks that are under way or wait. */
  readonly #pending = new Map<string, Promise<boolean>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Stands in for an unknown user's hash, so that asking does not tell which users exist. */
  #decoy: Promise<string> | undefined;

  constructor(users: Config["users"]) {
    this.#hashes = new Map(users.map(({ user, password }) => [user, password]));
  }

  check(user: string, password: string): Promise<boolean> {
    const digest = createHmac("sha256", this.#key)
      .update(JSON.stringify([user, password]))
      .digest("base64");
    // Both are outputs of a keyed hash: where they first differ tells an outsider nothing.
    if (this.#verified.get(user) === digest) return Promise.resolve(true);
    let check = this.#pending.get(digest);
    if (check === undefined) {
      check = this.#verify(user, password, digest).finally(() => this.#pending.delete(digest));
      this.#pending.set(digest, check);
    }
    return check;
  }

  async #verify(user: string, password: string, digest: string): Promise<boolean> {
    if (this.#running >= MAX_CHECKS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      const hash = this.#hashes.get(user);
      const right = await verifyPassword(password, hash ?? (await (this.#decoy ??= hashPassword(""))));
      if (!right || hash === undefined) return false;
      this.#verified.set(user, digest);
      return true;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
