/** Ticks as lines: NDJSON for programs, aligned text for people. */
import type { Book, BookSide, Snapshot, Trade } from "@tickwire/protocol/model";
import { COLOURS, digits, paint, shown } from "./cells.ts";

/** A tick of either dialect, with what it is. */
export type Tick =
  | { readonly type: "trade"; readonly event: Trade }
  | { readonly type: "book"; readonly event: Book }
  | { readonly type: "snapshot"; readonly event: Snapshot };

/** Widths of the columns; longer texts push the rest of their line to the right. */
const WIDTH = { id: 10, type: 8, price: 12, volume: 10 } as const;
const DIRECTIONS = ["", "buy", "sell"] as const;

/** One JSON object: the event's own fields, with `type` first and times in milliseconds since the epoch. NaN becomes null. */
export function toJsonLine({ type, event }: Tick): string {
  return JSON.stringify({ type, ...event });
}

/** One line of aligned text; the time is this machine's. */
export function toTextLine({ type, event }: Tick, colour: boolean): string {
  const head = `${paint(colour, COLOURS.grey, toClock(event.time))}  ${event.id.padEnd(WIDTH.id)}  ${type.padEnd(WIDTH.type)}`;
  if (type === "trade") {
    const { price, volume, direction } = event;
    const { green, red } = COLOURS;
    const side = direction === 0 ? "" : paint(colour, direction === 1 ? green : red, DIRECTIONS[direction]);
    return `${head}  ${cell(price, WIDTH.price)}  ${cell(volume, WIDTH.volume)}  ${side}`.trimEnd();
  }
  const quote = `bid ${level(event.bids)}  ask ${level(event.asks)}`;
  if (type === "book") return `${head}  ${quote}  levels ${event.bids.prices.length}/${event.asks.prices.length}`;
  return `${head}  ${cell(event.last, WIDTH.price)}  ${cell(event.volume, WIDTH.volume)}  ${quote}  oi ${shown(event.openInterest)}`;
}

function level({ prices, volumes }: BookSide): string {
  return `${cell(prices[0] ?? NaN, WIDTH.price)} x ${shown(volumes[0] ?? NaN).padEnd(WIDTH.volume)}`;
}

function cell(value: number, width: number): string {
  return shown(value).padStart(width);
}

/** `09:30:15.500` of the local zone. */
function toClock(time: number): string {
  const date = new Date(time);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part));
  return `${parts.join(":")}.${digits(date.getMilliseconds(), 3)}`;
}
