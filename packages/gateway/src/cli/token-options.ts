/** Reads what `token issue` is told. A mistake ends the command with exit code 2. */
import { MAX_CODE_CHARS } from "@tickwire/protocol/alltick";
import { readIdPatterns, type EpochMs } from "@tickwire/protocol/model";
import { usage } from "./terminal.ts";

/** Letters of any script, digits, and a few signs that need no quoting anywhere. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
/** Whoever writes a token here has mistaken it for its name, and names are shown. */
const LOOKS_LIKE_TOKEN = /[0-9a-f]{32}/i;
const MAX_CODES = 1_000;

const SECOND_MS = 1_000;
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: 86_400 * SECOND_MS,
};
const SPAN = /^(\d{1,6})([smhd])$/;
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/;

/** The name of a token. */
export function readName(text: string): string {
  const name = text.normalize("NFC");
  if (LOOKS_LIKE_TOKEN.test(name)) throw usage("--name: this looks like a token; names are shown, tokens are not");
  if (!NAME.test(name))
    throw usage("--name: expected up to 64 letters, digits and . _ @ -, beginning with a letter or digit");
  return name;
}

/** Codes and patterns by commas; empty for `*`. */
export function readCodes(text: string): string[] {
  const codes = readIdPatterns(text);
  const fits = codes?.every((code) => code.length <= MAX_CODE_CHARS) === true && codes.length <= MAX_CODES;
  if (codes === undefined || !fits) {
    throw usage(`--codes: expected up to ${MAX_CODES} codes or patterns with one *, by commas, such as 700.HK,*.US`);
  }
  return [...new Set(codes)];
}

/** A span from `now` on, a day (its beginning, UTC) or a moment; it must be still to come. */
export function readExpiry(text: string, now: EpochMs): EpochMs {
  const [, count, unit] = SPAN.exec(text) ?? [];
  const at = count !== undefined && unit !== undefined ? now + Number(count) * UNITS[unit]! : readMoment(text);
  if (Number.isNaN(at)) throw usage(`--expires: expected 30d, 12h, 2027-01-01 or 2027-01-01T08:00:00Z, got "${text}"`);
  if (at <= now) throw usage(`--expires: ${text} is not in the future`);
  return at;
}

function readMoment(text: string): EpochMs {
  if (!MOMENT.test(text)) return NaN;
  const at = Date.parse(text);
  // 2027-02-30 is read as 2 March.
  const isReal = text.length > 10 || new Date(at || 0).toISOString().startsWith(text);
  return isReal ? at : NaN;
}
