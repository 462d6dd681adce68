import assert from "node:assert/strict";
import { test } from "node:test";
import { futureOf } from "./futures.ts";
import { LISTINGS } from "./listings-table.ts";
import { listingOf } from "./listings.ts";
import { securities } from "./securities.ts";

const listed = securities().filter(({ kind }) => kind === "stock" || kind === "index");

test("every stock and market index has names, and the table has no others", () => {
  const ids = LISTINGS.map(([id]) => id);
  assert.deepEqual(new Set(ids), new Set(listed.map(({ id }) => id)));
  assert.equal(new Set(ids).size, ids.length);
  for (const instrument of listed) {
    const { id, nameCn, nameEn, nameHk, currency, board } = listingOf(instrument)!;
    assert.equal(id, instrument.id);
    assert.equal(currency, instrument.currency);
    assert.ok(nameCn !== "" && nameEn !== "" && nameHk !== "" && board !== "", id);
  }
});

test("everything is a text; counts are whole numbers, and parts are not more than the whole", () => {
  for (const instrument of listed) {
    const listing = listingOf(instrument)!;
    for (const value of Object.values(listing)) assert.equal(typeof value, "string");
    const { totalShares, circulatingShares, hkShares, lotSize } = listing;
    for (const count of [totalShares, circulatingShares, hkShares, lotSize])
      assert.match(count, /^\d*$/, instrument.id);
    if (totalShares === "") continue;
    assert.ok(Number(circulatingShares) <= Number(totalShares), instrument.id);
    assert.ok(Number(hkShares) <= Number(totalShares), instrument.id);
  }
});

const facts = (id: string): string[] => {
  const { exchange, board, lotSize } = listingOf(listed.find((instrument) => instrument.id === id)!)!;
  return [exchange, board, lotSize];
};

test("lots and boards as the exchanges have them", () => {
  assert.deepEqual(facts("700.HK"), ["SEHK", "HKEquity", "100"]);
  assert.deepEqual(facts("857.HK"), ["SEHK", "HKEquity", "2000"]);
  assert.deepEqual(facts("AAPL.US"), ["NASD", "USMain", "1"]);
  assert.deepEqual(facts("XOM.US"), ["NYSE", "USMain", "1"]);
  assert.deepEqual(facts("600519.SH"), ["SSE", "SHMainConnect", "100"]);
  assert.deepEqual(facts("000858.SZ"), ["SZSE", "SZMainConnect", "100"]);
  assert.deepEqual(facts("300750.SZ"), ["SZSE", "SZGEMConnect", "100"]);
  assert.deepEqual(facts("HSI.HK"), ["SEHK", "HKHS", ""]);
});

test("what is not listed has no listing; an unknown stock has what it tells itself", () => {
  assert.equal(listingOf(futureOf("rb2605")!), undefined);
  assert.equal(listingOf(securities().find(({ id }) => id === "EURUSD")!), undefined);
  const { id, nameCn, totalShares, lotSize } = listingOf({ ...listed[0]!, id: "NEW.US", name: "New" })!;
  assert.deepEqual([id, nameCn, totalShares, lotSize], ["NEW.US", "New", "", ""]);
});
