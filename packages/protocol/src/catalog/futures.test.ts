import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { isTradingDay, localDate } from "../model/mod.ts";
import { FUTURE_PRODUCTS, futureOf, futureProductOf, listedFutures, profileOf } from "./mod.ts";

/** A listed contract of every product: id, created, opened, last trading day, as CTP lists them at the end of 2025. */
const LISTED: readonly (readonly [string, string, string, string])[] = [
  ["cu2607", "20250613", "20250716", "20260715"],
  ["al2607", "20250613", "20250716", "20260715"],
  ["zn2607", "20250613", "20250716", "20260715"],
  ["pb2607", "20250613", "20250716", "20260715"],
  ["ni2607", "20250613", "20250716", "20260715"],
  ["sn2607", "20250613", "20250716", "20260715"],
  ["ao2607", "20250613", "20250716", "20260715"],
  ["ad2607", "20250613", "20250716", "20260715"],
  ["ss2607", "20250613", "20250716", "20260715"],
  ["au2606", "20250415", "20250516", "20260615"],
  ["ag2607", "20250613", "20250716", "20260715"],
  ["rb2607", "20250613", "20250716", "20260715"],
  ["hc2607", "20250613", "20250716", "20260715"],
  ["wr2607", "20250613", "20250716", "20260715"],
  ["fu2607", "20250603", "20250701", "20260630"],
  ["bu2609", "20240815", "20240919", "20260915"],
  ["ru2607", "20250613", "20250716", "20260715"],
  ["br2607", "20250613", "20250716", "20260715"],
  ["sp2607", "20250613", "20250716", "20260715"],
  ["op2607", "20250717", "20250910", "20260715"],
  ["sc2611", "20251009", "20251103", "20261030"],
  ["lu2607", "20250603", "20250701", "20260630"],
  ["nr2607", "20250613", "20250716", "20260715"],
  ["bc2607", "20250613", "20250716", "20260715"],
  ["ec2606", "20250506", "20250701", "20260629"],
  ["i2607", "20250715", "20250715", "20260714"],
  ["j2607", "20250715", "20250715", "20260714"],
  ["jm2607", "20250715", "20250715", "20260714"],
  ["a2607", "20250715", "20250715", "20260714"],
  ["b2607", "20250715", "20250715", "20260714"],
  ["m2608", "20250815", "20250815", "20260814"],
  ["y2608", "20250815", "20250815", "20260814"],
  ["p2607", "20250715", "20250715", "20260714"],
  ["c2607", "20250715", "20250715", "20260714"],
  ["cs2607", "20250715", "20250715", "20260714"],
  ["rr2607", "20250715", "20250715", "20260714"],
  ["jd2607", "20250729", "20250729", "20260728"],
  ["lh2607", "20250729", "20250729", "20260728"],
  ["l2607", "20250715", "20250715", "20260714"],
  ["v2607", "20250715", "20250715", "20260714"],
  ["pp2607", "20250715", "20250715", "20260714"],
  ["eg2607", "20250729", "20250729", "20260728"],
  ["eb2607", "20250729", "20250729", "20260728"],
  ["bz2608", "20250827", "20250827", "20260826"],
  ["pg2607", "20250729", "20250729", "20260728"],
  ["lg2607", "20250729", "20250729", "20260728"],
  ["fb2607", "20250715", "20250715", "20260714"],
  ["bb2607", "20250715", "20250715", "20260714"],
  ["SR607", "20250715", "20250715", "20260714"],
  ["CF607", "20250715", "20250715", "20260714"],
  ["CY607", "20250715", "20250715", "20260714"],
  ["TA607", "20250715", "20250715", "20260714"],
  ["MA607", "20250715", "20250715", "20260714"],
  ["FG607", "20250715", "20250715", "20260714"],
  ["SA607", "20250715", "20250715", "20260714"],
  ["RM607", "20250715", "20250715", "20260714"],
  ["OI607", "20250715", "20250715", "20260714"],
  ["SF607", "20250715", "20250715", "20260714"],
  ["SM607", "20250715", "20250715", "20260714"],
  ["AP605", "20250520", "20250520", "20260519"],
  ["CJ607", "20250715", "20250715", "20260714"],
  ["UR607", "20250715", "20250715", "20260714"],
  ["PF607", "20250715", "20250715", "20260714"],
  ["PK605", "20250520", "20250520", "20260519"],
  ["PX607", "20250715", "20250715", "20260714"],
  ["SH607", "20250715", "20250715", "20260714"],
  ["PR607", "20250715", "20250715", "20260714"],
  ["PL607", "20250722", "20250722", "20260714"],
  ["ZC607", "20250708", "20250708", "20260707"],
  ["WH607", "20250715", "20250715", "20260714"],
  ["PM607", "20250715", "20250715", "20260714"],
  ["RI607", "20250715", "20250715", "20260714"],
  ["LR601", "20250116", "20250116", "20260116"],
  ["JR607", "20250715", "20250715", "20260714"],
  ["RS609", "20250915", "20250915", "20260914"],
  ["IF2603", "20250718", "20250721", "20260320"],
  ["IH2603", "20250718", "20250721", "20260320"],
  ["IC2603", "20250718", "20250721", "20260320"],
  ["IM2603", "20250718", "20250721", "20260320"],
  ["TS2606", "20250912", "20250915", "20260612"],
  ["TF2606", "20250912", "20250915", "20260612"],
  ["T2606", "20250912", "20250915", "20260612"],
  ["TL2606", "20250912", "20250915", "20260612"],
  ["si2607", "20250715", "20250715", "20260714"],
  ["lc2607", "20250715", "20250715", "20260714"],
  ["ps2607", "20250715", "20250715", "20260714"],
  ["pt2610", "20251127", "20251127", "20261021"],
  ["pd2610", "20251127", "20251127", "20261021"],
];
/** Created by no rule: the first was listed with its product, the other two months ahead. */
const CREATED_OTHERWISE = new Set(["op2607", "ec2606"]);

