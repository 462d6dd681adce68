/**
 * Configuration: defaults < YAML file < environment < flags, validated once at start. The only reader of process.env.
 */
import { readFile, stat } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { LARGEST_PLAN } from "@tickwire/protocol/alltick";
import { closest, ConfigError, describeIssue } from "./config/errors.ts";
import { isSet, readLayers, type Environment, type Flags } from "./config/layers.ts";
import { configSchema, type Config } from "./config/schema.ts";
import { SETTINGS } from "./config/settings.ts";
import { ENV_REFERENCE, hashPassword, hashToken } from "./credentials/secrets.ts";
import { readFeedSpec, secretsOf } from "./feeds/spec.ts";
import { hasCredentials } from "./ledger/sqlite.ts";

export { ConfigError } from "./config/errors.ts";
export type { Environment, Flags } from "./config/layers.ts";
export { FeedSpecError } from "./feeds/spec.ts";
export { VERSION } from "./version.ts";
export type { Config } from "./config/schema.ts";

/** A configuration that is in force. */
export interface LoadedConfig {
  /** Complete and valid; every secret is a hash. */
  readonly config: Config;
  /** The same with secrets as they were stated (`env:NAME` or a hash); the demo credentials are not in it. */
  readonly stated: Config;
  /** What the references to secrets (`env:NAME`) in the feeds' SPECs stand for. Not part of the config, which is printed. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Whether the demo token and the demo users are in force. */
  readonly demo: boolean;
  /** Where the value at a path was stated: a file, `TICKWIRE_…`, a flag, `default`. */
  origin(path: string): string;
  /** Things that are likely not meant, one line each. */
  readonly notes: readonly string[];
}

/** The demo token, the first demo user and the demo users' password. */
export const DEMO = "demo";

/** The demo users: two, so that they can trade with each other. */
export const DEMO_USERS: readonly string[] = [DEMO, "demo2"];

/** Name of the demo token's grant: another word than the token, which is not to be in any log or metric. */
const DEMO_GRANT = "built-in";

/** Variables that are read elsewhere: by the command line, and by this file. */
const OTHER_VARIABLES = [
  "CONFIG",
  "HOST",
  "PORT",
  "FEED",
  "URL",
  "TOKEN",
  "USER",
  "PASSWORD",
  "DIALECT",
  "JSON",
  "RAW",
  "COUNT",
];

/** The environment of this process. Passed on by hand to whatever needs it. */
export function processEnvironment(): Environment {
  return process.env;
}

/**
 * Reads and validates what is stated, without asking whether a gateway could start with it: secrets are as they were stated.
 * Throws {@link ConfigError} with one line per mistake, each naming its path. The file is `flags.config`, else
 * `TICKWIRE_CONFIG`, else none.
 */
export async function readConfig(flags: Flags, env: Environment): Promise<Pick<LoadedConfig, "stated" | "origin">> {
  const file = flags.config ?? (isSet(env["TICKWIRE_CONFIG"]) ? env["TICKWIRE_CONFIG"] : undefined);
  const layers = readLayers(file, file === undefined ? "" : await readText(file), env, flags);
  const origin = (path: string): string => layers.origin(path);
  const parsed = configSchema.safeParse(layers.tree, { reportInput: true });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => describeIssue(issue, origin)));
  return { stated: parsed.data, origin };
}

/** Reads and validates, as {@link readConfig} does, and makes ready for a start: credentials and the feeds' files are there. */
export async function loadConfig(flags: Flags, env: Environment): Promise<LoadedConfig> {
  const { stated, origin } = await readConfig(flags, env);
  await checkFeedFiles(stated.feeds, origin);
  const secrets = readFeedSecrets(stated.feeds, env);
  const demo = stated.tokens.length === 0 && stated.users.length === 0 && !hasCredentials(stated.data);
  const config = demo ? await withDemo(stated) : await resolveSecrets(stated, env);
  return { config, stated, secrets, demo, origin, notes: misspelt(stated, env) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ConfigError([`${file}: cannot read the configuration file: ${(cause as Error).message}`]);
  }
}

