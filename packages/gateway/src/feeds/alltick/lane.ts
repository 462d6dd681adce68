/** One connection of a pool, as far as what is asked for on it goes: its share of the codes, and what became of them. */
import { findPlan, type AllTickEndpoint, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { Watchdog } from "../watchdog.ts";
import { Admission } from "./admission.ts";

/** One connection to be: an endpoint with one token. */
export interface Lane {
  readonly endpoint: AllTickEndpoint;
  readonly admission: Admission;
  readonly watchdog: Watchdog;
  /** Codes that it takes. */
  capacity: number;
  /** Codes that are its own now, those of them that are asked for, those of these that have books, and those that flow. */
  share: readonly string[];
  watched: ReadonlySet<string>;
  books: readonly string[];
  flowing: ReadonlySet<string>;
  /** Whether what is asked for was refused. */
  refused: boolean;
}

/** A lane on which nothing was asked for yet. */
export function makeLane(endpoint: AllTickEndpoint, plan: AllTickPlanName): Lane {
  return {
    endpoint,
    admission: new Admission(),
    watchdog: new Watchdog(),
    capacity: findPlan(plan).codes,
    share: [],
    watched: new Set(),
    books: [],
    flowing: new Set(),
    refused: false,
  };
}
