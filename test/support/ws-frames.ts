/** WebSocket frames as bytes (RFC 6455, 5.2): for a proxy that must cut, drop and swap them. No extensions. */

const TEXT = 0x1;
const CLOSE = 0x8;
const FIN_BIT = 0x80;
const MASK_BIT = 0x80;
const OPCODE_BITS = 0x0f;
const LENGTH_BITS = 0x7f;
const MASK_BYTES = 4;
/** Payload lengths from here on take two bytes, from the next one on eight. */
const SHORT_MOST = 125;
const MEDIUM_MOST = 0xffff;

/** One frame. */
export interface WsFrame {
  /** As it is on the wire. */
  readonly bytes: Buffer;
  readonly kind: "text" | "close" | "other";
  /** The payload of a whole text frame, unmasked; empty for others. */
  readonly text: string;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that `bytes` completes, in order. */
  push(bytes: Buffer): WsFrame[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: WsFrame[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): WsFrame | undefined {
    const head = readHead(this.#rest);
    if (head === undefined || this.#rest.length < head.at + head.length) return undefined;
    const bytes = this.#rest.subarray(0, head.at + head.length);
    this.#rest = this.#rest.subarray(bytes.length);
    const isText = head.opcode === TEXT && head.final;
    const text = isText ? unmask(bytes.subarray(head.at), head.mask).toString() : "";
    return { bytes, text, kind: isText ? "text" : head.opcode === CLOSE ? "close" : "other" };
  }
}

/** A text frame as a server sends it. */
export function encodeTextFrame(text: string): Buffer {
  return encodeFrame(TEXT, Buffer.from(text));
}

/** A close frame as a server sends it. */
export function encodeCloseFrame(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return encodeFrame(CLOSE, payload);
}

interface Head {
  readonly opcode: number;
  readonly final: boolean;
  readonly mask: Buffer | undefined;
  /** Where the payload begins, and how long it is. */
  readonly at: number;
  readonly length: number;
}

/** Undefined while the head is incomplete. */
function readHead(bytes: Buffer): Head | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes[0]!, bytes[1]!];
  const short = second & LENGTH_BITS;
  const lengthBytes = short <= SHORT_MOST ? 0 : short === SHORT_MOST + 1 ? 2 : 8;
  const masked = (second & MASK_BIT) !== 0;
  const maskAt = 2 + lengthBytes;
  const at = maskAt + (masked ? MASK_BYTES : 0);
  if (bytes.length < at) return undefined;
  const long = lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  return {
    opcode: first & OPCODE_BITS,
    final: (first & FIN_BIT) !== 0,
    mask: masked ? bytes.subarray(maskAt, at) : undefined,
    at,
    length: long,
  };
}

function unmask(payload: Buffer, mask: Buffer | undefined): Buffer {
  if (mask === undefined) return payload;
  const plain = Buffer.from(payload);
  for (let at = 0; at < plain.length; at++) plain[at] = plain[at]! ^ mask[at % MASK_BYTES]!;
  return plain;
}

function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const lengthBytes = length <= SHORT_MOST ? 0 : length <= MEDIUM_MOST ? 2 : 8;
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = FIN_BIT | opcode;
  head[1] = lengthBytes === 0 ? length : SHORT_MOST + (lengthBytes === 2 ? 1 : 2);
  if (lengthBytes === 2) head.writeUInt16BE(length, 2);
  else if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