/** Refuses feeds whose files are not there: better now than after a start. */
async function checkFeedFiles(feeds: readonly string[], origin: (path: string) => string): Promise<void> {
  const problems: string[] = [];
  for (const [at, spec] of feeds.entries()) {
    const feed = readFeedSpec(spec);
    for (const file of feed.name === "replay" ? feed.options.files : []) {
      const why = await stat(file).then(
        (found) => (found.isDirectory() ? "is a directory" : undefined),
        (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? "no such file" : error.message),
      );
      if (why !== undefined) problems.push(`feeds[${at}]: ${file}: ${why} (${origin(`feeds[${at}]`)})`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Takes the secrets that feeds refer to from the environment. */
function readFeedSecrets(feeds: readonly string[], env: Environment): Map<string, string> {
  const problems: string[] = [];
  const secrets = new Map<string, string>();
  for (const [at, spec] of feeds.entries()) {
    for (const reference of secretsOf(readFeedSpec(spec))) {
      const variable = ENV_REFERENCE.exec(reference)?.[1];
      const value = variable === undefined ? "" : (env[variable] ?? "").trim();
      if (variable === undefined) problems.push(`feeds[${at}]: ${reference}: not the name of an environment variable`);
      else if (value === "") problems.push(`feeds[${at}]: the environment variable ${variable} is not set`);
      else secrets.set(reference, value);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return secrets;
}

/** Adds the demo credentials, or refuses where others than this machine could use them. */
async function withDemo(config: Config): Promise<Config> {
  const open = config.listen.findIndex(({ host }) => !isLoopback(host));
  if (open >= 0) {
    throw new ConfigError([
      `listen[${open}].host: ${config.listen[open]!.host} can be reached from other machines, and neither tokens nor users ` +
        "are configured; the demo credentials exist on loopback addresses only (configure tokens or users, issue a token with " +
        "`tickwire token issue`, add a user with `tickwire user add`, or listen on 127.0.0.1)",
    ]);
  }
  const password = await hashPassword(DEMO);
  return {
    ...withMdLogin(config, "open"),
    tokens: [{ name: DEMO_GRANT, token: hashToken(DEMO), plan: LARGEST_PLAN }],
    users: DEMO_USERS.map((user) => ({ user, password })),
  };
}

/** Whether only this machine can reach a listener on `host`. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^::ffff:/, "");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}

/** Decides what `ctp.mdLogin: auto` means. */
function withMdLogin(config: Config, auto: "open" | "checked"): Config {
  return config.ctp.mdLogin === "auto" ? { ...config, ctp: { ...config.ctp, mdLogin: auto } } : config;
}

/** Replaces `env:NAME` by the hash of what the variable holds. */
async function resolveSecrets(config: Config, env: Environment): Promise<Config> {
  const problems: string[] = [];
  const resolve = (stated: string, path: string): string | undefined => {
    const variable = ENV_REFERENCE.exec(stated)?.[1];
    if (variable === undefined) return undefined;
    const value = env[variable] ?? "";
    if (value === "") problems.push(`${path}: the environment variable ${variable} is not set`);
    return value;
  };
  const tokens = config.tokens.map((entry, at) => {
    const plain = resolve(entry.token, `tokens[${at}].token`);
    return plain === undefined ? entry : { ...entry, token: hashToken(plain) };
  });
  const users = config.users.map((entry, at) => ({ entry, plain: resolve(entry.password, `users[${at}].password`) }));
  for (const [at, { token }] of tokens.entries()) {
    const first = tokens.findIndex((other) => other.token === token);
    if (first < at) problems.push(`tokens[${at}].token: the same as in element [${first}]`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const passwords = users.map(({ entry, plain }) => (plain === undefined ? entry.password : hashPassword(plain)));
  const hashes = await Promise.all(passwords);
  return {
    ...withMdLogin(config, "checked"),
    tokens,
    users: users.map(({ entry: { user } }, at) => ({ user, password: hashes[at]! })),
  };
}

/** Variables that look like a misspelt setting. */
function misspelt(config: Config, env: Environment): string[] {
  const known = new Set(SETTINGS.flatMap(({ env: variable }) => variable ?? []));
  for (const name of OTHER_VARIABLES) known.add(`TICKWIRE_${name}`);
  const references = new Set([
    ...config.tokens.map(({ token }) => token),
    ...config.users.map(({ password }) => password),
    ...config.feeds.flatMap((spec) => secretsOf(readFeedSpec(spec))),
  ]);
  return Object.keys(env).flatMap((variable) => {
    if (!variable.startsWith("TICKWIRE_") || known.has(variable) || references.has(`env:${variable}`)) return [];
    const near = closest(variable, known);
    return near === undefined ? [] : [`${variable} is not a setting, did you mean ${near}?`];
  });
}
