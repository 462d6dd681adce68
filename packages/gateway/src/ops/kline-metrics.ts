/** Prometheus figures of the kline engine. */
import type { Registry } from "prom-client";
import { register, type Labelled } from "./series.ts";

/** The part of the engine that is measured. */
export interface KlineSource {
  readonly counts: { readonly closed: number; readonly revised: number };
  readonly quarantined: ReadonlyMap<string, number>;
}

/** Adds the figures to the registry. */
export function registerKlines(registry: Registry, { counts, quarantined }: KlineSource): void {
  register(
    registry,
    "counter",
    "bars_total",
    "Bars told, when they closed and when late ticks revised them",
    () => [
      [{ state: "closed" }, counts.closed],
      [{ state: "revised" }, counts.revised],
    ],
    ["state"],
  );
  register(
    registry,
    "counter",
    "ticks_quarantined_total",
    "Ticks of feeds that are in no bar, by cause",
    () => [...quarantined].map(([cause, count]): Labelled => [{ cause }, count]),
    ["cause"],
  );
}
