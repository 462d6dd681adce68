/**
 * `npm run bench -- fanout|latency [--runs N] [--seconds S] [--only TEXT]`: runs every case for the product and both baselines in turn,
 * takes medians, prints progress on stderr and one JSON document on stdout.
 */
import { execFile, spawnSync } from "node:child_process";
import { availableParallelism, cpus, release } from "node:os";
import { parseArgs, promisify } from "node:util";
import type { Figures, Measurement } from "./sender.ts";

type Kind = Measurement["kind"];
type Case = Omit<Measurement, "kind" | "seconds" | "core"> & { readonly name: string };

const KINDS: readonly Kind[] = ["plain", "bare", "tickwire"];

const ONE = { label: "one instrument", instruments: 1, perClient: 1 } as const;
const RANDOM = { label: "50 random of 500 instruments", instruments: 500, perClient: 50 } as const;

function makeCase(clients: number, of: typeof ONE | typeof RANDOM, load: Case["load"]): Case {
  const { label, instruments, perClient } = of;
  const paced =
    "ticksPerTurn" in load
      ? `${load.ticksPerTurn} ticks per turn`
      : `${load.deliveriesPerSecond / 1000} k deliveries/s`;
  return { name: `${clients} clients, ${label}, ${paced}`, clients, instruments, perClient, load };
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  fanout: [
    ...[100, 1000].flatMap((clients) => [1, 16, 64].map((ticksPerTurn) => makeCase(clients, ONE, { ticksPerTurn }))),
    ...[32, 128].map((ticksPerTurn) => makeCase(1000, RANDOM, { ticksPerTurn })),
  ],
  latency: [50_000, 200_000, 500_000].map((deliveriesPerSecond) => makeCase(1000, ONE, { deliveriesPerSecond })),
};

const run = promisify(execFile);
const pinned = availableParallelism() >= 2 && process.platform === "linux";

async function measure(what: Measurement): Promise<Figures> {
  const script = [...process.execArgv, new URL("./sender.ts", import.meta.url).pathname, JSON.stringify(what)];
  const { stdout } = pinned
    ? await run("taskset", ["-c", "0", process.execPath, ...script])
    : await run(process.execPath, script);
  return JSON.parse(stdout) as Figures;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const round = (value: number): number => Number(value.toPrecision(3));

function summarize(runs: readonly Figures[]): Record<string, number> {
  const of = (read: (figures: Figures) => number | undefined): number =>
    round(median(runs.map((figures) => read(figures) ?? Number.NaN)));
  const summary: Record<string, number> = {
    deliveriesPerSecond: of((figures) => figures.deliveriesPerSecond),
    bytesPerDelivery: of((figures) => figures.bytesPerDelivery),
    cpuMicrosPerDelivery: of((figures) => figures.cpuPerDelivery),
  };
  if (runs[0]?.latency !== undefined) {
    summary["p50ms"] = round(of((figures) => figures.latency?.p50) / 1000);
    summary["p99ms"] = round(of((figures) => figures.latency?.p99) / 1000);
    summary["p999ms"] = round(of((figures) => figures.latency?.p999) / 1000);
  }
  return summary;
}

/** How the product stands against each baseline: higher is better for deliveries, lower for p99. */
function ratios(results: Readonly<Record<Kind, Record<string, number>>>): Record<string, number> {
  const key = results.tickwire["p99ms"] === undefined ? "deliveriesPerSecond" : "p99ms";
  return Object.fromEntries(
    (["plain", "bare"] as const).map((base) => [
      `${key} over ${base}`,
      round(results.tickwire[key]! / results[base][key]!),
    ]),
  );
}

/** Benches with a shape of their own, and flags of their own. */
const OWN_SCRIPTS: readonly string[] = ["recorder", "history", "orders", "client", "relay"];
const [named, ...flags] = process.argv.slice(2);
if (named !== undefined && OWN_SCRIPTS.includes(named)) {
  const script = new URL(`./${named}.ts`, import.meta.url).pathname;
  process.exit(spawnSync(process.execPath, [...process.execArgv, script, ...flags], { stdio: "inherit" }).status ?? 1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
    only: { type: "string", default: "" },
  },
});
const cases = CASES[positionals[0] ?? ""];
if (cases === undefined) {
  process.stderr.write(
    `usage: npm run bench -- ${[...Object.keys(CASES), ...OWN_SCRIPTS].join("|")} [--runs N] [--seconds S] [--only TEXT]\n`,
  );
  process.exit(2);
}

const report = [];
for (const { name, ...what } of cases.filter((each) => each.name.includes(values.only))) {
  const figures: Record<Kind, Figures[]> = { plain: [], bare: [], tickwire: [] };
  // Kinds take turns, so that a noisy minute of the machine hits all of them.
  for (let at = 0; at < Number(values.runs); at++) {
    for (const kind of KINDS) {
      const seconds = Number(values.seconds);
      figures[kind].push(await measure({ ...what, kind, seconds, ...(pinned ? { core: 1 } : {}) }));
    }
  }
  const results = {
    plain: summarize(figures.plain),
    bare: summarize(figures.bare),
    tickwire: summarize(figures.tickwire),
  };
  report.push({ case: name, ...results, ratios: ratios(results) });
  process.stderr.write(`${name}: ${JSON.stringify(report.at(-1))}\n`);
}
const machine = {
  cores: availableParallelism(),
  cpu: cpus()[0]?.model,
  kernel: release(),
  node: process.version,
  pinned,
};
process.stdout.write(
  `${JSON.stringify({ bench: positionals[0], runs: Number(values.runs), machine, cases: report }, null, 2)}\n`,
);
