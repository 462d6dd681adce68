/** What a sim SPEC can say: `sim?seed=7&rate=20&sessions=real&instruments=rb*,700.HK`. */
import { readIdPatterns } from "@tickwire/protocol/model";
import { checkNames, toNumber } from "../options.ts";
import { readSessions, type Sessions } from "../sessions.ts";

/** How a simulation runs. */
export interface SimOptions {
  /** 0 to 2^32-1. Equal seeds give equal markets. */
  readonly seed: number;
  /** Mean ticks per second and instrument. */
  readonly rate: number;
  readonly sessions: Sessions;
  /** Ids, or patterns with one `*` (`rb*`, `*.HK`): only these instruments exist. Empty: all. */
  readonly instruments: readonly string[];
}

/** What a SPEC that says nothing means. */
export const SIM_DEFAULTS: SimOptions = Object.freeze({
  seed: 1,
  rate: 1,
  sessions: "open",
  instruments: Object.freeze([]),
});

const MAX_SEED = 2 ** 32 - 1;
const MAX_RATE = 100_000;
/** Below this an instrument is asleep for hours. */
const MIN_RATE = 0.001;
const MAX_PATTERNS = 1_000;
const NAMES = ["seed", "rate", "sessions", "instruments"];

/** Reads the parameters of a sim SPEC. Throws an Error that begins with the parameter's name when one is unknown or wrong. */
export function readSimOptions(params: URLSearchParams): SimOptions {
  checkNames(params, NAMES);
  const seed = readNumber(params, "seed", 0, MAX_SEED) ?? SIM_DEFAULTS.seed;
  if (!Number.isInteger(seed)) throw new Error(`seed: expected an integer from 0 to ${MAX_SEED}, got "${seed}"`);
  const sessions = readSessions(params.get("sessions"), SIM_DEFAULTS.sessions);
  const rate = readNumber(params, "rate", MIN_RATE, MAX_RATE) ?? SIM_DEFAULTS.rate;
  return { seed, rate, sessions, instruments: readPatterns(params.get("instruments")) };
}

/** Writes options as the SPEC that reads back as them; the feed's name. */
export function writeSimSpec(options: SimOptions): string {
  const parts: string[] = [];
  for (const name of ["seed", "rate", "sessions"] as const) {
    if (options[name] !== SIM_DEFAULTS[name]) parts.push(`${name}=${options[name]}`);
  }
  if (options.instruments.length > 0)
    parts.push(`instruments=${options.instruments.map(encodeURIComponent).join(",")}`);
  return parts.length === 0 ? "sim" : `sim?${parts.join("&")}`;
}

function readNumber(params: URLSearchParams, name: string, min: number, max: number): number | undefined {
  const text = params.get(name);
  if (text === null) return undefined;
  const value = toNumber(text);
  if (value >= min && value <= max) return value;
  throw new Error(`${name}: expected a number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}

function readPatterns(text: string | null): string[] {
  if (text === null) return [];
  const patterns = readIdPatterns(text);
  if (patterns === undefined) {
    throw new Error(`instruments: expected ids or patterns with one *, by commas, got ${JSON.stringify(text)}`);
  }
  if (patterns.length > MAX_PATTERNS) throw new Error(`instruments: expected at most ${MAX_PATTERNS} entries`);
  return patterns;
}
