/** The plan of an AllTick token, as the commands that ask a service take it. */
import { ALLTICK_PLANS, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { DEMO, type Environment } from "../config.ts";
import { readText } from "./service-options.ts";
import { usage } from "./terminal.ts";

const PLANS = Object.keys(ALLTICK_PLANS) as AllTickPlanName[];

/** The flag that {@link readPlan} reads, as commander takes it. */
export const PLAN_FLAG = [
  "--plan <plan>",
  `plan of the AllTick token, whose limits are kept (TICKWIRE_PLAN; default free, of the ${DEMO} token unlimited)`,
] as const;

/**
 * The plan of `token`. Where none is told it is `free`, which is safe with every token; a gateway's own demo token has no limits. Throws an
 * `ExitError` for a plan that there is not.
 */
export function readPlan(flag: string | undefined, env: Environment, token: string): AllTickPlanName {
  const stated = readText(flag, env, "TICKWIRE_PLAN") ?? (token === DEMO ? "unlimited" : "free");
  const plan = PLANS.find((known) => known === stated);
  if (plan === undefined) throw usage(`--plan: expected one of ${PLANS.join(", ")}, got ${JSON.stringify(stated)}`);
  return plan;
}
