/** How the connections to upstreams are doing, and what is missing because of them. */
import type { Registry } from "prom-client";
import type { Market } from "../core/market.ts";
import type { Feed, UpstreamStatus } from "../ports/feed.ts";
import { register, type Labelled } from "./series.ts";

const STATES: readonly UpstreamStatus["state"][] = ["connecting", "live", "waiting", "closed", "failed"];

/** What is told about upstreams. */
export interface UpstreamSources {
  readonly feeds: readonly Feed[];
  readonly market: Pick<Market, "gaps">;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

const statesOf = ({ state }: UpstreamStatus): Labelled[] =>
  STATES.map((each): Labelled => [{ state: each }, each === state ? 1 : 0]);

/** Registers the figures. */
export function registerUpstreams(registry: Registry, { feeds, market, now }: UpstreamSources): void {
  const each = (
    kind: "counter" | "gauge",
    name: string,
    help: string,
    read: (status: UpstreamStatus) => Labelled[],
    labels: readonly string[] = [],
  ): void => {
    const lines = (): Labelled[] =>
      feeds.flatMap((feed) =>
        (feed.status().upstreams ?? []).flatMap((status) =>
          read(status).map(([own, value]): Labelled => [{ feed: feed.name, upstream: status.name, ...own }, value]),
        ),
      );
    register(registry, kind, `upstream_${name}`, help, lines, ["feed", "upstream", ...labels]);
  };
  each("gauge", "state", "1 for the state that the connection is in", statesOf, ["state"]);
  each("counter", "connections_total", "Connections made, the first one included", (status) => [
    [{}, status.connections],
  ]);
  each("gauge", "last_message_age_seconds", "Age of the newest message; absent before the first", (status) =>
    status.lastMessage === 0 ? [] : [[{}, Math.max(0, now() - status.lastMessage) / 1000]],
  );
  each(
    "gauge",
    "last_cause",
    "1, with the cause why the connection last was not live; absent where it always was",
    (status) => (status.cause === "" ? [] : [[{ cause: status.cause }, 1]]),
    ["cause"],
  );
  const gaps = (): Labelled[] =>
    [...market.gaps].flatMap(([cause, { open, filled }]): Labelled[] => [
      [{ cause, filled: "no" }, open],
      [{ cause, filled: "yes" }, filled],
    ]);
  const help = "Gaps in data that feeds told of, by cause; one that is filled later counts in both";
  register(registry, "counter", "gaps_total", help, gaps, ["cause", "filled"]);
}
