import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOpen, type Instrument, type InstrumentKind, type Market } from "../model/mod.ts";
import { listedFutures, profileOf, securities } from "./mod.ts";

const all = securities();
const idsOf = (kind: InstrumentKind, market?: Market): string[] =>
  all.filter((one) => one.kind === kind && (market === undefined || one.market === market)).map((one) => one.id);
const find = (id: string): Instrument => {
  const found = all.find((one) => one.id === id);
  assert.ok(found !== undefined, id);
  return found;
};

const shape = (id: string): unknown[] => {
  const { levels, priceDecimals, volumeDecimals, multiplier, currency, exchange } = find(id);
  return [levels, priceDecimals, volumeDecimals, multiplier, currency, exchange];
};

test("the codes of alltick.md 8 are all there, spelt exactly so", () => {
  const codes = `
    600519.SH 601318.SH 600036.SH 600030.SH 600416.SH 600206.SH 600076.SH 600152.SH 000858.SZ 000001.SZ 000651.SZ
    300750.SZ 002009.SZ 002035.SZ 000627.SZ 700.HK 9988.HK 1398.HK 939.HK 1288.HK 857.HK 941.HK 3690.HK 3988.HK 3968.HK
    1299.HK 388.HK 5.HK 2601.HK 2442.HK AAPL.US MSFT.US GOOG.US GOOGL.US AMZN.US TSLA.US NVDA.US META.US NFLX.US AMD.US
    INTC.US UNH.US JNJ.US V.US XOM.US .DJI.US HSI.HK 000001.SH 399001.SZ 000300.SH EURUSD USDJPY GBPUSD AUDUSD USDCAD
    USDCHF NZDUSD USDCNH USDINR AUDJPY AUDNZD CADJPY CHFJPY EURGBP EURCHF BTCUSDT ETHUSDT SOLUSDT XRPUSDT DOGEUSDT
    LTCUSDT DOTUSDT AAVEUSDT ADAUSDT ALGOUSDT APEUSDT ATOMUSDT AVAXUSDT AXSUSDT BCHUSDT BNBUSDT GOLD Silver Platinum
    Palladium COPPER Aluminum Nickel USOIL UKOIL NGAS US30 US500 NAS100 NDX UK100 HK50 GER30 GER40 FRA40 JPN225`;
  for (const code of codes.trim().split(/\s+/)) find(code);
});

test("at least ten of each, and no id twice, futures included", () => {
  for (const market of ["US", "HK", "CN"] as const) assert.ok(idsOf("stock", market).length >= 10);
  for (const kind of ["forex", "crypto", "cfd-index"] as const) assert.ok(idsOf(kind).length >= 10);
  assert.ok(["metal", "energy", "commodity"].flatMap((kind) => idsOf(kind as InstrumentKind)).length >= 10);
  const ids = [...all, ...listedFutures()].map((one) => one.id);
  assert.equal(new Set(ids).size, ids.length);
});

test("levels, decimals and multipliers are those of the markets", () => {
  assert.deepEqual(shape("600519.SH"), [5, 6, 0, 100, "CNY", "SSE"]);
  assert.deepEqual(shape("700.HK"), [10, 6, 0, 1, "HKD", "HKEX"]);
  assert.deepEqual(shape("AAPL.US"), [1, 6, 0, 1, "USD", "NASDAQ"]);
  assert.deepEqual(shape("BTCUSDT"), [5, 2, 5, 1, "USDT", "CRYPTO"]);
  assert.deepEqual(shape("EURUSD"), [1, 5, 2, 1, "USD", "FX"]);
  assert.deepEqual(shape("GOLD"), [1, 2, 2, 1, "USD", "OTC"]);
  assert.deepEqual(shape("HSI.HK"), [0, 2, 0, 1, "HKD", "HKEX"]);
});

test("a price level lies on the grid and shows its steps on the wire", () => {
  for (const one of all) {
    const { price, lot } = profileOf(one)!;
    const steps = price / one.priceTick;
    assert.ok(Math.abs(steps - Math.round(steps)) < 1e-6 * steps, `${one.id}: ${price}`);
    assert.equal(Number(one.priceTick.toFixed(one.priceDecimals)), one.priceTick);
    assert.equal(Number(lot.toFixed(one.volumeDecimals)), lot, `${one.id}: lot ${lot}`);
    assert.ok(steps > 50, `${one.id} moves in steps of ${1 / steps}`);
  }
});

test("only A-shares have price limits", () => {
  for (const one of all) {
    const expected = one.kind === "stock" && one.market === "CN" ? (one.id === "300750.SZ" ? 0.2 : 0.1) : 0;
    assert.equal(profileOf(one)?.limitRate, expected, one.id);
  }
});

test("everything opens again within ten days", () => {
  for (const one of all) {
    const now = Date.UTC(2026, 8, 30, 12);
    const open = nextOpen(one.hours, now);
    assert.ok(open >= now && open - now < 10 * 86_400_000, one.id);
  }
});

test("an instrument of nobody's has no profile", () => {
  assert.equal(profileOf({ ...find("AAPL.US"), id: "ZZZZ.US", product: "ZZZZ.US" }), undefined);
});
