/** Judges passwords: no faster than guessing them may be, and cheaply for those who have them. */
import { createHmac, randomBytes } from "node:crypto";
import { LoginFailures, type LoginLimits } from "./login-failures.ts";
import type { Clock } from "../ports/clock.ts";
import { hashPassword, verifyPassword } from "./secrets.ts";
import { Turns } from "./turns.ts";

/** Password checks that run at once: each takes a thread of Node's pool and megabytes of memory. */
const MAX_CHECKS = 2;
/** Different checks that may wait, of one user and of all; more are refused, so that strangers cannot fill the memory. */
const MAX_WAITING = { each: 16, all: 1_024 };

/** What a check needs to know of a user. */
export interface KnownUser {
  /** `scrypt:…` */
  readonly password: string;
  /** Locked by an operator. */
  readonly locked: boolean;
}

/** What checks work with. */
export interface CheckSources {
  /** The user of this name, as it is now. */
  find(user: string): KnownUser | undefined;
  readonly limits: LoginLimits;
  readonly clock: Pick<Clock, "now" | "after">;
}

/**
 * Password checks that a thousand clients logging in at once can afford: one that succeeded is remembered by a digest under a key
 * that only this process knows, equal ones share one scrypt, and few run at a time. A user's different ones come one after the
 * other, and wait after wrong ones.
 */
export class PasswordChecks {
  readonly #sources: CheckSources;
  readonly #failures: LoginFailures;
  readonly #key = randomBytes(32);
  /** By user: digest of the password that was found right, and the hash that it was right for. */
  readonly #verified = new Map<string, { readonly digest: string; readonly hash: string }>();
  /** By digest: checks that are under way or wait. */
  readonly #pending = new Map<string, Promise<"right" | "wrong" | "locked">>();
  readonly #turns = new Turns(MAX_WAITING);
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Stands in for an unknown user's hash, so that asking does not tell which users exist. */
  #decoy: Promise<string> | undefined;

  constructor(sources: CheckSources) {
    this.#sources = sources;
    this.#failures = new LoginFailures(sources.limits, () => sources.clock.now());
  }

  /**
   * `"locked"` after too many wrong passwords, and for the right password of a user whom an operator locked: who does not have it
   * learns nothing. Rejects when too many checks wait.
   */
  check(user: string, password: string): Promise<"right" | "wrong" | "locked"> {
    const digest = this.#digest([user, password]);
    const name = this.#digest([user]);
    const known = this.#sources.find(user);
    if (this.#failures.cost(name) === 0 && known?.locked === false && this.#remembers(user, digest, known)) {
      return Promise.resolve("right");
    }
    let check = this.#pending.get(digest);
    if (check === undefined) {
      check = this.#turns
        .run(name, () => this.#judge(user, password, { digest, name }))
        .finally(() => this.#pending.delete(digest));
      this.#pending.set(digest, check);
    }
    return check;
  }

  async #judge(
    user: string,
    password: string,
    { digest, name }: { readonly digest: string; readonly name: string },
  ): Promise<"right" | "wrong" | "locked"> {
    const cost = this.#failures.cost(name);
    if (cost === "locked") return "locked";
    if (cost > 0) await new Promise<void>((resolve) => this.#sources.clock.after(cost, resolve));
    const known = this.#sources.find(user);
    const right = this.#remembers(user, digest, known) || (await this.#verify(password, known));
    if (known === undefined || !right) {
      this.#failures.add(name, known !== undefined);
      return "wrong";
    }
    this.#failures.clear(name);
    this.#verified.set(user, { digest, hash: known.password });
    return known.locked ? "locked" : "right";
  }

  async #verify(password: string, known: KnownUser | undefined): Promise<boolean> {
    if (this.#running < MAX_CHECKS) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await verifyPassword(password, known?.password ?? (await (this.#decoy ??= hashPassword(""))));
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #remembers(user: string, digest: string, known: KnownUser | undefined): boolean {
    const verified = this.#verified.get(user);
    // Digests are outputs of a keyed hash: where they first differ tells an outsider nothing.
    return verified?.digest === digest && verified.hash === known?.password;
  }

  #digest(parts: readonly string[]): string {
    return createHmac("sha256", this.#key).update(JSON.stringify(parts)).digest("base64");
  }
}
