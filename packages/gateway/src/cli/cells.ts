/** What lines of ticks and of bars are put together from. */

/** Stands for a number that is missing. */
const MISSING = "—";

/** Colours of a terminal, as ANSI codes. */
export const COLOURS = { red: 31, green: 32, grey: 90 } as const;

/** A text in one of the {@link COLOURS}, or as it is where there is no `colour`. */
export function paint(colour: boolean, code: number, text: string): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** A number for people; a dash where it is NaN. */
export function shown(value: number): string {
  return Number.isNaN(value) ? MISSING : String(value);
}

/** A part of a date or time, with leading zeros. */
export function digits(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
