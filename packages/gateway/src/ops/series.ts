/** How a metric is put together: its values are read from their source when it is scraped. */
import { Counter, Gauge, type Registry } from "prom-client";

/** One line of a metric. */
export type Labelled = readonly [labels: Record<string, string>, value: number];

/** A metric whose values are computed at each scrape. Counters only ever grow at their source. */
export function register(
  registry: Registry,
  kind: "counter" | "gauge",
  name: string,
  help: string,
  read: () => Iterable<Labelled>,
  labelNames: string[] = [],
): void {
  const Type = kind === "counter" ? Counter : Gauge;
  const metric: Counter | Gauge = new Type({
    name: `tickwire_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      metric.reset();
      for (const [labels, value] of read()) metric.inc(labels, value);
    },
  });
}
