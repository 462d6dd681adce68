/** AllTick's encodings, shared by all its connections so that an event is written once for all who ask alike. */
import { makeBookEncoder, makeKlineEncoder, makeTickerEncoder, makeTradeEncoder } from "@tickwire/protocol/alltick";
import type { Kline, Period } from "@tickwire/protocol/model";
import type { Encoding } from "../core/hub.ts";

/** The kinds of bars. */
export type KlineKind = `kline:${Period}`;

/**
 * Makes each encoding once. Asked only for codes of known instruments and their aliases, and for fewer levels than
 * an instrument has, so it stays as small as the instrument table.
 */
export class AllTickEncodings {
  readonly #trades = new Map<string, Encoding<"trade">>();
  readonly #books = new Map<string, Encoding<"book">>();
  readonly #klines = new Map<string, Encoding<KlineKind>>();
  readonly #tickers = new Map<string, Encoding<"snapshot">>();

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

  /** Push 32998 under `code`. Of a bar that is being formed only the latest state matters; a closed one must arrive. */
  kline(code: string, period: Period): Encoding<KlineKind> {
    const key = `alltick-kline ${period} ${code}`;
    let encoding = this.#klines.get(key);
    if (encoding === undefined) {
      encoding = { key, kind: `kline:${period}`, conflate: true, mustArrive, encode: makeKlineEncoder(code) };
      this.#klines.set(key, encoding);
    }
    return encoding;
  }

  /** Push 32999 under `code`. Of a ticker only the latest matters. */
  ticker(code: string): Encoding<"snapshot"> {
    let encoding = this.#tickers.get(code);
    if (encoding === undefined) {
      encoding = { key: `alltick-ticker ${code}`, kind: "snapshot", conflate: true, encode: makeTickerEncoder(code) };
      this.#tickers.set(code, encoding);
    }
    return encoding;
  }
}

function mustArrive({ closed }: Kline): boolean {
  return closed;
}
