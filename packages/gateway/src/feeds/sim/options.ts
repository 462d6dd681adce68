/** What a sim SPEC can say: `sim?seed=7&rate=20&sessions=real&instruments=rb*,700.HK`. */

/** How a simulation runs. */
export interface SimOptions {
  /** 0 to 2^32-1. Equal seeds give equal markets. */
  readonly seed: number;
  /** Mean ticks per second and instrument. */
  readonly rate: number;
  /** `"open"`: every instrument trades all the time; `"real"`: in its sessions only. */
  readonly sessions: "open" | "real";
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
  for (const name of params.keys()) {
    if (!NAMES.includes(name)) throw new Error(`${name}: no such parameter, expected one of ${NAMES.join(", ")}`);
    if (params.getAll(name).length > 1) throw new Error(`${name}: given more than once`);
  }
  const seed = readNumber(params, "seed", 0, MAX_SEED) ?? SIM_DEFAULTS.seed;
  if (!Number.isInteger(seed)) throw new Error(`seed: expected an integer from 0 to ${MAX_SEED}, got "${seed}"`);
  const sessions = params.get("sessions") ?? SIM_DEFAULTS.sessions;
  if (sessions !== "open" && sessions !== "real") {
    throw new Error(`sessions: expected open or real, got ${JSON.stringify(sessions)}`);
  }
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

/** Makes the test that ids have to pass. */
export function makeIdFilter(patterns: readonly string[]): (id: string) => boolean {
  if (patterns.length === 0) return () => true;
  const ids = new Set(patterns.filter((pattern) => !isPattern(pattern)));
  const ends = patterns.filter(isPattern).map((pattern) => pattern.split("*") as [string, string]);
  return (id) => {
    if (ids.has(id)) return true;
    return ends.some(([head, tail]) => {
      return id.length >= head.length + tail.length && id.startsWith(head) && id.endsWith(tail);
    });
  };
}

/** Whether an entry of `instruments` stands for several ids. */
export function isPattern(entry: string): boolean {
  return entry.includes("*");
}

function readNumber(params: URLSearchParams, name: string, min: number, max: number): number | undefined {
  const text = params.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max) return value;
  throw new Error(`${name}: expected a number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}

function readPatterns(text: string | null): string[] {
  if (text === null) return [];
  const patterns = text.split(",").map((pattern) => pattern.trim());
  if (patterns.length > MAX_PATTERNS) throw new Error(`instruments: expected at most ${MAX_PATTERNS} entries`);
  for (const pattern of patterns) {
    if (pattern === "" || pattern.split("*").length > 2) {
      throw new Error(`instruments: expected ids or patterns with one *, by commas, got ${JSON.stringify(text)}`);
    }
  }
  return patterns.includes("*") ? [] : patterns;
}
