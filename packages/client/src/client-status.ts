/** The status of a client that keeps several connections. */
import type { ClientState, ClientStatus } from "./status.ts";

/** The worst first. */
const ORDER: readonly ClientState[] = ["failed", "closed", "waiting", "connecting", "live"];

/** One status of several, at least one: the worst, since when and why it is so; live are they only together. */
export function joinStatuses(statuses: readonly ClientStatus[]): ClientStatus {
  const state = ORDER.find((each) => statuses.some((status) => status.state === each))!;
  const such = statuses.filter((status) => status.state === state);
  const times = such.map(({ since }) => since);
  const retries = such.map(({ retryAt }) => retryAt).filter((at) => at > 0);
  return {
    state,
    since: state === "live" ? Math.max(...times) : Math.min(...times),
    attempt: Math.max(...such.map(({ attempt }) => attempt)),
    cause: such.find(({ cause }) => cause !== "")?.cause ?? "",
    retryAt: retries.length === 0 ? 0 : Math.min(...retries),
    lastMessage: Math.max(...statuses.map(({ lastMessage }) => lastMessage)),
    connections: statuses.reduce((sum, { connections }) => sum + connections, 0),
  };
}
