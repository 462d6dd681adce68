/**
 * The past of a simulated instrument, made on demand: it leads to the first live price. The days' closes are a walk back
 * from there; each day's minutes come from a random stream of its own, so that any of them is made without the others.
 */
import {
  addTradingDays,
  epochOf,
  sessionsOf,
  Sum,
  tradingDaySpan,
  type EpochMs,
  type Instrument,
  type Kline,
  type SessionInterval,
} from "@tickwire/protocol/model";
import type { Anchor } from "./anchor.ts";
import type { Character } from "./curve.ts";
import type { Grid } from "./grid.ts";
import { countMinutes, sessionsUntil, type DayMinutes, type DayPlan } from "./past-day.ts";
import { Random } from "./random.ts";

/** How far a past reaches. */
export const PAST_MINUTES = 20_000;
/** As {@link PAST_MINUTES}, in trading days before the one in which the simulation began. */
export const PAST_DAYS = 1_500;

const MINUTE = 60_000;
/** Parts of a day that lies too far back for minutes to be asked of it: it is drawn coarsely. */
const COARSE_PARTS = 16;
/** How strongly the closes are pulled back to the level: they stray about seven days' volatilities from it. */
const PULL = 0.01;
/** Standard deviation of the jump between a close and the next open, as a part of the day's. */
const OVERNIGHT = 0.2;
/** Part of the price limit that a past day uses at most. */
const LIMIT_USE = 0.95;
/** A day's volume is this part of the usual one, and up to twice as much more. */
const LEAST_VOLUME = 0.6;
/** Open interest at closes strays so far from the usual one. */
const OPEN_INTEREST_STRAY = 0.03;

const COARSE_SESSIONS: readonly SessionInterval[] = [[0, COARSE_PARTS * MINUTE]];

/** What a past is made from. */
export interface PastParts {
  readonly instrument: Instrument;
  readonly character: Character;
  readonly grid: Grid;
  readonly seed: number;
  readonly anchor: Anchor;
  /** Room to make a day in; any number of pasts may share it. */
  readonly scratch: DayMinutes;
}

/** A trading day of the past. */
interface Day {
  readonly day: string;
  readonly start: EpochMs;
  /** Of a coarse day one of {@link COARSE_PARTS} minutes. */
  readonly sessions: readonly SessionInterval[];
  readonly minutes: number;
  /** Minutes of all days after it. */
  readonly after: number;
  /** Steps. */
  readonly close: number;
  readonly openInterest: number;
}

/** Answers for one instrument; remembers days, not minutes. */
export class Past {
  readonly #parts: PastParts;
  readonly #scratch: DayMinutes;
  /** Units of volume in a lot; 0 for an index. */
  readonly #lotUnits: number;
  readonly #walk: Random;
  /** The day of the anchor, then back. */
  readonly #days: Day[] = [];
  readonly #dayBars = new Map<number, Kline>();

  constructor(parts: PastParts) {
    this.#parts = parts;
    this.#scratch = parts.scratch;
    this.#lotUnits = parts.instrument.levels === 0 ? 0 : parts.grid.units(parts.character.profile.lot);
    this.#walk = new Random(parts.seed, `past ${parts.instrument.id}`);
    const { anchor, grid } = parts;
    const { hours } = parts.instrument;
    const span = tradingDaySpan(hours, anchor.time);
    const until = Math.floor(anchor.time / MINUTE) * MINUTE;
    const sessions = sessionsUntil(sessionsOf(hours, span.day), until);
    const close = grid.steps(anchor.price);
    const { day, start } = span;
    const minutes = countMinutes(sessions);
    this.#days.push({ day, start, sessions, minutes, after: 0, close, openInterest: anchor.openInterest });
  }

  /** See `Feed.past`. */
  bars(period: "1m" | "1d", end: EpochMs, limit: number): Kline[] {
    return period === "1m" ? this.#minutes(end, limit) : this.#wholeDays(end, limit);
  }

