/** When a simulated instrument ticks next. */
import type { Random } from "./random.ts";

/** CTP stamps snapshots on half seconds, at most one each (ctp.md d.10); at higher rates there are none. */
const SLOT_MS = 500;
const MAX_SLOT_RATE = 1_000 / SLOT_MS;

/** The gaps between the ticks of one instrument, and the times on them. */
export interface Pace {
  /** Milliseconds from `time`, a moment of exchange time, to the first tick. */
  first(time: number): number;
  /** Milliseconds from one tick to the next. */
  gap(): number;
  /** Milliseconds of at least `wait` by which a tick may be put off. */
  pause(wait: number): number;
  /** The time written on a tick that was due at `time` and is delivered `now`. */
  stamp(time: number, now: number): number;
}

/** Makes a pace of `rate` ticks a second: Poisson, or in CTP's slots for a `future` whose rate they can hold. */
export function makePace(random: Random, rate: number, future: boolean): Pace {
  if (future && rate <= MAX_SLOT_RATE) return makeSlots(random, rate / MAX_SLOT_RATE);
  const mean = 1_000 / rate;
  const gap = (): number => random.exponential() * mean;
  return { first: gap, gap, pause: (wait) => wait, stamp: (_time, now) => now };
}

/**
 * Every slot has a tick with probability `chance`. Each instrument's arrive at a moment of the slot of its own, as they
 * do from a front: so a turn has its share of the market's ticks, not all of them or none.
 */
function makeSlots(random: Random, chance: number): Pace {
  const phase = random.bits() % SLOT_MS;
  const odds = Math.log(1 - chance);
  const slots = (): number => (chance >= 1 ? 1 : 1 + Math.floor(Math.log(random.uniform()) / odds));
  const stamp = (time: number): number => Math.floor(time / SLOT_MS) * SLOT_MS;
  return {
    first: (time) => stamp(time) + slots() * SLOT_MS + phase - time,
    gap: () => slots() * SLOT_MS,
    pause: (wait) => Math.ceil(wait / SLOT_MS) * SLOT_MS,
    stamp,
  };
}
