/** What a client that keeps itself connected is heard of by people: breaks and holes, as lines on stderr. */
import type { ClientStatus, Hole } from "@tickwire/client";
import { ALLTICK_PLANS, type AllTickPlanName } from "@tickwire/protocol/alltick";
import type { Environment } from "../config.ts";
import { readText } from "./service-options.ts";
import { usage, type Terminal } from "./terminal.ts";

const PLANS = Object.keys(ALLTICK_PLANS) as AllTickPlanName[];

/** The flag that {@link readPlan} reads, as commander takes it. */
export const PLAN_FLAG = [
  "--plan <plan>",
  "plan of the AllTick token, whose limits are kept (TICKWIRE_PLAN; default free)",
] as const;

/** Listeners that write notes. */
export interface ClientNotes {
  /** Tells of a break, and that it is over, once each. */
  readonly onStatus: (status: ClientStatus) => void;
  readonly onHole: (hole: Hole) => void;
}

/** Makes them. */
export function makeClientNotes(terminal: Pick<Terminal, "note">): ClientNotes {
  let told = "";
  return {
    onStatus: ({ state, cause }) => {
      const line =
        state === "waiting" ? `connection lost: ${cause}` : state === "live" && told !== "" ? "connected again" : "";
      if (line !== "" && line !== told) terminal.note((told = line));
    },
    onHole: ({ from, to, codes, cause, filledBy = null }) =>
      terminal.note(`hole: ${JSON.stringify({ from, to, codes, cause, filledBy })}`),
  };
}

/** The plan of a token; `free`, which is safe with every token, where none is told. Throws an `ExitError` for one that there is not. */
export function readPlan(flag: string | undefined, env: Environment): AllTickPlanName {
  const stated = readText(flag, env, "TICKWIRE_PLAN") ?? "free";
  const plan = PLANS.find((known) => known === stated);
  if (plan === undefined) throw usage(`--plan: expected one of ${PLANS.join(", ")}, got ${JSON.stringify(stated)}`);
  return plan;
}