  #minutes(end: EpochMs, limit: number): Kline[] {
    const pages: Kline[][] = [];
    let wanted = limit;
    for (let back = 0; wanted > 0 && this.#day(back).after < PAST_MINUTES; back++) {
      const { start, minutes, after } = this.#day(back);
      if (start >= end || minutes === 0) continue;
      const bars = this.#minutesOf(back, end, Math.min(PAST_MINUTES - after, minutes), wanted);
      wanted -= bars.length;
      pages.push(bars);
    }
    return pages.toReversed().flat();
  }

  /** The newest `wanted` minutes of a day that begin before `end`, all among its last `reach`. */
  #minutesOf(back: number, end: EpochMs, reach: number, wanted: number): Kline[] {
    this.#make(back);
    const { times, lots, count } = this.#scratch;
    const bars: Kline[] = [];
    for (let at = count - 1; at >= count - reach && bars.length < wanted; at--) {
      if (times[at]! < end && (lots[at]! > 0 || this.#lotUnits === 0)) bars.push(this.#minute(back, at));
    }
    return bars.toReversed();
  }

  #minute(back: number, at: number): Kline {
    const { grid, instrument } = this.#parts;
    const { times, opens, highs, lows, closes } = this.#scratch;
    const units = this.#scratch.lots[at]! * this.#lotUnits;
    return {
      id: instrument.id,
      period: "1m",
      time: times[at]!,
      open: grid.price(opens[at]!),
      high: grid.price(highs[at]!),
      low: grid.price(lows[at]!),
      close: grid.price(closes[at]!),
      volume: grid.volume(units),
      turnover: grid.money(Math.round(((opens[at]! + highs[at]! + lows[at]! + closes[at]!) / 4) * units)),
      openInterest: this.#openInterest(back, at),
      closed: true,
      revised: false,
      gap: false,
    };
  }

  #wholeDays(end: EpochMs, limit: number): Kline[] {
    const bars: Kline[] = [];
    const { zone } = this.#parts.instrument.hours;
    for (let back = 1; back <= PAST_DAYS && bars.length < limit; back++) {
      const { day } = this.#day(back);
      const time = epochOf(zone, day, "00:00");
      if (time >= end) continue;
      let bar = this.#dayBars.get(back);
      if (bar === undefined) this.#dayBars.set(back, (bar = this.#wholeDay(back, time)));
      bars.push(bar);
    }
    return bars.toReversed();
  }

  #wholeDay(back: number, time: EpochMs): Kline {
    this.#make(back);
    const { grid, instrument } = this.#parts;
    const { count, opens, highs, lows, closes } = this.#scratch;
    const { lots } = this.#scratch;
    let high = 0;
    let low = Infinity;
    let units = 0;
    const turnover = new Sum();
    for (let at = 0; at < count; at++) {
      const top = highs[at]!;
      const bottom = lows[at]!;
      if (top > high) high = top;
      if (bottom < low) low = bottom;
      const traded = lots[at]! * this.#lotUnits;
      units += traded;
      turnover.add(grid.money(Math.round(((opens[at]! + top + bottom + closes[at]!) / 4) * traded)));
    }
    const prices = { open: grid.price(opens[0]!), high: grid.price(high), low: grid.price(low) };
    const close = grid.price(closes[count - 1]!);
    const sums = { volume: grid.volume(units), turnover: turnover.value, openInterest: this.#day(back).openInterest };
    const flags = { closed: true, revised: false, gap: false };
    return { id: instrument.id, period: "1d", time, ...prices, close, ...sums, ...flags };
  }

  #openInterest(back: number, at: number): number {
    const from = this.#day(back + 1).openInterest;
    const to = this.#day(back).openInterest;
    return Math.round(from + ((to - from) * (at + 1)) / this.#scratch.count);
  }

  #make(back: number): void {
    const { seed, instrument } = this.#parts;
    const random = new Random(seed, `past ${instrument.id} ${this.#day(back).day}`);
    this.#scratch.make(this.#plan(back, random), random);
  }

  #plan(back: number, random: Random): DayPlan {
    const { anchor, grid, character } = this.#parts;
    const { profile } = character;
    const { sessions, close, minutes } = this.#day(back);
    const before = this.#day(back + 1).close;
    const deviation = before * profile.volatility;
    const lots = this.#lots(back, minutes, random);
    const jump = random.normal() * deviation * OVERNIGHT;
    if (back === 0 && anchor.open === anchor.open) {
      const [open, low, high] = [grid.steps(anchor.open), grid.steps(anchor.low), grid.steps(anchor.high)];
      const quiet = Math.min(deviation, (high - low) / 3);
      return { sessions, open, close, low, high, meets: true, deviation: quiet, lots };
    }
    const room = profile.limitRate > 0 ? before * profile.limitRate * LIMIT_USE : Infinity;
    const low = Math.min(close, Math.max(1, Math.ceil(before - room)));
    const high = Math.max(close, Math.floor(before + room));
    const open = Math.min(Math.max(Math.round(before + jump), low), high);
    return { sessions, open, close, low, high, meets: false, deviation, lots };
  }

  /** Lots of a day; of the anchor's day, what its first snapshot says, or a part of the usual. */
  #lots(back: number, minutes: number, random: Random): number {
    const { anchor, grid, character } = this.#parts;
    const { profile, dailyVolume } = character;
    const varied = LEAST_VOLUME + random.exponential() * (1 - LEAST_VOLUME);
    const lots = (dailyVolume / profile.lot) * Math.min(varied, 2 + LEAST_VOLUME);
    if (back > 0) return Math.max(minutes, Math.round(lots));
    if (anchor.volume === anchor.volume) return Math.floor(grid.units(anchor.volume) / grid.units(profile.lot));
    return Math.max(minutes, Math.round((lots * minutes) / (24 * 60)));
  }

  /** The day so many trading days before the anchor's. */
  #day(back: number): Day {
    while (this.#days.length <= back) this.#days.push(this.#dayBefore(this.#days.at(-1)!, this.#days.length));
    return this.#days[back]!;
  }

  #dayBefore({ day: next, minutes, after, close, openInterest }: Day, back: number): Day {
    const { hours } = this.#parts.instrument;
    const day = addTradingDays(hours.holidays, next, -1);
    const later = after + minutes;
    const sessions = later < PAST_MINUTES ? sessionsOf(hours, day) : COARSE_SESSIONS;
    const step = this.#stepBack(close, back === 1, minutes);
    const usual = this.#parts.anchor.openInterest;
    const stray = 1 + (this.#walk.uniform() * 2 - 1) * OPEN_INTEREST_STRAY;
    const interest = back === 1 ? openInterest : Math.round(usual * stray);
    const start = sessions[0]![0];
    return {
      day,
      start,
      sessions,
      minutes: countMinutes(sessions),
      after: later,
      close: step,
      openInterest: interest,
    };
  }

  /** The close before `close`. Where the anchor's day has no minutes yet, the one before it leads to the first live price. */
  #stepBack(close: number, isFirst: boolean, minutes: number): number {
    const { anchor, grid, character } = this.#parts;
    const { profile, level } = character;
    const normal = this.#walk.normal();
    if (isFirst && minutes === 0) return close;
    if (isFirst && anchor.preClose > 0) return grid.steps(anchor.preClose);
    const stray = Math.log(grid.price(close) / level);
    const before = level * Math.exp(stray * (1 - PULL) - profile.volatility * normal);
    return Math.max(1, grid.steps(before));
  }
}