const listed = listedFutures();
const yearOf = (id: string, near?: number): number | undefined => futureOf(id, near)?.future?.deliveryYear;
const byId = new Map(listed.map((instrument) => [instrument.id, instrument]));

test("88 products, 844 listed contracts, every id once", () => {
  assert.equal(FUTURE_PRODUCTS.length, 88);
  assert.equal(new Set(FUTURE_PRODUCTS.map((product) => product.id)).size, 88);
  assert.equal(byId.size, 844);
  assert.equal(listed.length, 844);
});

test("the rules of opening and expiry give the dates of real contracts of every product", () => {
  assert.equal(LISTED.length, 88);
  for (const [id, created, opened, expires] of LISTED) {
    const terms = byId.get(id)?.future;
    assert.ok(terms !== undefined, id);
    assert.deepEqual([id, terms.openDate, terms.expireDate], [id, opened, expires]);
    if (!CREATED_OTHERWISE.has(id)) assert.deepEqual([id, terms.createDate], [id, created]);
  }
});

test("a listed contract is the one that its id makes", () => {
  for (const instrument of listed) assert.deepEqual(futureOf(instrument.id), instrument);
});

test("what a contract says is coherent", () => {
  for (const { id, kind, future, product, name, priceTick, priceDecimals, levels, market } of listed) {
    assert.deepEqual([kind, market, levels], ["future", "CN-FUTURES", 5]);
    assert.ok(future !== undefined && id.startsWith(product));
    assert.equal(name, futureProductOf(product)!.name + id.slice(product.length));
    assert.equal(Number(priceTick.toFixed(priceDecimals)), priceTick);
    assert.ok(future.createDate <= future.openDate && future.openDate < future.expireDate, id);
    assert.ok(
      [future.createDate, future.openDate, future.expireDate].every((day) => isTradingDay("CN", day)),
      id,
    );
    assert.ok(future.longMarginRatio > 0 && future.longMarginRatio < 1);
  }
});

