/** Test support: small recordings, and a sink that remembers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instrument, Snapshot } from "@tickwire/protocol/model";
import type { FeedSink } from "../../packages/gateway/src/ports/feed.ts";

const HEADER = "InstrumentID,TradingDay,ActionDay,UpdateTime,UpdateMillisec,LastPrice,Volume,Turnover";

/** A folder for recordings, gone when the process ends. */
export class Shelf {
  readonly #folder = mkdtempSync(join(tmpdir(), "tickwire-replay-"));
  #count = 0;

  constructor() {
    process.once("exit", () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** Writes `content` to a new file and returns its path. */
  put(content: string | Buffer): string {
    const path = join(this.#folder, `${++this.#count}.csv`);
    writeFileSync(path, content);
    return path;
  }

  /** Writes a recording, see {@link writeTicks}, and returns its path. */
  ticks(...rows: readonly string[]): string {
    return this.put(writeTicks(...rows));
  }
}

/**
 * CSV from rows such as `rb2605 20251114 10:00:00.500 4000 10`: instrument, both dates, time, price, volume. A row that
 * has a comma is taken as it is.
 */
export function writeTicks(...rows: readonly string[]): string {
  return `${[HEADER, ...rows.map(toLine)].join("\n")}\n`;
}

function toLine(row: string): string {
  if (row === "" || row.includes(",")) return row;
  const [id, date, time, price, volume] = row.split(" ");
  const [clock, millis = "000"] = time!.split(".");
  return [id, date, date, clock, millis, price, volume, Number(volume) * 1000].join(",");
}

/** Keeps what it is told. */
export class RecordingSink implements FeedSink {
  readonly instruments: Instrument[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly anomalies: Record<string, number> = {};
  /** Event times told by `advance`, with how many snapshots had come by then. */
  readonly advances: (readonly [time: number, rows: number])[] = [];

  instrument(instrument: Instrument): boolean {
    this.instruments.push(instrument);
    return true;
  }

  snapshot(snapshot: Snapshot): void {
    this.snapshots.push(snapshot);
  }

  advance(now: number): void {
    this.advances.push([now, this.snapshots.length]);
  }

  gap(): void {}

  anomaly(cause: string): void {
    this.anomalies[cause] = (this.anomalies[cause] ?? 0) + 1;
  }

  trade(): void {
    throw new Error("a replay sends snapshots only");
  }

  book(): void {
    throw new Error("a replay sends snapshots only");
  }

  reference(): void {
    throw new Error("a replay sends snapshots only");
  }

  /** The snapshots in short: instrument, China time, volume. */
  get played(): string[] {
    return this.snapshots.map(({ id, time, volume }) => `${id} ${toChinaTime(time)} ${volume}`);
  }
}

/** `MM-DD HH:MM:SS`, with milliseconds where there are any. */
export function toChinaTime(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(5, 23).replace("T", " ").replace(".000", "");
}
