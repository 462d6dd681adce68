/** The answer of `/healthz`: is it up, and is data flowing. */
import type { Feed, HistoryStatus, LedgerStatus } from "../ports.ts";
import type { TradingStatus } from "../ports-trading.ts";

/** Health of the gateway as JSON for probes and people. */
export interface Health {
  /** `ok`; `degraded` while a feed has failed or the ledger, the history or trading fails: the process serves what it has, so probes still get 200. */
  readonly status: "ok" | "degraded";
  readonly uptimeSeconds: number;
  readonly connections: number;
  readonly instruments: number;
  readonly ledger: LedgerStatus;
  readonly history: HistoryStatus;
  /** Null where it is switched off. */
  readonly trading: Pick<TradingStatus, "state" | "detail" | "tradingDay" | "accounts"> | null;
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
  readonly trading: TradingStatus | undefined;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly instruments: number;
}

/** Reads the health of the parts. */
export function readHealth({ feeds, uptimeMs, trading, ...parts }: HealthSources): Health {
  const { ledger, history, connections, instruments } = parts;
  const states = feeds.map((feed) => ({ name: feed.name, ...feed.status() }));
  const fails = ledger.state === "failing" || history.state !== "ok" || trading?.state === "failing";
  return {
    status: fails || states.some(({ state }) => state === "failed") ? "degraded" : "ok",
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    connections,
    instruments,
    ledger,
    history,
    trading: trading === undefined ? null : toHealth(trading),
    feeds: states.map(({ name, state, detail, time }) => ({
      name,
      state,
      detail,
      time: time === 0 ? null : new Date(time).toISOString(),
    })),
  };
}

function toHealth({ state, detail, tradingDay, accounts }: TradingStatus): Health["trading"] {
  return { state, detail, tradingDay, accounts };
}
