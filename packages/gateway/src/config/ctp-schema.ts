/** The schema of what the CTP doors go by. */
import { z } from "zod";

/** `ctp` of the configuration. */
export const ctpSchema = z.strictObject({
  mdLogin: z
    .enum(["auto", "open", "checked"])
    .default("auto")
    .describe(
      "Logins on `/md/`: `open` admits anybody, as CTP's own fronts do, `checked` asks for the password, `auto` is `open` while only the demo credentials exist.",
    ),
  brokerId: z
    .string()
    .min(1)
    .max(10)
    .default("9999")
    .describe("BrokerID in login replies, where the client gave none."),
  pingSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(30)
    .describe("Seconds between two Ping frames, beginning after the login reply."),
  maxSubscriptions: z
    .int()
    .min(1)
    .max(100_000)
    .default(5000)
    .describe("Instruments that one connection may subscribe to; more are refused."),
  login: z
    .enum(["auto", "real"])
    .default("auto")
    .describe(
      "What a login does besides: `auto` confirms the settlement, as the sibling gateways do; with `real` orders are refused (42) until the client confirms it, and logins (64) until it has sent `authCode`.",
    ),
  authCode: z
    .string()
    .max(16)
    .default("")
    .describe(
      "AuthCode that ReqAuthenticate has to name with `ctp.login: real`; empty: no client has to authenticate. It names a program and is no secret.",
    ),
  flowControl: z
    .enum(["off", "real"])
    .default("off")
    .describe(
      "`real`: one query at a time (-2) and one a second (-3), six orders and cancels a second (116), per connection.",
    ),
  maxSessionsPerUser: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("Logins on the trading side that one user may have at a time; more are refused (60)."),
  loginFailures: z
    .int()
    .min(0)
    .max(1000)
    .default(5)
    .describe("Wrong passwords in a row after which a user cannot log in for a while (75); 0: never."),
  loginLockSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(600)
    .describe("How long that is, and how long wrong passwords are remembered after the last one."),
});
