/** The schema of what the AllTick door goes by. */
import { HEARTBEAT_TIMEOUT_MS } from "@tickwire/protocol/alltick";
import { z } from "zod";

/** `alltick` of the configuration. */
export const allTickSchema = z.strictObject({
  malformedRet: z
    .literal([201, 202, 400])
    .default(201)
    .describe(
      "`ret` of the answer to a request whose header cannot be read. 201 is the documented example, 400 the error table.",
    ),
  overLimit: z
    .enum(["truncate", "reject"])
    .default("truncate")
    .describe("A list longer than the plan allows: keep its beginning, or answer 603."),
  pacing: z
    .enum(["generous", "vendor"])
    .default("generous")
    .describe(
      "Request spacing: stop only floods (WebSocket: burst 50, 10 a second; HTTP: burst 500, 100 a second), or enforce the plan's own rules. Broken: 606, then close; HTTP 429.",
    ),
  heartbeat: z
    .enum(["strict", "lenient"])
    .default("strict")
    .describe("What keeps a connection alive: a heartbeat (22000) only, or any frame and any WebSocket ping."),
  heartbeatTimeoutSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(HEARTBEAT_TIMEOUT_MS / 1000)
    .describe("A connection without heartbeat for this long, and the grace on top, is closed."),
  heartbeatGraceSeconds: z
    .int()
    .min(0)
    .max(600)
    .default(3)
    .describe("Grace: real clients send at exactly the timeout."),
  dayBars: z
    .enum(["exchange", "utc"])
    .default("exchange")
    .describe("HTTP timestamps of bars of a day and more: midnight of the exchange, or of UTC on the same date."),
  zone: z
    .string()
    .max(64)
    .refine(isZone, { error: 'expected a time zone such as "Asia/Shanghai"' })
    .default("Asia/Shanghai")
    .describe(
      "Time zone of the service's own clock: with vendor pacing the HTTP requests of a day end at its midnight.",
    ),
  suspensions: z
    .string()
    .max(4096)
    .default("")
    .describe("JSON file with the lists of `/api/suspension/`, read at each request; empty: the lists are empty."),
});

/** Whether the platform knows a time zone of this name. */
function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
