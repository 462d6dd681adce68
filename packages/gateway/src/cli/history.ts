/** `tickwire history stats|compact|export`: the recorded past, while no gateway has it open. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
import { loadConfig, type Flags } from "../config.ts";
import { historyFile } from "../history/file.ts";
import { addDataOptions } from "./options.ts";
import { makeProgress } from "./progress.ts";
import { readTime, TIME_FORMS } from "./time-flags.ts";
import { EXIT, ExitError, usage, type Terminal } from "./terminal.ts";

/** What can be exported, by the name it has for people. */
const KINDS = {
  trades: "trades",
  books: "books",
  snapshots: "snapshots",
  "bars-1m": "bars_1m",
  "bars-1d": "bars_1d",
} as const;

interface ExportFlags extends Flags {
  readonly format: "parquet" | "csv";
  readonly kind: keyof typeof KINDS;
  readonly code?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
}

/** Makes the command. */
export function makeHistoryCommand(terminal: Terminal): Command {
  const history = new Command("history").description("look at, put in order and export what was recorded");
  addDataOptions(history.command("stats"))
    .description(
      "print what is stored: rows, instruments and time range of each table; JSON lines when not on a terminal",
    )
    .action((flags: Flags) => inStore(() => printStats(flags, terminal)));
  addDataOptions(history.command("compact"))
    .description("write the database anew, in order and without gaps: smaller, and quicker to read")
    .action((flags: Flags) => inStore(() => compactFile(flags, terminal)));
  addDataOptions(history.command("export"))
    .description("copy trades, books, snapshots or bars to a file, in order of time")
    .addOption(new Option("--format <format>", "how it is written").choices(["parquet", "csv"]).default("csv"))
    .addOption(new Option("--kind <kind>", "what is copied").choices(Object.keys(KINDS)).default("trades"))
    .option("--code <code...>", "only these instruments")
    .option("--from <time>", `from this time on: ${TIME_FORMS}`)
    .option("--to <time>", "before this time")
    .option("--out <file>", "where to; without it CSV goes to stdout")
    .action((flags: ExportFlags) => inStore(() => exportFile(flags, terminal)));
  return history;
}

/** Runs what uses the store, and tells in words that a gateway has it open. */
async function inStore(run: () => Promise<void>): Promise<void> {
  const { StoreError } = await import("../history/errors.ts");
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const hint = error.reason === "busy" ? "; stop the gateway first, or ask it over HTTP" : "";
    throw new ExitError(EXIT.failed, `${error.message}${hint}`);
  }
}

async function fileOf(flags: Flags, terminal: Terminal): Promise<string> {
  const { config } = await loadConfig(flags, terminal.env);
  const file = historyFile(config.data);
  if ((await stat(file).catch(() => undefined)) === undefined) {
    throw new ExitError(EXIT.failed, `${file}: there is no history`);
  }
  return file;
}

async function printStats(flags: Flags, terminal: Terminal): Promise<void> {
  const file = await fileOf(flags, terminal);
  const { readStats } = await import("../history/archive.ts");
  const stats = await readStats(file);
  if (!terminal.interactive) {
    for (const { first, last, ...rest } of stats) {
      terminal.print(JSON.stringify({ ...rest, first: toTime(first), last: toTime(last) }));
    }
    return;
  }
  terminal.print(`${file}  ${toMegabytes((await stat(file)).size)}`);
  for (const { table, rows, instruments, first, last } of stats) {
    const range = rows === 0 ? "" : `${toTime(first)} to ${toTime(last)}`;
    terminal.print(
      `${table.padEnd(10)} ${rows.toLocaleString("en").padStart(15)} rows ${String(instruments).padStart(6)} instruments  ${range}`,
    );
  }
}

async function compactFile(flags: Flags, terminal: Terminal): Promise<void> {
  const file = await fileOf(flags, terminal);
  const { compact } = await import("../history/archive.ts");
  const progress = makeProgress("compact", terminal);
  const { before, after } = await compact(file, progress.update);
  progress.end();
  if (terminal.interactive) terminal.print(`${file}: ${toMegabytes(before)} → ${toMegabytes(after)}`);
  else terminal.print(JSON.stringify({ file, before, after }));
}

async function exportFile(flags: ExportFlags, terminal: Terminal): Promise<void> {
  const from = readTime("--from", flags.from, -Infinity);
  const to = readTime("--to", flags.to, Infinity);
  if (flags.out === undefined && flags.format === "parquet") {
    throw usage("--out: parquet needs a file");
  }
  const file = await fileOf(flags, terminal);
  const { exportRows } = await import("../history/archive.ts");
  const progress = makeProgress("export", terminal);
  const selection = { table: KINDS[flags.kind], codes: flags.code ?? [], from, to };
  if (flags.out !== undefined) {
    const rows = await exportRows(file, selection, flags.out, flags.format, progress.update);
    progress.end();
    return terminal.note(`${flags.out}: ${rows.toLocaleString("en")} rows`);
  }
  const folder = await mkdtemp(join(tmpdir(), "tickwire-export-"));
  try {
    const copy = join(folder, "export.csv");
    await exportRows(file, selection, copy, "csv", progress.update);
    progress.end();
    await pipeline(createReadStream(copy), process.stdout, { end: false });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function toTime(at: number): string | null {
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function toMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
