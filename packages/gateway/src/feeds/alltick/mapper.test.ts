import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { decodeFrames, decodeHttpReply, decodeKlines, decodeTradeTicks } from "@tickwire/protocol/alltick";
import type { Book, BookSide, Kline, Trade } from "@tickwire/protocol/model";
import { instrumentOf, isAllTickCode, unknownInstrument, withRoom } from "./instruments.ts";
import { idOf, isSound, toBars, toBook, toTrade } from "./mapper.ts";

const NOW = Date.UTC(2026, 7, 6);
const quiet = (): void => undefined;
const instrument = (code: string) => instrumentOf(idOf(code), NOW) ?? unknownInstrument(code);
const SAMPLES = new URL("../../../../../../shared/protocols/alltick-samples.json", import.meta.url);
const absent = existsSync(SAMPLES) ? false : "recorded samples are not here";

function frames(name: string): unknown[] {
  return (JSON.parse(readFileSync(SAMPLES, "utf8")) as Record<string, { samples: unknown[] }>)[name]!.samples;
}

test("every pushed trade of the samples, of either age, becomes a trade", { skip: absent }, () => {
  for (const sample of frames("ws.22998.trade.push")) {
    const [frame] = decodeFrames(JSON.stringify(sample));
    assert.ok(frame?.kind === "trade", JSON.stringify(sample));
    const { code, price, tick_time: time } = (sample as { data: Record<string, string> }).data;
    const trade = toTrade(frame.trade, instrument(code!), quiet);
    assert.ok(trade !== undefined);
    assert.equal(trade.price, Number(price));
    assert.equal(trade.time, Number(time) < 1e11 ? Number(time) * 1_000 : Number(time));
    assert.ok(trade.volume >= 0 && trade.turnover >= 0);
  }
});

test("every pushed book of the samples becomes a book without zero levels", { skip: absent }, () => {
  for (const sample of frames("ws.22999.depth.push")) {
    const [frame] = decodeFrames(JSON.stringify(sample));
    assert.ok(frame?.kind === "book", JSON.stringify(sample));
    const { code } = (sample as { data: Record<string, string> }).data;
    const book = toBook(frame.book, instrument(code!), quiet);
    assert.ok(book !== undefined);
    for (const side of [book.bids, book.asks]) {
      assert.equal(side.prices.length, side.volumes.length);
      assert.ok(side.prices.every((price) => price > 0) && side.prices.length <= instrument(code!).levels);
    }
  }
});

test("the bars and the last trades of the samples are sound", { skip: absent }, () => {
  for (const sample of frames("http.kline.response")) {
    const body = (sample as { body?: unknown }).body ?? sample;
    const reply = decodeHttpReply(200, JSON.stringify(body));
    assert.ok(reply.ok);
    const group = decodeKlines(reply.data)!;
    const strange: string[] = [];
    const told = (oddity: string): void => void strange.push(oddity);
    const bars = toBars(group.bars, instrument(group.code), NOW * 2, told);
    assert.deepEqual(strange, []);
    assert.equal(bars.length, group.bars.length);
  }
  for (const sample of frames("http.trade_tick.response")) {
    const reply = decodeHttpReply(200, JSON.stringify((sample as { body?: unknown }).body ?? sample));
    assert.ok(reply.ok);
    for (const raw of decodeTradeTicks(reply.data)) {
      assert.ok(toTrade(raw, instrument(raw.id), quiet) !== undefined);
    }
  }
});

test("what is missing in a trade is made up and counted; one without a price is none", () => {
  const raw: Trade = { id: "EURUSD", seq: 7, time: NOW, price: 1.5, volume: NaN, turnover: NaN, direction: 1 };
  const strange: string[] = [];
  const told = (oddity: string): void => void strange.push(oddity);
  assert.deepEqual(toTrade(raw, instrument("EURUSD"), told), { ...raw, volume: 0, turnover: 0 });
  assert.equal(toTrade({ ...raw, price: 0 }, instrument("EURUSD"), told), undefined);
  assert.deepEqual(strange.splice(0), ["alltick-no-volume", "alltick-no-turnover", "alltick-bad-price"]);
  assert.equal(toTrade({ ...raw, time: 0 }, instrument("EURUSD"), told), undefined);
  const empty = { prices: [], volumes: [] };
  assert.equal(
    toBook({ id: "EURUSD", seq: 1, time: 0, bids: empty, asks: empty }, instrument("EURUSD"), told),
    undefined,
  );
  assert.deepEqual(strange.splice(0), ["alltick-bad-time", "alltick-bad-time"]);
  const lots = toTrade({ ...raw, price: 10, volume: 3 }, instrument("600519.SH"), quiet);
  assert.equal(lots!.turnover, 3_000, "volumes of A-shares count lots of 100");
});

