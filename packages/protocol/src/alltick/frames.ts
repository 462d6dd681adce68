/** What a client receives over WebSocket, message by message. */
import { readKlinePush, readTickerPush } from "./extension-frames.ts";
import { ALLTICK_EXTENSIONS } from "./extensions.ts";
import { ALLTICK_COMMANDS, type AllTickFrame, type AllTickReply } from "./messages.ts";
import { parseObject, toNumber, toObject, type JsonObject } from "./scalars.ts";
import { readBook, readTrade } from "./tick-readers.ts";

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

/** Reads the `data` of one push; undefined when it cannot be. */
type PushReader = (data: JsonObject) => AllTickFrame | undefined;

const PUSH_READERS: ReadonlyMap<number, PushReader> = new Map<number, PushReader>([
  [ALLTICK_COMMANDS.tradePush, (data) => framed(readTrade(data), (trade) => ({ kind: "trade", trade }))],
  [ALLTICK_COMMANDS.depthPush, (data) => framed(readBook(data), (book) => ({ kind: "book", book }))],
  [ALLTICK_EXTENSIONS.klinePush, (data) => framed(readKlinePush(data), (kline) => ({ kind: "kline", kline }))],
  [ALLTICK_EXTENSIONS.tickerPush, (data) => framed(readTickerPush(data), (ticker) => ({ kind: "ticker", ticker }))],
]);

function framed<T>(event: T | undefined, frame: (event: T) => AllTickFrame): AllTickFrame | undefined {
  return event === undefined ? undefined : frame(event);
}

function readFrame(frame: JsonObject, text: string): AllTickFrame {
  const cmdId = toNumber(frame["cmd_id"]);
  const data = toObject(frame["data"]) ?? {};
  const readPush = PUSH_READERS.get(cmdId);
  const read = readPush === undefined ? readReply(frame, cmdId, data) : readPush(data);
  return read ?? { kind: "malformed", text };
}

function readReply(frame: JsonObject, cmdId: number, data: JsonObject): AllTickReply | undefined {
  const ret = toNumber(frame["ret"]);
  if (Number.isNaN(ret)) return undefined;
  return {
    kind: "reply",
    ret,
    msg: toText(frame["msg"]),
    cmdId: cmdId || 0,
    seqId: toNumber(frame["seq_id"]) || 0,
    trace: toText(frame["trace"]),
    data,
  };
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
