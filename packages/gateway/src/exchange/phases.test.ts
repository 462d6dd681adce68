import assert from "node:assert/strict";
import { test } from "node:test";
import { epochOf, type TradingHours } from "@tickwire/protocol/model";
import { phaseAt } from "./phases.ts";
import { COMMODITY_HOURS } from "../../../../test/support/hours.ts";

const at = (date: string, time: string): number => epochOf("Asia/Shanghai", date, time);
const { night: _, ...DAY_ONLY } = COMMODITY_HOURS;
const INDEX: TradingHours = {
  ...DAY_ONLY,
  day: [
    ["09:30", "11:30"],
    ["13:00", "15:00"],
  ],
};

test("a product with a night session has its auction in the evening", () => {
  const phases = [
    ["20260310", "18:00", "before"],
    ["20260310", "20:55", "auction-orders"],
    ["20260310", "20:59", "auction-match"],
    ["20260310", "21:00", "continuous"],
    ["20260310", "23:00", "pause"],
    ["20260311", "08:57", "pause"],
    ["20260311", "09:00", "continuous"],
    ["20260311", "10:20", "pause"],
    ["20260311", "14:59:59", "continuous"],
    ["20260311", "15:00", "closed"],
    ["20260311", "18:00", "before"],
  ] as const;
  for (const [date, time, phase] of phases) assert.equal(phaseAt(COMMODITY_HOURS, at(date, time)).phase, phase, time);
});

test("one without has it in the morning", () => {
  for (const [time, phase] of [
    ["08:54", "before"],
    ["08:55", "auction-orders"],
    ["08:59", "auction-match"],
    ["09:00", "continuous"],
  ] as const) {
    assert.equal(phaseAt(DAY_ONLY, at("20260311", time)).phase, phase, time);
  }
  assert.equal(phaseAt(INDEX, at("20260311", "09:25")).phase, "auction-orders");
  assert.equal(phaseAt(INDEX, at("20260311", "09:29")).phase, "auction-match");
});

test("where a holiday takes the night away the auction is in the morning", () => {
  // 2026-10-08 follows the National Day holidays.
  assert.equal(phaseAt(COMMODITY_HOURS, at("20261008", "08:57")).phase, "auction-orders");
  assert.equal(phaseAt(COMMODITY_HOURS, at("20260930", "21:30")).phase, "before");
});

test("a phase lasts until the moment that is told, and not longer", () => {
  for (let time = at("20260310", "17:00"); time < at("20260312", "18:00");) {
    const { phase, until } = phaseAt(COMMODITY_HOURS, time);
    assert.ok(until > time);
    assert.equal(phaseAt(COMMODITY_HOURS, until - 1).phase, phase);
    time = until;
  }
});

test("what never closes is always continuous", () => {
  const always: TradingHours = { ...COMMODITY_HOURS, always: true };
  assert.deepEqual(phaseAt(always, at("20260314", "03:00")), { phase: "continuous", until: Infinity });
});
