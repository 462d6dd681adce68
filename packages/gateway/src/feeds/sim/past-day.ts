/** One simulated trading day, minute by minute, between an open and a close that are given. */
import type { EpochMs, SessionInterval } from "@tickwire/protocol/model";
import type { Random } from "./random.ts";

const MINUTE = 60_000;
/** Brings the sum of two uniform numbers (variance 1/6) to variance 1. */
const PAIR_TO_NORMAL = Math.sqrt(6);
/** Minutes after a session's begin that are busier than others, and how much busier. */
const BUSY_MINUTES = 5;
const BUSY = 4;
/** Least weight of a minute's volume; the random part is up to 255. */
const QUIET = 48;
/** How far a minute goes beyond its open and close, in its own standard deviations, at most. */
const WICK = 0.8;

/** What a day is made from; prices in steps, volume in lots. */
export interface DayPlan {
  readonly sessions: readonly SessionInterval[];
  readonly open: number;
  readonly close: number;
  /** Bounds of every price. */
  readonly low: number;
  readonly high: number;
  /** Whether the bounds are the day's own low and high, so that the day has to meet them. */
  readonly meets: boolean;
  /** Standard deviation of the day's move, in steps. */
  readonly deviation: number;
  readonly lots: number;
}

/** The minutes of a day, in columns that are used again for the next one. */
export class DayMinutes {
  count = 0;
  times = new Float64Array(0);
  opens = new Float64Array(0);
  highs = new Float64Array(0);
  lows = new Float64Array(0);
  closes = new Float64Array(0);
  lots = new Float64Array(0);
  #weights = new Float64Array(0);

  /** Fills the columns. The path is a random walk bent to end at the close; volumes add up to the plan's exactly. */
  make(plan: DayPlan, random: Random): void {
    this.#lay(plan.sessions);
    if (this.count === 0) return;
    this.#walk(plan, random);
    this.#wicks(plan, random);
    this.#share(plan.lots, random);
  }

  #lay(sessions: readonly SessionInterval[]): void {
    this.count = countMinutes(sessions);
    if (this.count > this.times.length) {
      for (const name of ["times", "opens", "highs", "lows", "closes", "lots"] as const) {
        this[name] = new Float64Array(this.count);
      }
      this.#weights = new Float64Array(this.count);
    }
    let at = 0;
    for (const [start, end] of sessions) {
      for (let time = start; time < end; time += MINUTE) {
        this.#weights[at] = (time - start) / MINUTE < BUSY_MINUTES ? BUSY : 1;
        this.times[at++] = time;
      }
    }
  }

  #walk({ open, close, low, high, deviation }: DayPlan, random: Random): void {
    const { count, closes, opens } = this;
    const step = (deviation / Math.sqrt(count)) * PAIR_TO_NORMAL;
    let walked = 0;
    for (let at = 0; at < count; at++) {
      const bits = random.bits();
      walked += step * (((bits & 0xffff) + (bits >>> 16) + 1) / 0x10000 - 1);
      closes[at] = walked;
    }
    const bend = (close - open - walked) / count;
    let last = open;
    for (let at = 0; at < count; at++) {
      opens[at] = last;
      last = Math.min(Math.max(Math.round(open + closes[at]! + bend * (at + 1)), low), high);
      closes[at] = last;
    }
  }

  #wicks({ low, high, meets, deviation }: DayPlan, random: Random): void {
    const { count, opens, closes, highs, lows } = this;
    const reach = (deviation / Math.sqrt(count)) * WICK + 1;
    for (let at = 0; at < count; at++) {
      const bits = random.bits();
      const up = Math.floor(((bits & 0xff) / 0x100) * reach);
      const down = Math.floor((((bits >>> 8) & 0xff) / 0x100) * reach);
      const open = opens[at]!;
      const close = closes[at]!;
      highs[at] = Math.min((open > close ? open : close) + up, high);
      lows[at] = Math.max((open < close ? open : close) - down, low);
      this.#weights[at]! *= QUIET + ((bits >>> 16) & 0xff);
    }
    if (!meets) return;
    highs[random.bits() % count] = high;
    lows[random.bits() % count] = low;
  }

  /** Every minute has a lot when there are enough; the rest goes by weight, cut so that nothing is lost. */
  #share(lots: number, random: Random): void {
    const { count } = this;
    const least = lots >= count ? 1 : 0;
    const rest = lots - least * count;
    let total = 0;
    for (let at = 0; at < count; at++) total += this.#weights[at]!;
    let sum = random.uniform();
    let given = 0;
    for (let at = 0; at < count; at++) {
      sum += this.#weights[at]!;
      const until = at === count - 1 ? rest : Math.min(rest, Math.floor((rest * sum) / total));
      this.lots[at] = least + until - given;
      given = until;
    }
  }
}

/** How many minutes sessions have. */
export function countMinutes(sessions: readonly SessionInterval[]): number {
  return sessions.reduce((sum, [start, end]) => sum + Math.max(0, Math.ceil((end - start) / MINUTE)), 0);
}

/** `sessions` up to `time`, a whole minute. */
export function sessionsUntil(sessions: readonly SessionInterval[], time: EpochMs): SessionInterval[] {
  return sessions.flatMap(([start, end]) => (start < time ? [[start, Math.min(end, time)] as const] : []));
}
