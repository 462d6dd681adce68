/** From the configuration's units to those of the sessions. */
import type { Config } from "./config/schema.ts";
import type { AllTickConfig } from "./sessions/alltick-config.ts";
import type { WsLimits } from "./net/ws.ts";
import { DEFAULT_CTP_CONFIG, type CtpConfig } from "./sessions/ctp-config.ts";

/** What the AllTick door goes by. */
export function toAllTickConfig({ alltick }: Config): AllTickConfig {
  const { malformedRet, overLimit, pacing, heartbeat, dayBars, zone } = alltick;
  return {
    malformedRet,
    overLimit,
    pacing,
    heartbeat,
    dayBars,
    zone,
    heartbeatTimeoutMs: alltick.heartbeatTimeoutSeconds * 1000,
    heartbeatGraceMs: alltick.heartbeatGraceSeconds * 1000,
  };
}

/** What the CTP doors go by. `loadConfig` has decided what `auto` means; a config from elsewhere gets the safe reading. */
export function toCtpConfig({ ctp }: Config): CtpConfig {
  const { brokerId, pingSeconds, mdLogin, maxSubscriptions, login, authCode, flowControl, maxSessionsPerUser } = ctp;
  return {
    ...DEFAULT_CTP_CONFIG,
    brokerId,
    maxSubscriptions,
    login,
    authCode,
    flowControl,
    maxSessionsPerUser,
    mdLogin: mdLogin === "open" ? "open" : "checked",
    pingIntervalMs: pingSeconds * 1000,
  };
}

/** What one connection may cost. */
export function toWsLimits({ limits }: Config): WsLimits {
  return {
    maxFrame: limits.maxFrameBytes,
    maxConnections: limits.maxConnections,
    highWater: limits.highWaterBytes,
    hardCap: limits.hardCapBytes,
  };
}
