/** The answer of `/healthz`: is it up, and is data flowing. */
import type { Feed, HistoryStatus, LedgerStatus } from "../ports.ts";

/** Health of the gateway as JSON for probes and people. */
export interface Health {
  /** `ok`; `degraded` while a feed has failed or the ledger or the history fails: the process serves what it has, so probes still get 200. */
  readonly status: "ok" | "degraded";
  readonly uptimeSeconds: number;
  readonly connections: number;
  readonly instruments: number;
  readonly ledger: LedgerStatus;
  readonly history: HistoryStatus;
  readonly feeds: readonly {
    readonly name: string;
    readonly state: string;
    readonly detail: string;
    readonly time: string | null;
  }[];
}

/** What health is read from. */
export interface HealthSources {
  readonly feeds: readonly Feed[];
  readonly ledger: LedgerStatus;
  readonly history: HistoryStatus;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly instruments: number;
}

/** Reads the health of the parts. */
export function readHealth({ feeds, ledger, history, uptimeMs, connections, instruments }: HealthSources): Health {
  const states = feeds.map((feed) => ({ name: feed.name, ...feed.status() }));
  const bad = states.some(({ state }) => state === "failed") || ledger.state === "failing" || history.state !== "ok";
  return {
    status: bad ? "degraded" : "ok",
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    connections,
    instruments,
    ledger,
    history,
    feeds: states.map(({ name, state, detail, time }) => ({
      name,
      state,
      detail,
      time: time === 0 ? null : new Date(time).toISOString(),
    })),
  };
}
