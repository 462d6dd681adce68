/** `tickwire gaps`: where data is missing, and how complete each session is. */
import { stat } from "node:fs/promises";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { TradingHours } from "@tickwire/protocol/model";
import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { historyFile } from "../history/file.ts";
import type { GapReport } from "../history/gap-report.ts";
import type { GapQuery } from "../ports/history.ts";
import { addDataOptions } from "./options.ts";
import { isOn, readText } from "./service-options.ts";
import { toMinute, writeTable } from "./table.ts";
import { EXIT, ExitError, usage, type Terminal } from "./terminal.ts";
import { readSince, TIME_FORMS } from "./time-flags.ts";

const DEFAULT_SINCE = "24h";
const TIMEOUT_MS = 10_000;
/** Codes that a line on a terminal names. */
const SHOWN_CODES = 4;

interface GapFlags {
  readonly since?: string;
  readonly feed?: string;
  readonly code?: string;
  readonly url?: string;
  readonly json?: true;
  readonly data?: string;
  readonly config?: string;
}

/** Makes the command. It ends with 4 where a gap is told of that nothing has filled. */
export function makeGapsCommand(terminal: Terminal): Command {
  return addDataOptions(new Command("gaps"))
    .description(
      "list stretches of missing data, and how complete each session is; exits with 4 when there is an open one",
    )
    .option(
      "--since <time>",
      `how far back: 24h, 7d, 09:30 (China), ${TIME_FORMS} (TICKWIRE_SINCE; default ${DEFAULT_SINCE})`,
    )
    .option("--feed <name>", "only gaps of the feed of this name, as /healthz tells it")
    .option("--code <code>", "only gaps that concern this instrument, and all of its sessions (TICKWIRE_CODE)")
    .option(
      "--url <url>",
      "ask the gateway that runs there; without it the file is read, which no gateway may have open (TICKWIRE_URL)",
    )
    .option("--json", "JSON lines, also on a terminal (TICKWIRE_JSON=true)")
    .action((flags: GapFlags) => listGaps(flags, terminal));
}

async function listGaps(flags: GapFlags, terminal: Terminal): Promise<void> {
  const { env } = terminal;
  const to = Date.now();
  const from = readSince("--since", readText(flags.since, env, "TICKWIRE_SINCE") ?? DEFAULT_SINCE, to);
  if (!(from < to)) throw usage("--since: it is in the future");
  const code = readText(flags.code, env, "TICKWIRE_CODE");
  const { feed } = flags;
  const query = { from, to, ...(feed === undefined ? {} : { feed }), ...(code === undefined ? {} : { code }) };
  const url = readText(flags.url, env, "TICKWIRE_URL");
  const report = url === undefined ? await readFile(query, flags, terminal) : await ask(url, query);
  print(report, terminal, isOn(flags.json, env, "TICKWIRE_JSON") || !terminal.interactive);
  const open = report.gaps.filter(({ filledBy }) => filledBy === "").length;
  if (open > 0) throw new ExitError(EXIT.gap, `${open} open ${open === 1 ? "gap" : "gaps"}`);
}

/** Reads the ledger of a gateway that does not run. */
async function readFile(query: GapQuery, { data, config: at }: GapFlags, terminal: Terminal): Promise<GapReport> {
  // Not `--feed`: here it chooses gaps, there it would be what the gateway is fed by.
  const flags = { ...(data === undefined ? {} : { data }), ...(at === undefined ? {} : { config: at }) };
  const { config } = await loadConfig(flags, terminal.env);
  const file = historyFile(config.data);
  if ((await stat(file).catch(() => undefined)) === undefined) {
    throw new ExitError(EXIT.failed, `${file}: there is no history`);
  }
  const [{ readStoredGaps }, { reportGaps }, { StoreError }] = await Promise.all([
    import("../history/archive.ts"),
    import("../history/gap-report.ts"),
    import("../history/errors.ts"),
  ]);
  try {
    return reportGaps(await readStoredGaps(file, query), query, makeHours());
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const hint = error.reason === "busy" ? "; ask the gateway itself by --url" : "";
    throw new ExitError(EXIT.failed, `${error.message}${hint}`);
  }
}

/** Hours by the catalogue. */
function makeHours(): (code: string) => TradingHours | undefined {
  const known = new Map(securities().map(({ id, hours }) => [id, hours]));
  return (code) => known.get(code) ?? futureOf(code)?.hours;
}

/** Asks a gateway that runs. */
async function ask(url: string, query: GapQuery): Promise<GapReport> {
  const base = URL.parse(url.replace(/^ws/, "http"));
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw usage(`--url: expected ws://… or http://…, got ${JSON.stringify(url)}`);
  }
  const asked = new URL("/gaps", base);
  for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, String(value));
  let response: Response;
  try {
    response = await fetch(asked, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new ExitError(
      EXIT.upstream,
      `cannot ask ${base.origin}: ${cause instanceof Error ? cause.message : message}`,
    );
  }
  if (response.status !== 200) {
    throw new ExitError(
      EXIT.upstream,
      `${base.origin}/gaps: HTTP ${response.status} ${(await response.text()).trim()}`,
    );
  }
  return (await response.json()) as GapReport;
}

function print({ more, gaps, sessions }: GapReport, terminal: Terminal, asJson: boolean): void {
  if (more) terminal.note("there are older gaps than these: ask for a shorter time, a feed or a code");
  if (asJson) {
    for (const row of [...gaps, ...sessions]) terminal.print(JSON.stringify(row));
    return;
  }
  if (gaps.length === 0) terminal.print("no gaps");
  else {
    const lines = gaps.map((gap) => [
      toMinute(gap.from),
      `${gap.seconds}s`,
      gap.cause,
      gap.filledBy === "" ? "open" : `filled by ${gap.filledBy}`,
      gap.feed,
      writeCodes(gap.codes),
    ]);
    for (const line of writeTable([["FROM", "LENGTH", "CAUSE", "STATE", "FEED", "CODES"], ...lines], new Set([1]))) {
      terminal.print(line);
    }
  }
  if (sessions.length === 0) return;
  terminal.print("");
  const lines = sessions.map((row) => [
    row.code,
    row.tradingDay,
    toMinute(row.from),
    toMinute(row.to),
    `${row.missing}s`,
    `${row.completeness.toFixed(4)}%`,
  ]);
  for (const line of writeTable([["CODE", "DAY", "FROM", "TO", "MISSING", "COMPLETE"], ...lines], new Set([4, 5]))) {
    terminal.print(line);
  }
}

function writeCodes(codes: readonly string[]): string {
  if (codes.length === 0) return "all";
  const rest = codes.length - SHOWN_CODES;
  return `${codes.slice(0, SHOWN_CODES).join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
