/**
 * One line of a CSV file as ranges of bytes. Numbers are read straight from the bytes: a recorded day has millions of
 * fields, and a string for each would cost more than everything else together.
 */
import { NONE_FROM } from "@tickwire/protocol/ctp";
import { POWERS_OF_TEN } from "@tickwire/protocol/model";

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const COLON = 0x3a;
const BLANK = 0x20;
const LETTER_A = 0x41;
const LETTER_N = 0x4e;

/** Most columns of a file; a line with more is not one of its rows. */
export const MAX_COLUMNS = 512;
/** Digits up to which an integer is exact in a double, so that dividing it by a power of ten rounds only once. */
const EXACT_DIGITS = 15;
/** Spellings of "none" besides an empty field. */
const NONE = new Set(["N/A", "NA", "NaN", "nan", "NULL", "null", "None", "-", "--", "inf", "Infinity"]);

/** A line taken apart. One object serves for all lines of a file; it is valid until the next `parse`. */
export class Row {
  /** Whether a field that was read since `parse` held something that is neither a number nor a mark for "none". */
  garbage = false;
  #bytes: Buffer = Buffer.alloc(0);
  #count = 0;
  readonly #starts = new Int32Array(MAX_COLUMNS);
  readonly #ends = new Int32Array(MAX_COLUMNS);

  /**
   * Takes the line `bytes[start…end)` apart at its commas; fields may be quoted. Returns the number of fields, 0 when
   * quotes are broken or there are more than {@link MAX_COLUMNS}.
   */
  parse(bytes: Buffer, start: number, end: number): number {
    this.#bytes = bytes;
    this.#count = 0;
    this.garbage = false;
    let count = 0;
    let at = start;
    while (count < MAX_COLUMNS) {
      let from = at;
      if (bytes[at] === QUOTE && at < end) {
        from = at + 1;
        at = closingQuote(bytes, from, end);
        if (at < 0) return 0;
        this.#ends[count] = at++;
        if (at < end && bytes[at] !== COMMA) return 0;
      } else {
        while (at < end && bytes[at] !== COMMA) at++;
        this.#ends[count] = at;
      }
      this.#starts[count++] = from;
      if (at >= end) return (this.#count = count);
      at++;
    }
    return 0;
  }

  /** The field as text, without quotes and blanks around it; `""` for a column that the file does not have (-1). */
  text(index: number): string {
    if (index < 0 || index >= this.#count) return "";
    return this.#bytes.toString("utf8", this.#starts[index]!, this.#ends[index]!).replaceAll('""', '"').trim();
  }

  /** Whether the field is exactly these bytes. */
  is(index: number, bytes: Uint8Array): boolean {
    const start = this.#starts[index]!;
    if (this.#ends[index]! - start !== bytes.length) return false;
    for (let i = 0; i < bytes.length; i++) if (this.#bytes[start + i] !== bytes[i]) return false;
    return true;
  }

  /** The field as a number; NaN for a column that the file does not have, for "none" and for garbage (see `garbage`). */
  number(index: number): number {
    if (index < 0 || index >= this.#count) return NaN;
    const bytes = this.#bytes;
    const end = this.#ends[index]!;
    let at = this.#starts[index]!;
    if (at === end) return NaN;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let value = 0;
    let digits = 0;
    let point = -1;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digits++;
      } else if (bytes[at] === POINT && point < 0) point = digits;
      else return this.#unusual(index);
    }
    if (digits === 0 || digits > EXACT_DIGITS) return this.#unusual(index);
    if (point >= 0) value /= POWERS_OF_TEN[digits - point]!;
    return negative ? -value : value;
  }

  /** Exponents, long numbers, blanks, "none" and garbage. */
  #unusual(index: number): number {
    const start = this.#starts[index]!;
    // `N/A` fills a quarter of the recordings' fields: it is worth a look before a string is made.
    if (this.#ends[index]! - start === 3 && isNotAvailable(this.#bytes, start)) return NaN;
    const text = this.text(index);
    if (text === "" || NONE.has(text)) return NaN;
    const value = Number(text);
    if (Number.isNaN(value)) this.garbage = true;
    return Math.abs(value) < NONE_FROM ? value : NaN;
  }

  /** The field `HH:MM:SS` as milliseconds of the day (`9:00:00` is tolerated), or -1. */
  clock(index: number): number {
    if (index < 0 || index >= this.#count) return -1;
    const bytes = this.#bytes;
    let start = this.#starts[index]!;
    let end = this.#ends[index]!;
    while (bytes[start] === BLANK && start < end) start++;
    while (bytes[end - 1] === BLANK && start < end) end--;
    const hourDigits = end - start - 6;
    if ((hourDigits !== 1 && hourDigits !== 2) || bytes[end - 3] !== COLON || bytes[end - 6] !== COLON) return -1;
    const hour = (hourDigits === 2 ? digitAt(bytes, start) * 10 : 0) + digitAt(bytes, end - 7);
    const minute = digitAt(bytes, end - 5) * 10 + digitAt(bytes, end - 4);
    const second = digitAt(bytes, end - 2) * 10 + digitAt(bytes, end - 1);
    return millisOfDay(hour, minute, second, 0);
  }

  /** The field HMMSSmmm, an integer, as milliseconds of the day, or -1. */
  packedClock(index: number): number {
    const packed = this.number(index);
    if (!Number.isInteger(packed) || packed < 0) return -1;
    return millisOfDay(
      Math.floor(packed / 1e7),
      Math.floor(packed / 1e5) % 100,
      Math.floor(packed / 1000) % 100,
      packed % 1000,
    );
  }
}

/** The fields of a line as texts: for headers. */
export function splitLine(line: string): string[] {
  const bytes = Buffer.from(line);
  const row = new Row();
  const count = row.parse(bytes, 0, bytes.length);
  return Array.from({ length: count }, (_, index) => row.text(index));
}

/** Where the quoted field ends; a doubled quote is a quote. -1 when it does not end on this line. */
function closingQuote(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (at + 1 < end && bytes[at + 1] === QUOTE) at++;
    else return at;
  }
  return -1;
}

function isNotAvailable(bytes: Buffer, at: number): boolean {
  return bytes[at] === LETTER_N && bytes[at + 1] === SLASH && bytes[at + 2] === LETTER_A;
}

/** NaN, which spoils every sum it enters, for anything but a digit. */
function digitAt(bytes: Buffer, at: number): number {
  const digit = bytes[at]! - ZERO;
  return digit >= 0 && digit <= 9 ? digit : NaN;
}

function millisOfDay(hour: number, minute: number, second: number, millis: number): number {
  if (!(hour < 24 && minute < 60 && second < 60)) return -1;
  return ((hour * 60 + minute) * 60 + second) * 1000 + millis;
}
