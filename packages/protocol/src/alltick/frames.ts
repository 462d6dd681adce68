/** What a client receives, of any age of the service: integers or strings, seconds or milliseconds, gaps in the data. */
import { EMPTY_SIDE, type Aggressor, type Book, type BookSide, type EpochMs, type Trade } from "../model/ticks.ts";
import { ALLTICK_COMMANDS, type AllTickFrame } from "./messages.ts";
import { parseObject, toNumber, toObject, type JsonObject } from "./scalars.ts";

/** A `tick_time` below this is in seconds (alltick.md 11.2). */
const SECONDS_BELOW = 1e11;

/**
 * Reads one text frame; never throws. Usually it is one message; a frame of several, joined by newlines, gives them in
 * order. What cannot be read comes as `malformed` with its text.
 */
export function decodeFrames(text: string): AllTickFrame[] {
  const whole = parseObject(text);
  if (whole !== undefined) return [readFrame(whole, text)];
  if (!text.includes("\n")) return [{ kind: "malformed", text }];
  const frames: AllTickFrame[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const frame = parseObject(line);
    frames.push(frame === undefined ? { kind: "malformed", text: line } : readFrame(frame, line));
  }
  return frames;
}

function readFrame(frame: JsonObject, text: string): AllTickFrame {
  const cmdId = toNumber(frame["cmd_id"]);
  const data = toObject(frame["data"]) ?? {};
  if (cmdId === ALLTICK_COMMANDS.tradePush) {
    const trade = readTrade(data);
    if (trade !== undefined) return { kind: "trade", trade };
  } else if (cmdId === ALLTICK_COMMANDS.depthPush) {
    const book = readBook(data);
    if (book !== undefined) return { kind: "book", book };
  } else {
    const ret = toNumber(frame["ret"]);
    if (!Number.isNaN(ret)) {
      const seqId = toNumber(frame["seq_id"]);
      return {
        kind: "reply",
        ret,
        msg: toText(frame["msg"]),
        cmdId: cmdId || 0,
        seqId: seqId || 0,
        trace: toText(frame["trace"]),
      };
    }
  }
  return { kind: "malformed", text };
}

/** A trade; volume and turnover are NaN and the direction 0 where the service leaves them out. */
function readTrade(data: JsonObject): Trade | undefined {
  const id = data["code"];
  const time = toTime(data["tick_time"]);
  const price = toNumber(data["price"]);
  if (typeof id !== "string" || Number.isNaN(time) || Number.isNaN(price)) return undefined;
  const volume = toNumber(data["volume"]);
  const turnover = toNumber(data["turnover"]);
  return {
    id,
    seq: toNumber(data["seq"]) || 0,
    time,
    price,
    volume,
    turnover,
    direction: toDirection(data["trade_direction"]),
  };
}

function readBook(data: JsonObject): Book | undefined {
  const id = data["code"];
  const time = toTime(data["tick_time"]);
  if (typeof id !== "string" || Number.isNaN(time)) return undefined;
  return { id, seq: toNumber(data["seq"]) || 0, time, bids: readSide(data["bids"]), asks: readSide(data["asks"]) };
}

/** The levels that exist: zero-filled, null and unreadable ones are left out, an unknown volume is NaN. */
function readSide(levels: unknown): BookSide {
  if (!Array.isArray(levels) || levels.length === 0) return EMPTY_SIDE;
  const prices: number[] = [];
  const volumes: number[] = [];
  for (const item of levels as readonly unknown[]) {
    const level = toObject(item);
    const price = toNumber(level?.["price"]);
    if (!(price > 0)) continue;
    prices.push(price);
    volumes.push(toNumber(level?.["volume"]));
  }
  return { prices, volumes };
}

function toTime(value: unknown): EpochMs {
  const time = toNumber(value);
  return time < SECONDS_BELOW ? time * 1_000 : time;
}

function toDirection(value: unknown): Aggressor {
  const direction = toNumber(value);
  return direction === 1 || direction === 2 ? direction : 0;
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
