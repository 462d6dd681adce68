/** What the holders of tokens do, by the names of their grants. The tokens themselves are nowhere. */
import type { Registry } from "prom-client";
import type { TokenUsage, Usage } from "../core/usage.ts";
import type { Ledger } from "../ports/ledger.ts";
import { register, type Labelled } from "./series.ts";

/** What is told about tokens. */
export interface TokenSources {
  readonly usage: TokenUsage;
  readonly ledger: Ledger;
  /** Tokens of the ledger that are not revoked. */
  readonly issuedTokens: () => number;
}

/** Figures that are one number a grant. */
const FIGURES: readonly (readonly [
  kind: "counter" | "gauge",
  name: string,
  help: string,
  read: (usage: Usage) => number,
])[] = [
  ["gauge", "connections", "Live AllTick connections, by the name of the token", ({ live }) => live],
  ["counter", "connections_total", "AllTick connections that were opened", ({ opened }) => opened],
  [
    "gauge",
    "subscriptions",
    "Codes that live AllTick connections are subscribed to, each kind counted apart",
    ({ subscriptions }) => subscriptions,
  ],
  [
    "counter",
    "messages_total",
    "Messages sent to AllTick connections, about a second late",
    ({ messages }) => messages,
  ],
];

/** Registers the counters. Each has a line per grant that was used since the start; `usage` bounds how many. */
export function registerTokens(registry: Registry, { usage, ledger, issuedTokens }: TokenSources): void {
  const issuedHelp = "Tokens of the ledger that are not revoked";
  register(registry, "gauge", "issued_tokens", issuedHelp, () => [[{}, issuedTokens()]]);
  register(registry, "gauge", "ledger_up", "1 while the ledger can be read and written", () => [
    [{}, ledger.status().state === "ok" ? 1 : 0],
  ]);
  for (const [kind, name, help, read] of FIGURES) {
    const lines = (): Labelled[] => [...usage.all()].map(([token, counters]) => [{ token }, read(counters)]);
    register(registry, kind, `token_${name}`, help, lines, ["token"]);
  }
  const split = (
    name: string,
    help: string,
    label: string,
    read: (usage: Usage) => Readonly<Record<string, number>>,
  ): void => {
    const lines = (): Labelled[] =>
      [...usage.all()].flatMap(([token, counters]) =>
        Object.entries(read(counters)).map(([part, count]): Labelled => [{ token, [label]: part }, count]),
      );
    register(registry, "counter", `token_${name}`, help, lines, ["token", label]);
  };
  const requestsHelp = "AllTick requests by the way they came, refused ones included";
  split("requests_total", requestsHelp, "door", ({ requests }) => requests);
  const refusalsHelp = "What was refused, by reason; without a name: no token, or one that is not valid";
  split("refusals_total", refusalsHelp, "reason", ({ refusals }) => refusals);
}
