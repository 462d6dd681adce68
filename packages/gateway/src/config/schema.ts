/** The one schema of all configuration. Descriptions end up in `config schema` and in docs/config.md. */
import { ALLTICK_PLANS, LARGEST_PLAN, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { z } from "zod";
import { ENV_REFERENCE, isPasswordHash, TOKEN_HASH } from "../credentials/secrets.ts";
import { FeedSpecError, readFeedSpec } from "../feeds/spec.ts";
import { allTickSchema } from "./alltick-schema.ts";
import { ctpSchema } from "./ctp-schema.ts";
import { tradingSchema } from "./trading-schema.ts";

/** Where the gateway listens unless told otherwise. */
export const DEFAULT_ADDRESS = { host: "127.0.0.1", port: 8081 } as const;

const PLAN_NAMES = Object.keys(ALLTICK_PLANS) as AllTickPlanName[];
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const HOW_TO_HASH = "(`tickwire config hash` makes one)";

const name = z.string().min(1).max(64);

const address = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(255)
    .overwrite((host) => host.replace(/^\[(.*)\]$/, "$1"))
    .describe("Address or host name; `0.0.0.0` is every IPv4 address of the machine."),
  port: z.int().min(0).max(65_535).describe("TCP port; 0 takes any free one."),
});

const feed = z.string().check((context) => {
  try {
    readFeedSpec(context.value);
  } catch (error) {
    if (!(error instanceof FeedSpecError)) throw error;
    context.issues.push({ code: "custom", input: context.value, message: error.message });
  }
});

/** A string that must not hold a plain secret. Its messages never show the value. */
function secret(accepted: (text: string) => boolean, forms: string): z.ZodString {
  return z.string().refine((text) => ENV_REFERENCE.test(text) || accepted(text), {
    error: `a plain secret is refused here, expected ${forms} ${HOW_TO_HASH}`,
  });
}

const token = z.strictObject({
  name: name.describe("Name in logs; unique."),
  token: secret((text) => TOKEN_HASH.test(text), '"env:NAME" or "sha256:HASH"').describe(
    `The token: \`env:NAME\` takes it from an environment variable, \`sha256:HASH\` is its hash ${HOW_TO_HASH}.`,
  ),
  plan: z
    .enum(PLAN_NAMES)
    .default(LARGEST_PLAN)
    .describe("AllTick plan: connections, codes per kind, request spacing."),
});

const user = z.strictObject({
  user: name.describe("UserID of the login; unique."),
  password: secret(isPasswordHash, '"env:NAME" or "scrypt:…"').describe(
    `The password: \`env:NAME\` takes it from an environment variable, \`scrypt:…\` is its hash ${HOW_TO_HASH}.`,
  ),
});

const limits = z
  .strictObject({
    maxFrameBytes: z
      .int()
      .min(KIB)
      .max(16 * MIB)
      .default(64 * KIB)
      .describe("Largest frame taken from a client, in bytes; a larger one closes its connection (1009)."),
    highWaterBytes: z
      .int()
      .min(64 * KIB)
      .max(1024 * MIB)
      .default(MIB)
      .describe("Bytes that a client has not read before its books and snapshots are conflated."),
    hardCapBytes: z
      .int()
      .min(64 * KIB)
      .max(1024 * MIB)
      .default(8 * MIB)
      .describe("Bytes held back for a client before its connection is closed (1008); at least highWaterBytes."),
    maxConnections: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe("Connections over all doors; more are refused (503)."),
  })
  .refine(({ highWaterBytes, hardCapBytes }) => hardCapBytes >= highWaterBytes, {
    error: "expected at least limits.highWaterBytes",
    path: ["hardCapBytes"],
  });

const history = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      "Whether there is a database in the data directory; without one the newest bars and trades are held in memory.",
    ),
  record: z
    .enum(["auto", "none", "bars", "trades", "all"])
    .default("auto")
    .describe(
      "What is recorded: nothing; bars; trades and bars; books and snapshots as well (`all`). `auto` is `trades` where every feed is a simulator, else `all`.",
    ),
  replays: z
    .boolean()
    .default(false)
    .describe(
      "Whether ticks of replays are recorded, too: they are in their files already. Bars of replays always are.",
    ),
  keepTicksDays: z.int().min(1).max(36_500).default(7).describe("Days that trades, books and snapshots are kept."),
  keepBarsDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(1_825)
    .describe("Days that bars of a minute are kept; bars of a day stay."),
  maxBytes: z
    .int()
    .min(64 * MIB)
    .max(Number.MAX_SAFE_INTEGER)
    .default(4 * GIB)
    .describe("Bytes that the database may take: beyond that the oldest ticks go first, then the oldest minutes."),
});

const log = z.strictObject({
  level: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("Least level that is logged, on stderr."),
  format: z
    .enum(["auto", "pretty", "json"])
    .default("auto")
    .describe("`auto` is pretty on a terminal and JSON lines elsewhere."),
});

/** Everything that can be configured. Defaults fill what is not stated; unknown keys are refused. */
export const configSchema = z.strictObject({
  listen: z
    .array(address)
    .min(1)
    .max(64)
    .check(unique(({ host, port }) => (port === 0 ? undefined : `${host} ${port}`), "port"))
    .default([{ ...DEFAULT_ADDRESS }])
    .describe("Addresses that are listened on, all at once."),
  data: z
    .string()
    .min(1)
    .default("./data")
    .describe("Directory for what the gateway keeps, such as `ledger.sqlite`; made at the start."),
  feeds: z
    .array(feed)
    .min(1)
    .max(64)
    .default(["sim"])
    .describe(
      "Feed SPECs, such as `sim?seed=7&rate=20`. Where two feeds have an instrument, the first one listed serves it.",
    ),
  tokens: z
    .array(token)
    .max(100_000)
    .check(
      unique((entry) => entry.name, "name"),
      unique((entry) => entry.token, "token"),
    )
    .default([])
    .describe("Tokens of the AllTick door, beside those that `tickwire token issue` makes."),
  users: z
    .array(user)
    .max(100_000)
    .check(unique((entry) => entry.user, "user"))
    .default([])
    .describe("Users of the CTP doors, beside those that `tickwire user add` makes."),
  alltick: allTickSchema.prefault({}).describe("The AllTick dialect."),
  ctp: ctpSchema.prefault({}).describe("The CTP JSON dialects."),
  limits: limits.prefault({}).describe("What one client may cost."),
  history: history.prefault({}).describe("What is kept of the market data."),
  trading: tradingSchema.prefault({}).describe("The simulated exchange, for users of the CTP doors."),
  log: log.prefault({}).describe("Logging."),
});

/** A complete, valid configuration. */
export type Config = z.output<typeof configSchema>;

/** A check that no two elements of a list have the same identity; undefined is none. Shows no value: it may be a secret. */
function unique<T>(
  identity: (element: T) => string | undefined,
  key: string,
): (context: z.core.ParsePayload<T[]>) => void {
  return (context) => {
    const seen = new Map<string, number>();
    for (const [index, element] of context.value.entries()) {
      const own = identity(element);
      const first = own === undefined ? undefined : seen.get(own);
      if (first !== undefined) {
        context.issues.push({
          code: "custom",
          input: element,
          path: [index, key],
          message: `the same as in element [${first}]`,
        });
      } else if (own !== undefined) seen.set(own, index);
    }
  };
}