type Levels = readonly (readonly [price: number, volume: number])[];

function toSide(levels: Levels): BookSide {
  return { prices: levels.map(([price]) => price), volumes: levels.map(([, volume]) => volume) };
}

/** The prices that are some. */
function real(levels: Levels): number[] {
  return levels.map(([price]) => price).filter((price) => price > 0);
}

test("sides come out best first, whatever their order", () => {
  const side = fc.array(fc.tuple(fc.integer({ min: -1, max: 50 }), fc.integer({ min: 0, max: 9 })), { maxLength: 14 });
  fc.assert(
    fc.property(side, side, (bids, asks) => {
      const raw: Book = { id: "700.HK", seq: 1, time: NOW, bids: toSide(bids), asks: toSide(asks) };
      const book = toBook(raw, instrument("700.HK"), quiet)!;
      assert.deepEqual(
        book.bids.prices,
        real(bids)
          .toSorted((a, b) => b - a)
          .slice(0, 10),
      );
      assert.deepEqual(
        book.asks.prices,
        real(asks)
          .toSorted((a, b) => a - b)
          .slice(0, 10),
      );
    }),
  );
});

test("bars are closed, sound, ascending, each time once", () => {
  const figure = fc.constantFrom(0, 1, 2, 3, NaN);
  const bar = fc.record({
    time: fc.nat(5),
    open: figure,
    high: figure,
    low: figure,
    close: figure,
    closed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(bar, { maxLength: 12 }), fc.nat(6), (raw, end) => {
      const rest = {
        id: "x",
        period: "1m",
        volume: NaN,
        turnover: NaN,
        openInterest: NaN,
        revised: false,
        gap: false,
      } as const;
      const bars = toBars(
        raw.map((figures): Kline => ({ ...rest, ...figures })),
        instrument("BTCUSDT"),
        end,
        quiet,
      );
      for (const [at, { time, id, closed, volume }] of bars.entries()) {
        assert.ok(isSound(bars[at]!) && closed && time < end && id === "BTCUSDT" && volume === 0);
        assert.ok(at === 0 || time > bars[at - 1]!.time);
      }
    }),
  );
});

test("codes tell what they name", () => {
  for (const [code, kind, exchange] of [
    ["700.HK", "stock", "HKEX"],
    ["2800.HK", "stock", "HKEX"],
    ["BRK.B.US", "stock", "NASDAQ"],
    [".NDX.US", "index", "NYSE"],
    ["HSTECH.HK", "index", "HKEX"],
    ["688981.SH", "stock", "SSE"],
    ["000016.SH", "index", "SSE"],
    ["300059.SZ", "stock", "SZSE"],
    ["399006.SZ", "index", "SZSE"],
    ["EURJPY", "forex", "FX"],
    ["PEPEUSDT", "crypto", "CRYPTO"],
    ["GOLD", "metal", "OTC"],
    ["rb2605", "future", "SHFE"],
  ] as const) {
    const found = instrumentOf(code, NOW);
    assert.deepEqual([found?.id, found?.kind, found?.exchange], [code, kind, exchange], code);
  }
  for (const code of ["00700.HK", "AAPL", "USDUSD", "rb26", "", "x".repeat(99), "ABCDEF"]) {
    assert.equal(instrumentOf(code, NOW), undefined, code);
  }
  assert.equal(isAllTickCode("rb2605"), false);
});

test("no price is rounded away", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 }), (digits, decimals) => {
      const price = digits / 10 ** decimals;
      const roomy = withRoom(instrument("USDJPY"), price, 1);
      assert.equal(Number(price.toFixed(roomy.priceDecimals)), price);
      assert.equal(withRoom(roomy, price, 1), roomy);
    }),
  );
});
