/** What the holders of tokens do, by the names of their grants. The tokens themselves are nowhere. */
import type { Registry } from "prom-client";
import type { RefusalReason, TokenUsage, Usage } from "../core/usage.ts";
import { register, type Labelled } from "./series.ts";

/** Registers the counters. Each has a line per grant that was used since the start; `usage` bounds how many. */
export function registerTokens(registry: Registry, usage: TokenUsage, issued: () => number): void {
  const each = (read: (usage: Usage) => Iterable<Labelled>) => (): Labelled[] =>
    [...usage.all()].flatMap(([token, counters]) =>
      Array.from(read(counters), ([labels, value]): Labelled => [{ token, ...labels }, value]),
    );
  const single = (read: (usage: Usage) => number) => each((counters) => [[{}, read(counters)]]);
  const names = ["token"];
  register(registry, "gauge", "issued_tokens", "Tokens of the ledger that are not revoked", () => [[{}, issued()]]);
  register(
    registry,
    "gauge",
    "token_connections",
    "Live AllTick connections, by the name of the token",
    single(({ live }) => live),
    names,
  );
  register(
    registry,
    "counter",
    "token_connections_total",
    "AllTick connections that were opened",
    single(({ opened }) => opened),
    names,
  );
  register(
    registry,
    "gauge",
    "token_subscriptions",
    "Codes that live AllTick connections are subscribed to, each kind counted apart",
    single(({ subscriptions }) => subscriptions),
    names,
  );
  register(
    registry,
    "counter",
    "token_messages_total",
    "Messages sent to AllTick connections, about a second late",
    single(({ messages }) => messages),
    names,
  );
  register(
    registry,
    "counter",
    "token_requests_total",
    "AllTick requests by the way they came, refused ones included",
    each(({ requests }) => Object.entries(requests).map(([door, count]): Labelled => [{ door }, count])),
    [...names, "door"],
  );
  register(
    registry,
    "counter",
    "token_refusals_total",
    "What was refused, by reason; without a name: no token, or one that is not valid",
    each(({ refusals }) =>
      (Object.entries(refusals) as [RefusalReason, number][]).map(([reason, count]): Labelled => [{ reason }, count]),
    ),
    [...names, "reason"],
  );
}
