/** The day under way and the one before it, from bars of a day. Pure. */
import {
  epochOf,
  localDate,
  localTime,
  tradingDaySpan,
  type EpochMs,
  type Instrument,
  type Kline,
} from "@tickwire/protocol/model";
import type { DayReference } from "../../ports/feed.ts";
import { isSound, toBar } from "./mapper.ts";

/** Two bars of a day. */
export interface Days {
  /** The trading day under way, undefined before its first trade. */
  readonly today: Kline | undefined;
  /** The newest day before it, closed, named as the house names days. */
  readonly before: Kline | undefined;
}

/**
 * Sorts out bars of a day, ascending. Where their timestamps stand, midnight of the exchange or of UTC, is not documented: each is read
 * by its own time of day.
 */
export function splitDays(raw: readonly Kline[], instrument: Instrument, now: EpochMs): Days {
  const { day } = tradingDaySpan(instrument.hours, now);
  let today: Kline | undefined;
  let before: Kline | undefined;
  for (const bar of raw) {
    if (!isSound(bar)) continue;
    const date = dateOf(bar.time, instrument);
    const time = epochOf(instrument.hours.zone, date, "00:00");
    if (date === day) today = { ...toBar(bar, instrument), time, closed: false };
    else if (date < day) before = { ...toBar(bar, instrument), time };
  }
  return { today, before };
}

function dateOf(time: EpochMs, { hours }: Instrument): string {
  const utc = time % 86_400_000 === 0 && localTime(hours.zone, time) !== "00:00:00";
  return localDate(utc ? "UTC" : hours.zone, time);
}

/** What the hub's day begins with, and what the upstream counts of it so far. Undefined where the bars say nothing. */
export function referenceOf({ today, before }: Days, now: EpochMs): DayReference | undefined {
  if (today === undefined && before === undefined) return undefined;
  const reference = {
    time: now,
    preClose: before?.close ?? NaN,
    preSettlement: NaN,
    upperLimit: NaN,
    lowerLimit: NaN,
  };
  if (today === undefined) return reference;
  const { open, high, low, close: last, volume, turnover } = today;
  return { ...reference, today: { open, high, low, last, volume, turnover } };
}
