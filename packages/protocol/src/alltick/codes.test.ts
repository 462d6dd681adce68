import assert from "node:assert/strict";
import { test } from "node:test";
import { listedFutures, securities } from "../catalog/mod.ts";
import type { InstrumentKind } from "../model/instrument.ts";
import { endpointOfCode, findAlias, levelsOf, servesKind, turnoverDecimals } from "./codes.ts";
import { ALLTICK_PLANS, findPlan, LARGEST_PLAN, MAX_CODE_CHARS } from "./limits.ts";

test("stocks and market indices on one endpoint, the rest on the other, futures on both", () => {
  const stock: readonly InstrumentKind[] = ["stock", "index"];
  const general: readonly InstrumentKind[] = ["forex", "metal", "energy", "commodity", "crypto", "cfd-index"];
  for (const kind of stock) assert.deepEqual([servesKind("stock", kind), servesKind("general", kind)], [true, false]);
  for (const kind of general) assert.deepEqual([servesKind("stock", kind), servesKind("general", kind)], [false, true]);
  assert.deepEqual([servesKind("stock", "future"), servesKind("general", "future")], [true, true]);
});

test("a code's spelling tells its endpoint", () => {
  for (const code of ["AAPL.US", "700.HK", "600519.SH", "399001.SZ", ".DJI.US", "HSI.HK"])
    assert.equal(endpointOfCode(code), "stock");
  for (const code of ["BTCUSDT", "GOLD", "Silver", "EURUSD", "US500", "rb2605", "USOIL"])
    assert.equal(endpointOfCode(code), "general");
});

test("aliases are case-sensitive, as codes are", () => {
  assert.equal(findAlias("XAUUSD"), "GOLD");
  assert.equal(findAlias("XAGUSD"), "Silver");
  assert.equal(findAlias("xauusd"), undefined);
  assert.equal(findAlias("constructor"), undefined);
});

test("levels per market", () => {
  assert.deepEqual(
    [levelsOf("stock", "HK"), levelsOf("stock", "CN"), levelsOf("stock", "US"), levelsOf("crypto", "GLOBAL")],
    [10, 5, 1, 5],
  );
  for (const kind of ["forex", "metal", "energy", "cfd-index"] as const) assert.equal(levelsOf(kind, "GLOBAL"), 1);
});

test("the catalogue follows the rules of this wire: levels, endpoints, lengths", () => {
  for (const { id, kind, market, levels } of [...securities(), ...listedFutures()]) {
    assert.equal(levels, levelsOf(kind, market), id);
    assert.ok(servesKind(endpointOfCode(id), kind), id);
    assert.ok(id.length <= MAX_CODE_CHARS, id);
    assert.equal(findAlias(id), undefined, id);
  }
});

test("decimals of a turnover", () => {
  assert.equal(turnoverDecimals("stock", 6), 6);
  assert.equal(turnoverDecimals("crypto", 2), 6);
  assert.equal(turnoverDecimals("crypto", 8), 8);
  assert.equal(turnoverDecimals("metal", 2), 2);
  assert.equal(turnoverDecimals("forex", 5), 5);
});

test("an unknown plan is the smallest one, and none allows more than the largest", () => {
  for (const name of ["", "gold", "toString", "__proto__"]) assert.equal(findPlan(name), ALLTICK_PLANS.free);
  const { unlimited: _own, ...vendors } = ALLTICK_PLANS;
  for (const plan of Object.values(vendors)) {
    assert.ok(plan.connections <= findPlan(LARGEST_PLAN).connections && plan.codes <= findPlan(LARGEST_PLAN).codes);
  }
});
