/** How trading is doing. */
import type { Registry } from "prom-client";
import type { TradingStatus } from "../ports/trading.ts";
import { register } from "./series.ts";

/** Registers what a trade desk tells of itself. */
export function registerTrading(registry: Registry, status: () => TradingStatus): void {
  const single = (
    kind: "counter" | "gauge",
    name: string,
    help: string,
    read: (status: TradingStatus) => number,
  ): void => register(registry, kind, `trading_${name}`, help, () => [[{}, read(status())]]);
  single("gauge", "up", "1 while orders are taken", ({ state }) => (state === "ok" ? 1 : 0));
  single("gauge", "accounts", "Users with an account", ({ accounts }) => accounts);
  single("counter", "operations_total", "Changes of the exchange's state given to the journal", ({ ops }) => ops);
  single("counter", "commits_total", "Batches that the journal has written", ({ batches }) => batches);
  single("counter", "commit_failures_total", "Attempts to write a batch that failed", ({ failures }) => failures);
  single("counter", "reports_total", "Reports of orders and fills handed to sessions", ({ reports }) => reports);
}
