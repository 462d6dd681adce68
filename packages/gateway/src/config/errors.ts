/** Configuration mistakes, told so that they can be found: path, what was expected, what was there, where it was set. */
import type { z } from "zod";
import { expectation, schemaAt } from "./settings.ts";

/** A configuration that cannot be used. The command line answers with exit code 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** One line per mistake. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Longest value shown in a message, in characters. */
const SHOWN_VALUE = 60;
/** A suggestion is at most this many edits away. */
const SUGGEST_WITHIN = 2;

/** Writes a path as people do: `tokens[0].plan`. */
export function writePath(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === "number" ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`))
    .join("");
}

/** One line for one issue; `origin` tells where the value at a path was set. */
export function describeIssue(issue: z.core.$ZodIssue, origin: (path: string) => string): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => describe([...issue.path, key], unknownKey(issue.path, key), origin));
  }
  if (issue.code === "custom") return [describe(issue.path, issue.message, origin)];
  const node = schemaAt(issue.path);
  const expected = node === undefined ? issue.message : `expected ${refine(issue, expectation(node))}`;
  return [describe(issue.path, `${expected}, got ${show(issue)}`, origin)];
}

function describe(path: readonly PropertyKey[], what: string, origin: (path: string) => string): string {
  const written = writePath(path);
  const where = origin(written);
  return `${written === "" ? "configuration" : written}: ${what}${where === "default" ? "" : ` (${where})`}`;
}

/** Sizes of texts and lists, which the schema's type alone does not tell. */
function refine(issue: z.core.$ZodIssue, expected: string): string {
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof issue.input === "number")
    return `${expected} in quotes`;
  if (issue.code === "too_small" && issue.origin === "string") return `${expected} that is not empty`;
  if (issue.code === "too_small" && issue.origin === "array")
    return `${expected} with at least ${issue.minimum} element`;
  if (issue.code === "too_big" && issue.origin === "string")
    return `${expected} of at most ${issue.maximum} characters`;
  if (issue.code === "too_big" && issue.origin === "array") return `${expected} of at most ${issue.maximum} elements`;
  return expected;
}

/** What may be shown of lists that hold secrets. */
const SHOWN_OF_CREDENTIALS: ReadonlySet<string> = new Set(["name", "plan", "user"]);

/** The offending value, short, and never a secret, wherever in its list somebody put one. */
function show(issue: z.core.$ZodIssue): string {
  const [section] = issue.path;
  const secret = section === "tokens" || section === "users";
  if (secret && !SHOWN_OF_CREDENTIALS.has(String(issue.path.at(-1)))) {
    return issue.input === undefined ? "nothing" : "something else";
  }
  if (issue.input === undefined) return "nothing";
  if (Array.isArray(issue.input)) return issue.input.length === 0 ? "an empty list" : "a list";
  if (typeof issue.input === "object" && issue.input !== null) return "keys";
  const text = JSON.stringify(issue.input) ?? String(issue.input);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  const near = closest(key, known);
  return near === undefined
    ? `unknown key, expected one of ${known.join(", ")}`
    : `unknown key, did you mean "${near}"?`;
}

/** The candidate that `word` most likely was meant to be, or undefined when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = SUGGEST_WITHIN + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > SUGGEST_WITHIN) return SUGGEST_WITHIN + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}
