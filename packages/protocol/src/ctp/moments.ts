/** Dates and times of the trading side: those of China. */
import type { EpochMs } from "../model/mod.ts";
import { ZoneClock } from "./clock.ts";
import { CHINA_HOURS } from "./terms.ts";

/** Remembers the newest second only: it changes no answer. */
const clock = new ZoneClock(CHINA_HOURS.zone);

/** `YYYYMMDD`, or empty where there is no such moment. */
export function dateAt(time: EpochMs | undefined): string {
  if (time === undefined) return "";
  clock.turnTo(time);
  return clock.date;
}

/** `HH:MM:SS`, or empty where there is no such moment. */
export function timeAt(time: EpochMs | undefined): string {
  if (time === undefined) return "";
  clock.turnTo(time);
  return clock.time;
}
