/** Who may come in: configured and issued tokens, configured users. Holds hashes only. */
import { createHmac, randomBytes } from "node:crypto";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Config } from "./config/schema.ts";
import type { IssuedTokens } from "./issued-tokens.ts";
import type { Credentials, TokenGrant } from "./ports.ts";
import { hashPassword, hashToken, verifyPassword } from "./secrets.ts";

/** Password checks that run at once: each takes a thread of Node's pool and megabytes of memory. */
const MAX_CHECKS = 2;
/** Different checks that may wait for their turn; more are refused, so that strangers cannot fill the memory. */
const MAX_WAITING = 256;

/** What credentials are made from. */
export interface CredentialSources {
  /** Every secret is a hash: `loadConfig` sees to that. */
  readonly config: Pick<Config, "tokens" | "users">;
  /** Tokens of the ledger; without it the configured ones are all. */
  readonly issued?: Pick<IssuedTokens, "find">;
  /** Wall clock. */
  readonly now: () => EpochMs;
}

/** Makes the port. Where a token is both configured and issued, the configuration counts. */
export function makeCredentials({ config, issued, now }: CredentialSources): Credentials {
  const grants = new Map<string, TokenGrant>();
  for (const { name, token, plan } of config.tokens) {
    grants.set(token, { name, plan, allows: () => true, use: () => undefined });
  }
  const passwords = new PasswordChecks(config.users);
  return {
    // Looked up by hash: how long that takes says nothing about the token.
    token: (token) => {
      const hash = hashToken(token);
      const grant = grants.get(hash) ?? issued?.find(hash);
      return grant?.use(now()) === undefined ? grant : undefined;
    },
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
    if (this.#running < MAX_CHECKS) this.#running++;
    else if (this.#waiting.length < MAX_WAITING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else throw new Error("too many passwords wait to be checked");
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
