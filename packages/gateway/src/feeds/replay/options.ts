/** What a replay SPEC can say: `replay?file=ticks.csv&speed=10&loop=true`. */
import type { EpochMs } from "@tickwire/protocol/model";
import { checkNames, toNumber } from "../options.ts";
import { chinaDate, chinaMidnight, DAY_MS } from "./event-time.ts";

/** A point of event time, in China time. */
export interface Moment {
  /** `YYYYMMDD`; undefined: the first day on which `clock` comes after what it is resolved against. */
  readonly date: number | undefined;
  /** Milliseconds of the day. */
  readonly clock: number;
}

/** How a replay plays. */
export interface ReplayOptions {
  /** CSV files, plain or gzipped, at least one; played together in order of time. */
  readonly files: readonly string[];
  /** Event seconds per wall second, or `"max"`: as fast as the pipeline takes it. */
  readonly speed: number | "max";
  /** Whether it starts over at the end. */
  readonly loop: boolean;
  /** Rows before this are passed over. */
  readonly from: Moment | undefined;
  /** The replay (or pass) ends before the first row at or after this. */
  readonly to: Moment | undefined;
  /** Most wall seconds spent on a gap of more than a minute; undefined: gaps are played in their own time. */
  readonly skipGaps: number | undefined;
}

/** Most files played together. */
const MAX_FILES = 64;
const MAX_SPEED = 1e6;
const MAX_SKIP_SECONDS = 3600;
/** Wall seconds per gap for `skipGaps=true`. */
const SKIP_SECONDS = 5;
const NAMES = ["file", "speed", "loop", "from", "to", "skipGaps"];
const MOMENT = /^(?:(\d{4})-?(\d\d)-?(\d\d)(?:[T ]|$))?(?:(\d\d):(\d\d)(?::(\d\d))?)?$/;

/**
 * Reads the parameters of a replay SPEC. Throws an Error that begins with the parameter's name when one is unknown,
 * missing or wrong. Several files are separated by commas or given by several `file` parameters.
 */
export function readReplayOptions(params: URLSearchParams): ReplayOptions {
  checkNames(params, NAMES, "file");
  return {
    files: readFiles(params.getAll("file")),
    speed: readSpeed(params.get("speed") ?? "1"),
    loop: readFlag("loop", params.get("loop") ?? "false"),
    from: readMoment("from", params.get("from")),
    to: readMoment("to", params.get("to")),
    skipGaps: readSkip(params.get("skipGaps") ?? "false"),
  };
}

/** Writes options as the SPEC that reads back as them; the feed's name. */
export function writeReplaySpec(options: ReplayOptions): string {
  const { files, speed, loop, from, to, skipGaps } = options;
  const parts = [`file=${files.map((file) => encodeURI(file).replace(/[&+#=]/g, encodeURIComponent)).join(",")}`];
  if (speed !== 1) parts.push(`speed=${speed}`);
  if (loop) parts.push("loop=true");
  if (from !== undefined) parts.push(`from=${writeMoment(from)}`);
  if (to !== undefined) parts.push(`to=${writeMoment(to)}`);
  if (skipGaps !== undefined) parts.push(`skipGaps=${skipGaps}`);
  return `replay?${parts.join("&")}`;
}

/** The first event time that `moment` can mean at or after `reference`. A moment with a date means one time only. */
export function resolveMoment(moment: Moment, reference: EpochMs): EpochMs {
  if (moment.date !== undefined) return chinaMidnight(moment.date) + moment.clock;
  const time = chinaMidnight(Number(chinaDate(reference))) + moment.clock;
  return time < reference ? time + DAY_MS : time;
}

function readFiles(values: readonly string[]): string[] {
  const files = values.flatMap((value) => value.split(",")).map((file) => file.trim());
  if (files.length === 0) throw new Error("file: missing, expected the path of a CSV file with recorded ticks");
  if (files.includes("")) throw new Error("file: an empty path");
  if (files.length > MAX_FILES) throw new Error(`file: ${files.length} files, expected at most ${MAX_FILES}`);
  return files;
}

function readSpeed(text: string): number | "max" {
  if (text === "max") return text;
  const speed = toNumber(text);
  if (speed > 0 && speed <= MAX_SPEED) return speed;
  throw new Error(`speed: expected a factor above 0 and up to ${MAX_SPEED}, or max, got ${JSON.stringify(text)}`);
}

function readFlag(name: string, text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new Error(`${name}: expected true or false, got ${JSON.stringify(text)}`);
}

function readSkip(text: string): number | undefined {
  if (text === "true") return SKIP_SECONDS;
  if (text === "false") return undefined;
  const seconds = toNumber(text);
  if (seconds >= 0 && seconds <= MAX_SKIP_SECONDS) return seconds;
  throw new Error(`skipGaps: expected true, false or 0 to ${MAX_SKIP_SECONDS} seconds, got ${JSON.stringify(text)}`);
}

function readMoment(name: string, text: string | null): Moment | undefined {
  if (text === null) return undefined;
  const match = MOMENT.exec(text);
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = match ?? [];
  const date = year === undefined ? undefined : Number(year) * 10_000 + Number(month) * 100 + Number(day);
  const valid = date === undefined ? match?.[4] !== undefined : !Number.isNaN(chinaMidnight(date));
  if (match === null || !valid || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new Error(
      `${name}: expected China time as 2018-10-08T21:00, 2018-10-08 or 21:00, got ${JSON.stringify(text)}`,
    );
  }
  return { date, clock: ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 };
}

function writeMoment({ date, clock }: Moment): string {
  const time = new Date(clock).toISOString().slice(11, 19);
  return date === undefined ? time : `${String(date).replace(/(....)(..)(..)/, "$1-$2-$3")}T${time}`;
}
