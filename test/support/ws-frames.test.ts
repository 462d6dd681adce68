/** Frames survive being cut into any pieces. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeCloseFrame, encodeTextFrame, FrameReader, type WsFrame } from "./ws-frames.ts";

/** As a client sends it: masked. */
function maskedText(text: string): Buffer {
  const plain = encodeTextFrame(text);
  const payload = Buffer.from(text);
  const head = Buffer.from(plain.subarray(0, plain.length - payload.length));
  head[1] = head[1]! | 0x80;
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)]);
}

test("text frames of every length, masked or not, come out whole however the bytes are cut", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.integer({ min: 120, max: 70_000 }).map((n) => "x".repeat(n)),
  );
  const texts = fc.array(fc.tuple(text, fc.boolean()), { maxLength: 5 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 5_000 }), (given, step) => {
      const wire = Buffer.concat(given.map(([each, masked]) => (masked ? maskedText(each) : encodeTextFrame(each))));
      const reader = new FrameReader();
      const frames: WsFrame[] = [];
      for (let at = 0; at < wire.length; at += step) frames.push(...reader.push(wire.subarray(at, at + step)));
      assert.deepEqual(
        frames.map((frame) => frame.text),
        given.map(([each]) => each),
      );
      assert.deepEqual(Buffer.concat(frames.map((frame) => frame.bytes)), wire);
    }),
    { numRuns: 50 },
  );
});

test("a close frame is told from a text", () => {
  const frames = new FrameReader().push(Buffer.concat([encodeTextFrame("a"), encodeCloseFrame(1008, "enough")]));
  assert.deepEqual(
    frames.map((frame) => frame.kind),
    ["text", "close"],
  );
  assert.equal(frames[1]!.bytes.readUInt16BE(2), 1008);
});
