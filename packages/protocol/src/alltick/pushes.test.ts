import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-ws.json" with { type: "json" };
import { formatDecimal } from "../model/decimal.ts";
import type { Instrument, InstrumentKind, Market } from "../model/instrument.ts";
import type { Aggressor, Book, BookSide, Trade } from "../model/ticks.ts";
import { levelsOf } from "./codes.ts";
import { decodeFrames } from "./frames.ts";
import { makeBookEncoder, makeTradeEncoder } from "./pushes.ts";
import { CRYPTO_HOURS } from "../../../../test/support/hours.ts";

type Wanted = Partial<Instrument> & { readonly id: string; readonly kind: InstrumentKind };

function instrument(wanted: Wanted): Instrument {
  const market: Market = wanted.market ?? "GLOBAL";
  return {
    market,
    exchange: "TEST",
    product: wanted.id,
    name: wanted.id,
    priceTick: 0.01,
    priceDecimals: 2,
    volumeDecimals: 0,
    multiplier: 1,
    levels: levelsOf(wanted.kind, market),
    currency: "USD",
    hours: CRYPTO_HOURS,
    ...wanted,
  };
}

const STOCK = { kind: "stock", priceDecimals: 6, volumeDecimals: 0 } as const;
/** The instruments of the sample pushes. */
const BY_CODE = new Map<string, Instrument>(
  [
    { id: "BTCUSDT", kind: "crypto", priceDecimals: 2, volumeDecimals: 5 } as const,
    { id: "ETHUSDT", kind: "crypto", priceDecimals: 2, volumeDecimals: 4 } as const,
    { id: "EURUSD", kind: "forex", priceDecimals: 5, volumeDecimals: 0 } as const,
    { id: "GOLD", kind: "metal", priceDecimals: 2, volumeDecimals: 2 } as const,
    { id: "US500", kind: "cfd-index", priceDecimals: 1, volumeDecimals: 0 } as const,
    { id: "USDINR", kind: "forex", priceDecimals: 4, volumeDecimals: 0 } as const,
    { id: "AAPL.US", market: "US", ...STOCK } as const,
    { id: "700.HK", market: "HK", ...STOCK } as const,
    { id: "1288.HK", market: "HK", ...STOCK } as const,
    { id: "600519.SH", market: "CN", ...STOCK } as const,
    { id: "002574.SZ", market: "CN", ...STOCK } as const,
    { id: "000627.SZ", market: "CN", ...STOCK } as const,
  ].map((wanted) => [wanted.id, instrument(wanted)]),
);

/** A sample in today's types: integers, milliseconds, "0" for what is not there. */
function modernTrade({ data }: (typeof samples.tradePushes)[number]): unknown {
  const time = Number(data.tick_time);
  return {
    cmd_id: 22998,
    data: { ...data, seq: Number(data.seq), tick_time: time < 1e11 ? time * 1000 : time },
  };
}

test("the sample trades are read, and written back to the letter in today's types", () => {
  for (const sample of samples.tradePushes) {
    const [frame] = decodeFrames(JSON.stringify(sample));
    assert.ok(frame?.kind === "trade", JSON.stringify(sample));
    const of = BY_CODE.get(sample.data.code)!;
    const text = makeTradeEncoder(sample.data.code)(frame.trade, of);
    const expected = JSON.stringify(modernTrade(sample)).replace(
      '"volume":"","turnover":""',
      '"volume":"0","turnover":"0.0"',
    );
    assert.equal(text, expected);
  }
});

/** The samples' books write volumes with other decimals than their trades. */
const BOOK_VOLUME_DECIMALS: Readonly<Record<string, number>> = { BTCUSDT: 4 };

test("the sample books are read without their zero levels, and stocks get them back when written", () => {
  for (const sample of samples.depthPushes) {
    const [frame] = decodeFrames(JSON.stringify(sample));
    assert.ok(frame?.kind === "book");
    for (const price of [...frame.book.bids.prices, ...frame.book.asks.prices]) assert.ok(price > 0);
    const volumeDecimals = BOOK_VOLUME_DECIMALS[sample.data.code] ?? 0;
    const of = { ...BY_CODE.get(sample.data.code)!, volumeDecimals };
    const data = { ...sample.data, seq: Number(sample.data.seq), tick_time: Number(sample.data.tick_time) };
    const expected = JSON.stringify({ cmd_id: 22999, data }).replace('"volume":""', '"volume":"0"');
    assert.equal(makeBookEncoder(sample.data.code, 0)(frame.book, of), expected);
  }
});

function side(count: number): BookSide {
  return { prices: Array.from({ length: count }, (_, i) => 10 + i), volumes: Array.from({ length: count }, () => 1) };
}

/** The bids written for a book with that many bids and no ask. */
function writtenBids(of: Instrument, level: number, bids: number): unknown[] {
  const book: Book = { id: of.id, seq: 1, time: 1, bids: side(bids), asks: side(0) };
  const parsed = JSON.parse(makeBookEncoder(of.id, level)(book, of)) as { data: { bids: unknown[]; asks: unknown[] } };
  assert.equal(parsed.data.asks.length, of.kind === "stock" ? parsed.data.bids.length : 0);
  return parsed.data.bids;
}