test("expired contracts are made from their ids", () => {
  const rb = futureOf("rb2505");
  assert.equal(rb?.name, "螺纹钢2505");
  assert.deepEqual([rb.future?.createDate, rb.future?.expireDate], ["20240415", "20250515"]);
  assert.deepEqual([futureOf("ru1901")?.exchange, futureOf("ru1901")?.future?.expireDate], ["SHFE", "20190115"]);
  assert.deepEqual([futureOf("IF2101")?.multiplier, futureOf("IF2101")?.future?.expireDate], [300, "20210115"]);
});

test("the decade of a CZCE contract is the nearest", () => {
  assert.deepEqual(
    [yearOf("AP010", Date.UTC(2020, 7, 6)), yearOf("AP010", Date.UTC(2029, 0)), yearOf("AP010", Date.UTC(2012, 0))],
    [2020, 2030, 2010],
  );
  assert.deepEqual([yearOf("TA601"), yearOf("TA512"), yearOf("TA912"), yearOf("TA101")], [2026, 2025, 2029, 2021]);
  assert.equal(futureOf("AP010", Date.UTC(2020, 7, 6))?.future?.expireDate, "20201022");
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2060, 0) }),
      (digit, month, near) => {
        const year = yearOf(`TA${digit}${String(month).padStart(2, "0")}`, near)!;
        assert.equal(year % 10, digit);
        const months =
          (year - Number(localDate("UTC", near).slice(0, 4))) * 12 + month - new Date(near).getUTCMonth() - 1;
        assert.ok(Math.abs(months) <= 60, `${months} months away`);
      },
    ),
  );
});

test("what is no contract is not made", () => {
  const wrong = [
    "rb2613",
    "rb2600",
    "RB2605",
    "rb605",
    "TA2605",
    "ta605",
    "xx2605",
    "rb",
    "2605",
    "rb26055",
    "rb2605 ",
    "",
  ];
  for (const id of wrong) assert.equal(futureOf(id), undefined, id);
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (id) => {
      assert.equal(futureOf(id)?.id ?? id, id);
    }),
  );
});

test("only the night products trade at night, and only CFFEX has its own day", () => {
  for (const { exchange, hours } of FUTURE_PRODUCTS) {
    if (exchange === "CFFEX" || exchange === "GFEX") assert.equal(hours.night, undefined);
    assert.equal(hours.day.length, exchange === "CFFEX" ? 2 : 3);
    assert.equal(hours.dayStart, "18:00");
  }
  assert.deepEqual(futureProductOf("au")?.hours.night, ["21:00", "02:30"]);
  assert.deepEqual(futureProductOf("cu")?.hours.night, ["21:00", "01:00"]);
  assert.equal(new Set(FUTURE_PRODUCTS.map((product) => product.hours)).size, 6);
});

test("every contract has a profile", () => {
  for (const instrument of listed) {
    const profile = profileOf(instrument);
    assert.ok(profile !== undefined && profile.price > 0 && profile.limitRate > 0 && profile.volatility > 0);
    assert.ok(profile.volatility * 4 < profile.limitRate);
  }
});

const CONTRACTS = new URL("../../../../../shared/data/sessions/contracts.json", import.meta.url);

test("recorded contracts expire when they did", { skip: existsSync(CONTRACTS) ? false : "no ../shared/data" }, () => {
  interface Contract {
    readonly ins_id: string;
    readonly exchange_id: string;
    readonly expire_datetime: number;
    readonly price_tick: number;
  }
  const contracts = Object.values(JSON.parse(readFileSync(CONTRACTS, "utf8")) as Record<string, Contract>);
  assert.ok(contracts.length > 10);
  for (const { ins_id: id, exchange_id: exchange, expire_datetime: expire } of contracts) {
    const instrument = futureOf(id, expire * 1_000);
    assert.equal(instrument?.exchange, exchange, id);
    // The recorder reckoned DCE's and CZCE's tenth trading days before that year's holidays were known.
    if (exchange !== "DCE" && exchange !== "CZCE") {
      assert.deepEqual([id, instrument.future?.expireDate], [id, localDate("Asia/Shanghai", expire * 1_000)]);
    }
  }
});
