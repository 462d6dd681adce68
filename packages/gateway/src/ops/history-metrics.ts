/** How the history is doing. */
import type { Registry } from "prom-client";
import type { History, HistoryStatus } from "../ports/history.ts";
import { register } from "./series.ts";

/** Registers what a history tells of itself. */
export function registerHistory(registry: Registry, history: Pick<History, "status">): void {
  const single = (
    kind: "counter" | "gauge",
    name: string,
    help: string,
    read: (status: HistoryStatus) => number,
  ): void => register(registry, kind, `history_${name}`, help, () => [[{}, read(history.status())]]);
  single("gauge", "up", "1 while the history can be written", ({ state }) => (state === "ok" ? 1 : 0));
  single("counter", "committed_total", "Events and bars committed", ({ committed }) => committed);
  single(
    "counter",
    "dropped_total",
    "Events and bars given up: too many waited, or the store was gone",
    ({ dropped }) => dropped,
  );
  single("counter", "retries_total", "Writes that failed and were tried again", ({ retries }) => retries);
  single("gauge", "waiting", "Events and bars that wait to be committed", ({ waiting }) => waiting);
  single("gauge", "bytes", "Bytes that the store takes, about", ({ bytes }) => bytes);
}
