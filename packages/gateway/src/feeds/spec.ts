/** Feed SPECs: `sim`, `sim?seed=7&rate=20`, `replay?file=ticks.csv&speed=10`. A SPEC reads like a URL query. */

import { readAllTickOptions, type AllTickFeedOptions } from "./alltick/options.ts";
import { readCtpOptions, type CtpFeedOptions } from "./ctp/options.ts";
import { readReplayOptions, type ReplayOptions } from "./replay/options.ts";
import { readSimOptions, type SimOptions } from "./sim/options.ts";

/** What a SPEC says. */
export interface FeedSpec {
  /** The SPEC as it was written; names the feed in logs and metrics. */
  readonly text: string;
  /** Which feed: a name of {@link FEED_NAMES}. */
  readonly name: (typeof FEED_NAMES)[number];
  /** Its parameters, percent-decoded. Which of them exist is the feed's own business: see {@link readFeedSpec}. */
  readonly params: URLSearchParams;
}

/** A SPEC that cannot be used. The message begins with `feed "SPEC": `, without secrets. */
export class FeedSpecError extends Error {
  override readonly name = "FeedSpecError";

  /** `why` says what is wrong, in lower case and without a full stop. */
  constructor(spec: string, why: string) {
    super(`feed ${JSON.stringify(withoutSecrets(spec))}: ${why}`);
  }
}

/** Parameters that hold secrets, lists of them included. Only references to them may be shown. */
const SECRET = /([?&](?:token|password)=)([^&]*)/gi;
const REFERENCE = /^env(?::|%3a)[a-z_]\w*$/i;
/** Name and password in an address. */
const USER_INFO = /\/\/[^/@?&]*@/g;

/** The SPEC with the secrets that somebody wrote into it blotted out. */
export function withoutSecrets(spec: string): string {
  return spec
    .replace(SECRET, (_, key: string, value: string) => `${key}${value.split(/,|%2c/i).map(blotted).join(",")}`)
    .replace(USER_INFO, "//***@");
}

function blotted(secret: string): string {
  return REFERENCE.test(secret) ? secret : "***";
}

/** The feeds that exist. */
export const FEED_NAMES = ["sim", "replay", "alltick", "ctp"] as const;

/** A SPEC with its parameters read: which feed, and its options. */
export type FeedChoice =
  | { readonly name: "sim"; readonly options: SimOptions }
  | { readonly name: "replay"; readonly options: ReplayOptions }
  | { readonly name: "alltick"; readonly options: AllTickFeedOptions }
  | { readonly name: "ctp"; readonly options: CtpFeedOptions };

/** Longest SPEC accepted, in characters. */
export const MAX_SPEC_LENGTH = 4096;

/**
 * Reads a SPEC. Throws {@link FeedSpecError} for an unknown name, a parameter without name or value, and a bad
 * percent sign. Parameters are those of a URL query: `%26` is `&`, `%25` is `%`, `+` and `%20` are a blank.
 */
export function parseFeedSpec(text: string): FeedSpec {
  if (text.length > MAX_SPEC_LENGTH) {
    throw new FeedSpecError(`${text.slice(0, 40)}…`, `longer than ${MAX_SPEC_LENGTH} characters`);
  }
  const mark = text.indexOf("?");
  const written = mark < 0 ? text : text.slice(0, mark);
  const name = FEED_NAMES.find((known) => known === written);
  if (name === undefined) {
    throw new FeedSpecError(text, `unknown feed ${JSON.stringify(written)}, expected one of ${FEED_NAMES.join(", ")}`);
  }
  const query = mark < 0 ? "" : text.slice(mark + 1);
  // URLSearchParams reads a bad percent sign as itself, which would name a wrong file without a word.
  if (/%(?![0-9a-f]{2})/i.test(query)) throw new FeedSpecError(text, 'a bare "%"; write it as %25');
  const params = new URLSearchParams(query);
  for (const [key, value] of params) {
    if (key === "" || value === "") throw new FeedSpecError(text, "expected parameters as name=value, joined by &");
  }
  return { text, name, params };
}

/** Reads a SPEC and its parameters. Throws {@link FeedSpecError}, which then also names the parameter. */
export function readFeedSpec(text: string): FeedChoice {
  const { name, params } = parseFeedSpec(text);
  try {
    if (name === "sim") return { name, options: readSimOptions(params) };
    if (name === "alltick") return { name, options: readAllTickOptions(params) };
    if (name === "ctp") return { name, options: readCtpOptions(params) };
    return { name, options: readReplayOptions(params) };
  } catch (error) {
    throw new FeedSpecError(text, error instanceof Error ? error.message : String(error));
  }
}

/** The references to secrets (`env:NAME`) in a SPEC: whoever makes the feed must know what they stand for. */
export function secretsOf(choice: FeedChoice): readonly string[] {
  if (choice.name === "ctp") return choice.options.password === "" ? [] : [choice.options.password];
  return choice.name === "alltick" ? choice.options.tokens : [];
}
