/** The answer of `/healthz`: is it up, and is data flowing. */
import type { Feed } from "../ports.ts";

/** Health of the gateway as JSON for probes and people. */
export interface Health {
  /** `ok`; `degraded` while a feed has failed: the process serves what it has, so probes still get 200. */
  readonly status: "ok" | "degraded";
  readonly uptimeSeconds: number;
  readonly connections: number;
  readonly instruments: number;
  readonly feeds: readonly {
    readonly name: string;
    readonly state: string;
    readonly detail: string;
    readonly time: string | null;
  }[];
}

/** Reads the health of the parts. */
export function readHealth(feeds: readonly Feed[], uptimeMs: number, connections: number, instruments: number): Health {
  const states = feeds.map((feed) => ({ name: feed.name, ...feed.status() }));
  return {
    status: states.some(({ state }) => state === "failed") ? "degraded" : "ok",
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    connections,
    instruments,
    feeds: states.map(({ name, state, detail, time }) => ({
      name,
      state,
      detail,
      time: time === 0 ? null : new Date(time).toISOString(),
    })),
  };
}
