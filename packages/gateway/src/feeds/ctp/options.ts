/** What a ctp SPEC can say: `ctp?url=ws://host:8080/md/&td=ws://host:8081/td/&user=…&password=env:CTP_PASSWORD&dialect=auto`. */
import { isDialect, type Dialect } from "@tickwire/protocol/ctp";
import { readIdPatterns } from "@tickwire/protocol/model";
import { checkNames, readReferences, toNumber } from "../options.ts";
import { readSessions, type Sessions } from "../sessions.ts";

/** How an upstream that speaks CTP JSON is used. */
export interface CtpFeedOptions {
  /** Address of the market-data side, or of a gateway with both sides on one socket; `ws:` or `wss:`. */
  readonly url: string;
  /** Address of the trading side; empty where `url` has both, or there is none. */
  readonly td: string;
  readonly user: string;
  /** Reference to the password (`env:NAME`), never the password itself; empty: the user has none. */
  readonly password: string;
  /** BrokerID; empty: the gateway knows. */
  readonly broker: string;
  readonly dialect: Dialect | "auto";
  /** The standing list: ids, or patterns with one `*`, that are subscribed to whether or not a client watches; undefined: none. */
  readonly codes: readonly string[] | undefined;
  /** Ids, or patterns with one `*`, of what is taken from the upstream's instruments. Empty: all. */
  readonly instruments: readonly string[];
  /** When its instruments trade; `open` where the upstream is a simulator, or an environment that trades round the clock. */
  readonly sessions: Sessions;
  /** Least milliseconds between two queries of the trading side. */
  readonly queryGapMs: number;
}

/** A front takes one query a second (ctp.md d.2). */
const DEFAULT_QUERY_GAP_MS = 1_000;
const MAX_QUERY_GAP_MS = 60_000;
const DEFAULT_SESSIONS: Sessions = "real";
/** CTP's UserID has 16 bytes, BrokerID 11; gateways of other kinds may be more generous. */
const MAX_NAME_CHARS = 64;
const NAMES = ["url", "td", "user", "password", "broker", "dialect", "codes", "instruments", "sessions", "gap"];

/** Reads the parameters of a ctp SPEC. Throws an Error that begins with the parameter's name when one is missing or wrong. */
export function readCtpOptions(params: URLSearchParams): CtpFeedOptions {
  checkNames(params, NAMES);
  const url = params.get("url");
  if (url === null)
    throw new Error("url: missing, expected the address of a CTP JSON gateway, such as ws://host:8080/md/");
  const td = params.get("td");
  return {
    url: readAddress("url", url),
    td: td === null ? "" : readAddress("td", td),
    user: readName("user", params.get("user")),
    password: params.has("password") ? readReferences(params, "password")[0]! : "",
    broker: readName("broker", params.get("broker")),
    dialect: readDialect(params.get("dialect")),
    codes: params.has("codes") ? readPatterns("codes", params.get("codes")!) : undefined,
    instruments: params.has("instruments") ? readPatterns("instruments", params.get("instruments")!) : [],
    sessions: readSessions(params.get("sessions"), DEFAULT_SESSIONS),
    queryGapMs: readGap(params.get("gap")),
  };
}

/** Writes options as the SPEC that reads back as them; the feed's name. It holds a reference to the password, never one. */
export function writeCtpSpec(options: CtpFeedOptions): string {
  const { url, td, user, password, broker, dialect, codes, instruments, sessions, queryGapMs } = options;
  const parts = [`url=${escape(url)}`];
  if (td !== "") parts.push(`td=${escape(td)}`);
  if (user !== "") parts.push(`user=${escape(user)}`);
  if (password !== "") parts.push(`password=${escape(password)}`);
  if (broker !== "") parts.push(`broker=${escape(broker)}`);
  if (dialect !== "auto") parts.push(`dialect=${dialect}`);
  if (codes !== undefined) parts.push(`codes=${writePatterns(codes)}`);
  if (instruments.length > 0) parts.push(`instruments=${writePatterns(instruments)}`);
  if (sessions !== DEFAULT_SESSIONS) parts.push(`sessions=${sessions}`);
  if (queryGapMs !== DEFAULT_QUERY_GAP_MS) parts.push(`gap=${queryGapMs}`);
  return `ctp?${parts.join("&")}`;
}

/** As a value of a SPEC, which reads like a URL query; what needs no escape in one is left legible. */
function escape(text: string): string {
  return encodeURIComponent(text)
    .replace(/%(?:3A|2F|2C|40)/g, decodeURIComponent)
    .replaceAll("%2A", "*");
}

function writePatterns(patterns: readonly string[]): string {
  return patterns.length === 0 ? "*" : patterns.map(escape).join(",");
}

/** The address without anything that could be a secret: with a query or a user it is refused, as it names the feed in logs. */
function readAddress(name: string, text: string): string {
  const url = URL.parse(text.replace(/^http(?=s?:)/, "ws"));
  const fits = url !== null && /^wss?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  if (!fits || url.username !== "" || url.password !== "") {
    throw new Error(`${name}: expected an address such as ws://host:8080/md/, without query or user`);
  }
  return url.href;
}

function readName(name: string, text: string | null): string {
  if (text === null) return "";
  if (text.length <= MAX_NAME_CHARS) return text;
  throw new Error(`${name}: longer than ${MAX_NAME_CHARS} characters`);
}

function readDialect(text: string | null): Dialect | "auto" {
  if (text === null || text === "auto") return "auto";
  if (isDialect(text)) return text;
  throw new Error(`dialect: expected auto, seed, legacy or classic, got ${JSON.stringify(text)}`);
}

function readPatterns(name: string, text: string): readonly string[] {
  const patterns = readIdPatterns(text);
  if (patterns !== undefined) return patterns;
  throw new Error(`${name}: expected ids or patterns with one *, by commas, got ${JSON.stringify(text)}`);
}

function readGap(text: string | null): number {
  if (text === null) return DEFAULT_QUERY_GAP_MS;
  const gap = toNumber(text);
  if (gap >= 0 && gap <= MAX_QUERY_GAP_MS) return gap;
  throw new Error(`gap: expected milliseconds from 0 to ${MAX_QUERY_GAP_MS}, got ${JSON.stringify(text)}`);
}
