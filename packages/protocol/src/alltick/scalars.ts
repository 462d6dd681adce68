/** Lenient readers of JSON values, shared by both directions. None of them throws. */

/** A time below this is in seconds, one from here on in milliseconds (alltick.md 11.2). */
const SECONDS_BELOW = 1e11;

/** A JSON number as text, leading zeros allowed. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A JSON object as parsed. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value if it is an object that is neither null nor an array. */
export function toObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The object that `text` holds, or undefined when it holds anything else or is not JSON. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return toObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether `text` spells a number. */
export function isNumeric(text: string): boolean {
  return NUMBER.test(text);
}

/** A time in milliseconds since the epoch, told in those or in seconds. */
export function toMillis(time: number): number {
  return time < SECONDS_BELOW ? time * 1_000 : time;
}

/** A finite number from a JSON number or numeric string; NaN for everything else: missing, null, `""`, text. */
export function toNumber(value: unknown): number {
  const number =
    typeof value === "number" ? value : typeof value === "string" && isNumeric(value) ? Number(value) : NaN;
  return Number.isFinite(number) ? number : NaN;
}
