/**
 * Pushed trades in the form in which services write them, read without JSON.parse: the client's hot path. Whatever is spelled in another
 * way is left to {@link decodeFrames}; what is read here comes out the same.
 */
import type { Aggressor, Trade } from "../model/ticks.ts";
import { ALLTICK_COMMANDS } from "./messages.ts";
import { toMillis } from "./scalars.ts";

const HEAD = `{"cmd_id":${ALLTICK_COMMANDS.tradePush},"data":{"code":"`;
const QUOTE = 34;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
/** A whole number of so many digits is exact as a double, and so is its quotient by a power of ten, correctly rounded. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** Where the reader is; -1 once something was not as expected. */
let at = 0;

/** The trade that a whole text frame holds, if it is one push 22998, minified, its keys in the documented order; else undefined. */
export function readTradeFrame(text: string): Trade | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  at = HEAD.length;
  const id = readCode(text);
  const seq = readWhole(text, '","seq":');
  const time = readWhole(text, ',"tick_time":');
  const price = readNumber(text, ',"price":"', true);
  const volume = readNumber(text, '","volume":"', true);
  const turnover = readNumber(text, '","turnover":"', true);
  const direction = readNumber(text, '","trade_direction":', false);
  if (at < 0 || at !== text.length - 2 || !text.endsWith("}}") || direction > 2) return undefined;
  return { id, seq, time: toMillis(time), price, volume, turnover, direction: direction as Aggressor };
}

function readCode(text: string): string {
  const from = at;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) return text.slice(from, at);
    if (char === BACKSLASH || char < 32) break;
  }
  at = -1;
  return "";
}

/** A whole number as services of today write it, or in quotes, as older ones do (alltick.md 3.3). */
function readWhole(text: string, label: string): number {
  if (at < 0 || text.charCodeAt(at + label.length) !== QUOTE) return readNumber(text, label, false);
  const value = readNumber(text, `${label}"`, false);
  if (at < 0 || text.charCodeAt(at) !== QUOTE) return fail();
  at++;
  return value;
}

/** The number after `label`: digits, and if `decimal` a fraction. */
function readNumber(text: string, label: string, decimal: boolean): number {
  if (at < 0 || !text.startsWith(label, at)) return fail();
  at += label.length;
  const from = at;
  let value = 0;
  let point = 0;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char >= ZERO && char <= NINE) value = value * 10 + (char - ZERO);
    else if (char === DOT && decimal && point === 0 && at > from) point = at + 1;
    else break;
  }
  const decimals = point === 0 ? 0 : at - point;
  // Leading zeros are no JSON, and an empty fraction is no number: the slow way knows what to do.
  const odd = at === from || point === at || (!decimal && at - from > 1 && text.charCodeAt(from) === ZERO);
  if (odd || at - from > EXACT_DIGITS) return fail();
  return decimals === 0 ? value : value / POWERS[decimals]!;
}

function fail(): number {
  at = -1;
  return 0;
}
