/** What an alltick SPEC can say: `alltick?token=env:ALLTICK_TOKEN&plan=basic&codes=BTCUSDT,700.HK&url=https://quote.alltick.co`. */
import { ALLTICK_PLANS, MAX_CODE_CHARS, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { readIdPatterns } from "@tickwire/protocol/model";
import { checkNames, readReferences, toNumber } from "../options.ts";
import { readSessions, type Sessions } from "../sessions.ts";

/** How an upstream that speaks AllTick is used. */
export interface AllTickFeedOptions {
  /** References to the tokens (`env:NAME`), never the tokens themselves; at least one. */
  readonly tokens: readonly string[];
  /** What the tokens' plan allows; all of them have the same. */
  readonly plan: AllTickPlanName;
  /** The standing list: subscribed whether or not a client watches, as far as the plan reaches. Spelled as the upstream spells them. */
  readonly codes: readonly string[];
  /** Ids, or patterns with one `*`, of what clients may ask for besides. Empty: whatever is spelled as AllTick spells its codes. */
  readonly instruments: readonly string[];
  /** Base of the HTTP and the WebSocket doors, `http:` or `https:`, without a slash at its end. */
  readonly url: string;
  /** When its instruments trade; `open` where the upstream is a simulator. */
  readonly sessions: Sessions;
  /** How long a turn takes where the codes are more than the plan allows, in milliseconds. */
  readonly rotateMs: number;
}

/** The vendor's service. */
export const ALLTICK_URL = "https://quote.alltick.co";

const DEFAULT_PLAN: AllTickPlanName = "free";
const DEFAULT_SESSIONS: Sessions = "real";
const DEFAULT_ROTATE_S = 60;
/** Every turn costs two requests on each connection. */
const MIN_ROTATE_S = 10;
const MAX_ROTATE_S = 86_400;
const MAX_TOKENS = 64;
const MAX_CODES = 5_000;
const NAMES = ["token", "plan", "codes", "instruments", "url", "rotate", "sessions"];

/** Reads the parameters of an alltick SPEC. Throws an Error that begins with the parameter's name when one is missing or wrong. */
export function readAllTickOptions(params: URLSearchParams): AllTickFeedOptions {
  checkNames(params, NAMES, "token");
  return {
    tokens: readReferences(params, "token", MAX_TOKENS),
    plan: readPlan(params.get("plan")),
    codes: readCodes(params.get("codes")),
    instruments: readPatterns(params.get("instruments")),
    url: readUrl(params.get("url")),
    sessions: readSessions(params.get("sessions"), DEFAULT_SESSIONS),
    rotateMs: readRotate(params.get("rotate")),
  };
}

/** Writes options as the SPEC that reads back as them; the feed's name. It holds references to secrets, never one. */
export function writeAllTickSpec(options: AllTickFeedOptions): string {
  const parts = [`token=${options.tokens.join(",")}`];
  if (options.plan !== DEFAULT_PLAN) parts.push(`plan=${options.plan}`);
  if (options.codes.length > 0) parts.push(`codes=${writeList(options.codes)}`);
  if (options.instruments.length > 0) parts.push(`instruments=${writeList(options.instruments)}`);
  if (options.url !== ALLTICK_URL) parts.push(`url=${encodeURI(options.url)}`);
  if (options.rotateMs !== DEFAULT_ROTATE_S * 1_000) parts.push(`rotate=${options.rotateMs / 1_000}`);
  if (options.sessions !== DEFAULT_SESSIONS) parts.push(`sessions=${options.sessions}`);
  return `alltick?${parts.join("&")}`;
}

/** The tokens themselves, each once: what a token allows is not more when it has two names. Throws an Error where it is not known what a reference stands for. */
export function tokensOf({ tokens }: AllTickFeedOptions, secrets: ReadonlyMap<string, string>): string[] {
  const found = tokens.map((reference) => {
    const token = secrets.get(reference);
    if (token === undefined) throw new Error(`token: it is not known what ${reference} stands for`);
    return token;
  });
  return [...new Set(found)];
}

function writeList(ids: readonly string[]): string {
  return ids.map(encodeURIComponent).join(",");
}

function readPlan(text: string | null): AllTickPlanName {
  if (text === null) return DEFAULT_PLAN;
  if (Object.hasOwn(ALLTICK_PLANS, text)) return text as AllTickPlanName;
  throw new Error(`plan: expected one of ${Object.keys(ALLTICK_PLANS).join(", ")}, got ${JSON.stringify(text)}`);
}

function readCodes(text: string | null): string[] {
  const codes = [...new Set((text ?? "").split(",").map((code) => code.trim()))].filter((code) => code !== "");
  const wrong = codes.find((code) => code.length > MAX_CODE_CHARS || code.includes("*"));
  if (wrong !== undefined) throw new Error(`codes: expected codes by commas, without *, got ${JSON.stringify(wrong)}`);
  if (codes.length > MAX_CODES) throw new Error(`codes: expected at most ${MAX_CODES}`);
  return codes;
}

function readPatterns(text: string | null): string[] {
  if (text === null) return [];
  const patterns = text.trim() === "*" ? ["*"] : readIdPatterns(text);
  if (patterns !== undefined && patterns.length > 0) return patterns;
  throw new Error(`instruments: expected ids or patterns with one *, by commas, got ${JSON.stringify(text)}`);
}

function readUrl(text: string | null): string {
  const url = URL.parse((text ?? ALLTICK_URL).replace(/^ws(?=s?:)/, "http"));
  const fits = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  if (!fits || url.username !== "" || url.password !== "") {
    throw new Error("url: expected an address such as https://quote.alltick.co, without query or user");
  }
  return url.href.replace(/\/+$/, "");
}

function readRotate(text: string | null): number {
  if (text === null) return DEFAULT_ROTATE_S * 1_000;
  const seconds = toNumber(text);
  if (seconds >= MIN_ROTATE_S && seconds <= MAX_ROTATE_S) return seconds * 1_000;
  throw new Error(`rotate: expected seconds from ${MIN_ROTATE_S} to ${MAX_ROTATE_S}, got ${JSON.stringify(text)}`);
}
