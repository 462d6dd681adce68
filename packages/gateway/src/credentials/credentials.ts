/** Who may come in: configured and issued tokens, configured and added users. Holds hashes only. */
import type { Config } from "../config/schema.ts";
import type { IssuedTokens } from "./issued-tokens.ts";
import { PasswordChecks } from "./password-checks.ts";
import type { Clock } from "../ports/clock.ts";
import type { Credentials, TokenGrant } from "../ports/credentials.ts";
import { passwordFault } from "./password-rule.ts";
import { hashPassword, hashToken } from "./secrets.ts";
import type { StoredUsers } from "./stored-users.ts";

/** What credentials are made from. */
export interface CredentialSources {
  /** Every secret is a hash: `loadConfig` sees to that. */
  readonly config: Pick<Config, "tokens" | "users"> & {
    readonly ctp: Pick<Config["ctp"], "loginFailures" | "loginLockSeconds">;
  };
  /** Tokens of the ledger; without it the configured ones are all. */
  readonly issued?: Pick<IssuedTokens, "find">;
  /** Users of the ledger; without it the configured ones are all. */
  readonly users?: Pick<StoredUsers, "find" | "setPassword">;
  readonly clock: Pick<Clock, "now" | "after">;
}

/** Makes the port. Where a token or a user is both configured and in the ledger, the configuration counts. */
export function makeCredentials({ config, issued, users, clock }: CredentialSources): Credentials {
  const grants = new Map<string, TokenGrant>();
  for (const { name, token, plan } of config.tokens) {
    grants.set(token, { name, plan, allows: () => true, use: () => undefined });
  }
  const configured = new Map(config.users.map(({ user, password }) => [user, { password, locked: false }]));
  const { loginFailures, loginLockSeconds } = config.ctp;
  const checks = new PasswordChecks({
    find: (user) => configured.get(user) ?? users?.find(user),
    limits: { failures: loginFailures, lockMs: loginLockSeconds * 1000 },
    clock,
  });
  return {
    // Looked up by hash: how long that takes says nothing about the token.
    token: (token) => {
      const hash = hashToken(token);
      const grant = grants.get(hash) ?? issued?.find(hash);
      return grant?.use(clock.now()) === undefined ? grant : undefined;
    },
    password: (user, password) => checks.check(user, password),
    changePassword: async (user, old, next) => {
      const answer = await checks.check(user, old);
      if (answer !== "right") return answer;
      if (configured.has(user)) return "fixed";
      if (next === old) return "same";
      if (passwordFault(next, user) !== undefined) return "weak";
      return users?.setPassword(user, await hashPassword(next)) === true ? "changed" : "wrong";
    },
  };
}
