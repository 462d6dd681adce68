/** Joins what clients come in by: the doors of both dialects with their network, and AllTick's HTTP service. */
import { listingOf } from "@tickwire/protocol/catalog";
import type { Config } from "./config/schema.ts";
import type { Desk } from "./core/desk.ts";
import type { InstrumentSearch } from "./core/search.ts";
import type { TokenUsage } from "./core/usage.ts";
import type { Logger } from "./log.ts";
import { WsServer } from "./net/ws.ts";
import type { Clock } from "./ports/clock.ts";
import type { Credentials } from "./ports/credentials.ts";
import type { Bars, History } from "./ports/history.ts";
import type { Trading } from "./ports/trading.ts";
import { AllTickDoor } from "./sessions/alltick-door.ts";
import { AllTickHttp } from "./sessions/alltick-http.ts";
import { CtpDoor } from "./sessions/ctp-door.ts";
import { toAllTickConfig, toCtpConfig, toWsLimits } from "./session-config.ts";
import { makeSuspensions } from "./suspensions.ts";

/** What the doors lead to. */
export interface DoorParts {
  readonly desk: Desk;
  readonly credentials: Credentials;
  readonly usage: TokenUsage;
  readonly search: InstrumentSearch;
  readonly bars: Bars;
  readonly history: History;
  /** Undefined where nobody trades. */
  readonly trading: Trading | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Makes the doors. */
export function makeDoors(
  config: Config,
  { clock, log, history, trading, ...parts }: DoorParts,
): { readonly network: WsServer; readonly alltick: AllTickHttp } {
  const { desk, credentials, usage, search, bars } = parts;
  const now = (): number => clock.now();
  const onError = (error: unknown, door: string): void => log.error({ err: error, door }, "a session failed");
  const onAllTickError = (error: unknown): void => onError(error, "alltick");
  const asked = { desk, credentials, usage, config: toAllTickConfig(config) };
  const doors = [
    new AllTickDoor({ ...asked, sources: { search, bars, history }, onError: onAllTickError, now }),
    new CtpDoor({
      desk,
      credentials,
      trading,
      now,
      later: (run) => void clock.after(0, run),
      config: toCtpConfig(config),
      onError: (error) => onError(error, "ctp"),
    }),
  ];
  const suspensions = makeSuspensions(config.alltick.suspensions, onAllTickError);
  return {
    network: new WsServer(doors, clock, toWsLimits(config), onError),
    alltick: new AllTickHttp({ ...asked, search, bars, listingOf, suspensions }),
  };
}
