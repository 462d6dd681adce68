/** The wall clock of an exchange as ticks carry it. */
import { localDate, localTime, type EpochMs } from "../model/mod.ts";

/** Times beyond this are no times (ECMAScript's limit for dates). */
const MAX_TIME = 8.64e15;

/** Date and time of one zone, remembered for the second that was asked for last: ticks of a second share them. */
export class ZoneClock {
  /** `YYYYMMDD`; empty when the time is none. */
  date = "";
  /** `HH:MM:SS`; empty when the time is none. */
  time = "";
  /** Milliseconds of the second, 0 to 999. */
  millis = 0;
  readonly #zone: string;
  #second = NaN;

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** Makes it show `time`. */
  turnTo(time: EpochMs): void {
    const second = Math.floor(time / 1000);
    if (second !== this.#second) this.#read(second);
    this.millis = this.time === "" ? 0 : Math.floor(time - second * 1000);
  }

  #read(second: number): void {
    const valid = Math.abs(second * 1000) < MAX_TIME;
    this.date = valid ? localDate(this.#zone, second * 1000) : "";
    this.time = valid ? localTime(this.#zone, second * 1000) : "";
    this.#second = second;
  }
}