/** The direction written for a trade of an instrument of `kind` that has direction `given`. */
function writtenDirection(kind: InstrumentKind, given: Aggressor): number {
  const trade: Trade = { id: "X", seq: 1, time: 1, price: 1, volume: 1, turnover: 1, direction: given };
  const text = makeTradeEncoder("X")(trade, instrument({ id: "X", kind }));
  return (JSON.parse(text) as { data: { trade_direction: number } }).data.trade_direction;
}

test("a side has at most the levels asked for, and a stock's side has exactly as many", () => {
  const hk = BY_CODE.get("700.HK")!;
  const btc = BY_CODE.get("BTCUSDT")!;
  assert.equal(writtenBids(hk, 0, 3).length, 10);
  assert.equal(writtenBids(hk, 5, 3).length, 5);
  assert.equal(writtenBids(hk, 2, 3).length, 2);
  assert.equal(writtenBids(hk, 50, 12).length, 10);
  assert.deepEqual(writtenBids(hk, 4, 3)[3], { price: "0.000000", volume: "0" });
  assert.equal(writtenBids(btc, 0, 3).length, 3);
  assert.equal(writtenBids(btc, 2, 3).length, 2);
  assert.equal(writtenBids(btc, 10, 9).length, 5);
});

test("direction 1 for forex, metals and energy, the trade's own for the rest", () => {
  for (const kind of ["forex", "metal", "energy", "commodity"] as const) assert.equal(writtenDirection(kind, 2), 1);
  for (const kind of ["future", "stock", "index", "crypto", "cfd-index"] as const) {
    for (const given of [0, 1, 2] as const) assert.equal(writtenDirection(kind, given), given);
  }
});

const decimals = fc.nat(6);
const amount = fc.oneof(
  fc.double({ min: 0, max: 1e9, noNaN: true }),
  fc.constantFrom(NaN, Infinity, 0, Number.MAX_VALUE),
);
const price = fc.double({ min: 0.01, max: 1e6, noNaN: true });
const anyKind = fc.constantFrom<InstrumentKind>("future", "stock", "index", "forex", "metal", "crypto", "cfd-index");
const seq = fc.maxSafeNat();
const time = fc.integer({ min: 1e11, max: 4e12 });

test("a trade is read as it was written, rounded to the instrument's decimals", () => {
  const trade = fc.record({
    id: fc.string({ minLength: 1 }),
    seq,
    time,
    price,
    volume: amount,
    turnover: amount,
    direction: fc.constantFrom<Aggressor>(0, 1, 2),
  });
  fc.assert(
    fc.property(
      trade,
      anyKind,
      decimals,
      decimals,
      fc.string({ minLength: 1 }),
      (given, of, priceDecimals, volumeDecimals, code) => {
        const text = makeTradeEncoder(code)(
          given,
          instrument({ id: given.id, kind: of, priceDecimals, volumeDecimals }),
        );
        const [frame] = decodeFrames(text);
        assert.ok(frame?.kind === "trade", text);
        assert.equal(frame.trade.id, code);
        assert.equal(frame.trade.seq, given.seq);
        assert.equal(frame.trade.time, given.time);
        assert.equal(frame.trade.price, Number(formatDecimal(given.price, priceDecimals)));
        assert.equal(frame.trade.volume, Number(formatDecimal(given.volume, volumeDecimals)));
        assert.equal(text, JSON.stringify(JSON.parse(text)));
      },
    ),
  );
});

test("a book is read as it was written, and no frame holds what Python cannot evaluate", () => {
  const anySide = fc
    .array(fc.tuple(price, amount), { maxLength: 12 })
    .map((rows) => ({ prices: rows.map(([p]) => p), volumes: rows.map(([, v]) => v) }));
  const book = fc.record({
    id: fc.constant("700.HK"),
    seq: fc.oneof(seq, fc.double()),
    time: fc.oneof(time, fc.double()),
    bids: anySide,
    asks: anySide,
  });
  fc.assert(
    fc.property(book, anyKind, fc.nat(12), (given, of, level) => {
      const target = instrument({ id: given.id, kind: of, levels: 5 });
      const text = makeBookEncoder(given.id, level)(given, target);
      assert.doesNotThrow(() => void JSON.parse(text), text);
      assert.doesNotMatch(text, /null|true|false|NaN|Infinity|\de[+-]?\d/i);
      const most = level > 0 && level < 5 ? level : 5;
      const [frame] = decodeFrames(text);
      if (Number.isSafeInteger(given.time) && given.time >= 1e11) {
        assert.ok(frame?.kind === "book");
        const expected = given.bids.prices.slice(0, most).map((value) => Number(formatDecimal(value, 2)));
        assert.deepEqual(frame.book.bids.prices, expected);
      }
    }),
  );
});
