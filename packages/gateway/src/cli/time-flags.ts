/** How commands read moments and stretches of time. */
import { epochOf, localDate } from "@tickwire/protocol/model";
import { usage } from "./terminal.ts";

/** Zone in which a time of day without a date is meant: that of the Chinese exchanges. */
const EXCHANGE_ZONE = "Asia/Shanghai";
const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS };

/** What {@link readTime} takes, for help texts. */
export const TIME_FORMS = "a date, a UTC time as 2026-03-02T09:30:00Z, or milliseconds since 1970";

/** A moment, `otherwise` where none is given. Throws an `ExitError` for anything else. */
export function readTime(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = /^-?\d{9,}$/.test(text) ? Number(text) : /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time))
    throw usage(`${flag}: expected a date, a UTC time or milliseconds, got ${JSON.stringify(text)}`);
  return time;
}

/** The moment from which on something is asked for: `24h` (`s`, `m`, `h`, `d`) ago, `09:30` last, or as {@link readTime} has it. */
export function readSince(flag: string, text: string, now: number): number {
  const span = /^(\d{1,9})([smhd])$/.exec(text);
  if (span !== null) return now - Number(span[1]) * UNITS[span[2]!]!;
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) {
    const today = epochOf(EXCHANGE_ZONE, localDate(EXCHANGE_ZONE, now), text);
    return today <= now ? today : today - DAY_MS;
  }
  return readTime(flag, text, now);
}
