/** How a simulated instrument goes on after a restart: from what a store has of it. Pure. */
import { periodSpan, Sum, tradingDaySpan, type EpochMs, type Instrument, type Kline } from "@tickwire/protocol/model";
import type { DaySoFar } from "../../ports/feed.ts";
import type { Tail } from "../../ports/history.ts";
import type { Anchor } from "./anchor.ts";

/** Where the simulation met an instrument for the first time; kept as its note, so that its past stays the same. */
export interface Origin {
  readonly seed: number;
  readonly anchor: Anchor;
  /** What its past says was traded in the anchor's trading day before it, where the store has nothing of that. */
  readonly soFar: DaySoFar | undefined;
}

/** Where an instrument goes on; prices as in the model, `NaN` where nothing is known. */
export interface Resumed {
  readonly last: number;
  /** The trading day under way; undefined when nothing was traded in it yet. */
  readonly today: DaySoFar | undefined;
  readonly preClose: number;
  /** The average of the trading day before, not cut to the grid. */
  readonly preSettlement: number;
  readonly preOpenInterest: number;
  readonly openInterest: number;
}

/** An origin as a note. */
export function writeNote(origin: Origin): string {
  return JSON.stringify(origin);
}

/** The origin that a note tells; undefined where it tells none. */
export function readNote(note: string): Origin | undefined {
  if (note === "") return undefined;
  // JSON has no NaN: what is not known is null.
  const read: unknown = JSON.parse(note, (_, value: unknown) => value ?? NaN);
  return typeof read === "object" && read !== null && "anchor" in read ? (read as Origin) : undefined;
}

/** What was traded by these bars and trades, which follow each other; undefined where there are none. */
export function foldDay(parts: Iterable<DaySoFar>): DaySoFar | undefined {
  let [open, high, low, last] = [NaN, -Infinity, Infinity, NaN];
  const volume = new Sum();
  const turnover = new Sum();
  for (const part of parts) {
    if (Number.isNaN(open)) ({ open } = part);
    high = Math.max(high, part.high);
    low = Math.min(low, part.low);
    ({ last } = part);
    volume.add(part.volume);
    turnover.add(part.turnover);
  }
  return Number.isNaN(open) ? undefined : { open, high, low, last, volume: volume.value, turnover: turnover.value };
}

/** A bar as what was traded in it. */
export function ofBar({ open, high, low, close, volume, turnover }: Kline): DaySoFar {
  return { open, high, low, last: close, volume, turnover };
}

/** Where an instrument goes on at `now`; undefined when the store has no price of it. */
export function resumeFrom(
  { minutes, days, trades }: Tail,
  origin: Origin | undefined,
  { hours, multiplier }: Instrument,
  now: EpochMs,
): Resumed | undefined {
  const time = trades.at(-1)?.time ?? minutes.at(-1)?.time ?? days.at(-1)?.time;
  if (time === undefined) return undefined;
  const { start, end } = tradingDaySpan(hours, time);
  const within = (at: { readonly time: EpochMs }): boolean => at.time >= start && at.time < end;
  const begun = origin?.soFar !== undefined && within(origin.anchor) ? [origin.soFar] : [];
  const newest = foldDay([
    ...begun,
    ...minutes.filter(within).map(ofBar),
    ...trades.filter(within).map(({ price, volume, turnover }) => ofPrice(price, volume, turnover)),
  ]);
  const name = periodSpan(hours, "1d", time).time;
  const under = tradingDaySpan(hours, now).start === start && newest !== undefined;
  const whole = days.findLast((day) => (under ? day.time < name : day.time <= name));
  const before = whole !== undefined && (under || whole.time === name) ? ofBar(whole) : under ? undefined : newest;
  const known = origin !== undefined && under && within(origin.anchor) ? origin.anchor : undefined;
  const preClose = before?.last ?? known?.preClose ?? NaN;
  const openInterest = minutes.at(-1)?.openInterest ?? days.at(-1)?.openInterest ?? NaN;
  return {
    last: newest?.last ?? days.at(-1)!.close,
    today: under ? newest : undefined,
    preClose,
    preSettlement: before !== undefined && before.volume > 0 ? before.turnover / before.volume / multiplier : preClose,
    preOpenInterest: under ? (whole?.openInterest ?? known?.openInterest ?? NaN) : openInterest,
    openInterest,
  };
}

function ofPrice(price: number, volume: number, turnover: number): DaySoFar {
  return { open: price, high: price, low: price, last: price, volume, turnover };
}
