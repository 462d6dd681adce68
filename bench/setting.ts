/** What the benches' gateway runs with: nothing but its defaults, any number of connections, no log. */
import { createHash } from "node:crypto";
import { configSchema, type Config } from "../packages/gateway/src/config/schema.ts";
import { makeLogger, type Logger } from "../packages/gateway/src/log.ts";

/** A config that listens on a free port and knows the token `bench`. */
export function benchConfig(): Config {
  const token = `sha256:${createHash("sha256").update("bench").digest("hex")}`;
  return configSchema.parse({
    listen: [{ host: "127.0.0.1", port: 0 }],
    tokens: [{ name: "bench", token, plan: "unlimited" }],
  });
}

/** A log that keeps nothing. */
export function silentLog(): Logger {
  return makeLogger("silent", { pretty: false, colour: false });
}
