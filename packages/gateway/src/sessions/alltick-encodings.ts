/** AllTick's encodings, shared by all its connections so that an event is written once for all who ask alike. */
import { makeBookEncoder, makeTradeEncoder } from "@tickwire/protocol/alltick";
import type { Encoding } from "../core/hub.ts";

/**
 * Makes each encoding once. Asked only for codes of known instruments and their aliases, and for fewer levels than
 * an instrument has, so it stays as small as the instrument table.
 */
export class AllTickEncodings {
  readonly #trades = new Map<string, Encoding<"trade">>();
  readonly #books = new Map<string, Encoding<"book">>();

  /** Push 22998 under `code`. Every trade counts: never conflated. */
  trade(code: string): Encoding<"trade"> {
    let encoding = this.#trades.get(code);
    if (encoding === undefined) {
      encoding = { key: `alltick-trade ${code}`, kind: "trade", conflate: false, encode: makeTradeEncoder(code) };
      this.#trades.set(code, encoding);
    }
    return encoding;
  }

  /** Push 22999 under `code` with `level` levels, 0 for all. Of a book only the latest matters. */
  book(code: string, level: number): Encoding<"book"> {
    const key = `alltick-book ${level} ${code}`;
    let encoding = this.#books.get(key);
    if (encoding === undefined) {
      encoding = { key, kind: "book", conflate: true, encode: makeBookEncoder(code, level) };
      this.#books.set(key, encoding);
    }
    return encoding;
  }
}
