/** Bars as lines: NDJSON for programs, aligned text for people. */
import type { Kline } from "@tickwire/protocol/model";
import { COLOURS, digits, paint, shown } from "./cells.ts";

/** Widths of the columns; longer texts push the rest of their line to the right. */
const WIDTH = { time: 16, price: 12, volume: 14, turnover: 18 } as const;

/** The heads of the columns of {@link toKlineText}. */
export function klineHead(colour: boolean): string {
  const prices = ["open", "high", "low", "close"].map((head) => head.padStart(WIDTH.price));
  const columns = ["time".padEnd(WIDTH.time), ...prices, "volume".padStart(WIDTH.volume)];
  return paint(colour, COLOURS.grey, [...columns, "turnover".padStart(WIDTH.turnover)].join("  "));
}

/** One line of aligned text; the time is this machine's, and that at which the bar begins. */
export function toKlineText(kline: Kline, colour: boolean): string {
  const { open, high, low, close, volume, turnover } = kline;
  const prices = [open, high, low, close].map((price) => shown(price).padStart(WIDTH.price));
  const { green, red, grey } = COLOURS;
  const direction = close > open ? green : close < open ? red : grey;
  prices[3] = paint(colour, direction, prices[3]!);
  const sums = [shown(volume).padStart(WIDTH.volume), shown(turnover).padStart(WIDTH.turnover)];
  return [paint(colour, grey, toMinute(kline.time)), ...prices, ...sums, ...marks(kline)].join("  ").trimEnd();
}

/** One JSON object: the bar's own fields, with `type` first and its time in milliseconds since the epoch. NaN becomes null. */
export function toKlineJson(kline: Kline): string {
  return JSON.stringify({ type: "kline", ...kline });
}

function marks({ closed, revised, gap }: Kline): string[] {
  return [closed ? "" : "forming", revised ? "revised" : "", gap ? "gap" : ""].filter(Boolean);
}

/** `2025-12-23 09:30` of the local zone. */
function toMinute(time: number): string {
  const date = new Date(time);
  const day = `${date.getFullYear()}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
  return `${day} ${digits(date.getHours())}:${digits(date.getMinutes())}`;
}
