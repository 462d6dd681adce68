/** The answer of `/healthz`: is it up, and is data flowing. */
import type { Feed, UpstreamStatus } from "../ports/feed.ts";
import type { HistoryStatus } from "../ports/history.ts";
import type { LedgerStatus } from "../ports/ledger.ts";
import type { TradingStatus } from "../ports/trading.ts";

/** Health of the gateway as JSON for probes and people. */
export interface Health {
  /** `ok`; `degraded` while a feed or one of its upstreams has failed, or the ledger, the history or trading fails: the process serves what it has, so probes still get 200. */
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
    /** Connections to upstreams; a feed without any has none. */
    readonly upstreams: readonly UpstreamHealth[];
  }[];
  /** Gaps that feeds told of since the start, by cause: those that nothing had filled, and those that something had. */
  readonly gaps: Readonly<Record<string, { readonly open: number; readonly filled: number }>>;
}

/** One connection to an upstream. */
export interface UpstreamHealth {
  readonly name: string;
  readonly state: UpstreamStatus["state"];
  /** Why it last was not live; empty: it always was. */
  readonly cause: string;
  /** Seconds since the newest message; null before the first. */
  readonly lastMessageAge: number | null;
  readonly connections: number;
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
  readonly gaps: ReadonlyMap<string, { readonly open: number; readonly filled: number }>;
  /** Wall clock. */
  readonly now: number;
}

/** Reads the health of the parts. */
export function readHealth({ feeds, uptimeMs, trading, ...parts }: HealthSources): Health {
  const { ledger, history, connections, instruments, gaps, now } = parts;
  const states = feeds.map((feed) => ({ name: feed.name, ...feed.status() }));
  const fails = ledger.state === "failing" || history.state !== "ok" || trading?.state === "failing";
  const ends = states.some(({ state, upstreams }) => state === "failed" || upstreams?.some(isFailed));
  return {
    status: fails || ends ? "degraded" : "ok",
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    connections,
    instruments,
    ledger,
    history,
    trading: trading === undefined ? null : toHealth(trading),
    feeds: states.map(({ name, state, detail, time, upstreams = [] }) => ({
      name,
      state,
      detail,
      time: time === 0 ? null : new Date(time).toISOString(),
      upstreams: upstreams.map((upstream) => toUpstream(upstream, now)),
    })),
    gaps: Object.fromEntries(gaps),
  };
}

function isFailed({ state }: UpstreamStatus): boolean {
  return state === "failed";
}

function toUpstream({ name, state, cause, lastMessage, connections }: UpstreamStatus, now: number): UpstreamHealth {
  const lastMessageAge = lastMessage === 0 ? null : Math.max(0, now - lastMessage) / 1000;
  return { name, state, cause, lastMessageAge, connections };
}

function toHealth({ state, detail, tradingDay, accounts }: TradingStatus): Health["trading"] {
  return { state, detail, tradingDay, accounts };
}
