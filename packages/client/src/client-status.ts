/** The status of a client that keeps several connections. */
import type { ClientState, ClientStatus } from "./status.ts";

/** Worst first: what one connection is, the client is. */
const ORDER: readonly ClientState[] = ["closed", "failed", "waiting", "connecting", "live"];

/** One status of several, at least one: state and cause of the worst, the newest message, the earliest attempt, all connections. */
export function joinStatuses(statuses: readonly ClientStatus[]): ClientStatus {
  const [worst] = statuses.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.since - a.since);
  const retries = statuses.map(({ retryAt }) => retryAt).filter((retryAt) => retryAt > 0);
  return {
    ...worst!,
    attempt: Math.max(...statuses.map(({ attempt }) => attempt)),
    retryAt: worst!.state === "waiting" ? Math.min(...retries) : 0,
    lastMessage: Math.max(...statuses.map(({ lastMessage }) => lastMessage)),
    connections: statuses.reduce((sum, { connections }) => sum + connections, 0),
  };
}
