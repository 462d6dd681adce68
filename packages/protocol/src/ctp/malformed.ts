/** What makes a client's frame malformed. */
import { isObject } from "./messages.ts";

/** What is quoted of a client's frame in a `Detail`. */
const MAX_QUOTE = 40;

/** Thrown while a frame is read, with the `Detail`; never leaves the decoder. */
export class Malformed extends Error {}

/** Names a value in a few characters. Never walks into it: it may be nested deeper than the stack. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  if (typeof value === "string" && value.length > MAX_QUOTE) return `${JSON.stringify(value.slice(0, MAX_QUOTE))}…`;
  return JSON.stringify(value);
}
