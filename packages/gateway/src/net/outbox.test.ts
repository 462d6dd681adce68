import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Message } from "../core/hub.ts";
import { Flusher, type ByteSink } from "./flusher.ts";
import { Outbox } from "./outbox.ts";
import { frameText } from "./text-frame.ts";

/** A socket whose kernel takes bytes only when told to. */
class FakeSocket implements ByteSink {
  readonly written: Buffer[] = [];
  writableLength = 0;
  blocked = false;

  write(bytes: Buffer): void {
    // What the kernel takes it copies; what it does not is kept by reference, as a real socket does.
    this.written.push(this.blocked ? bytes : Buffer.from(bytes));
    if (this.blocked) this.writableLength += bytes.length;
  }

  /** Texts of all frames written, in order. */
  texts(): string[] {
    const bytes = Buffer.concat(this.written);
    const texts: string[] = [];
    for (let at = 0; at < bytes.length;) {
      assert.equal(bytes[at], 0x81);
      const short = bytes[at + 1]!;
      const [length, start] =
        short < 126
          ? [short, at + 2]
          : short === 126
            ? [bytes.readUInt16BE(at + 2), at + 4]
            : [bytes.readUInt32BE(at + 6), at + 10];
      texts.push(bytes.toString("utf8", start, start + length));
      at = start + length;
    }
    return texts;
  }
}

/** A flusher that the test runs by hand. */
class HandFlusher extends Flusher {
  readonly waiting: Outbox[] = [];
  override add(outbox: Outbox): void {
    this.waiting.push(outbox);
  }
  run(): void {
    for (const outbox of this.waiting.splice(0)) outbox.flush();
  }
}

const LIMITS = { highWater: 100, hardCap: 2000 };

function makeOutbox(limits = LIMITS): {
  outbox: Outbox;
  socket: FakeSocket;
  flusher: HandFlusher;
  overflows: () => number;
} {
  const socket = new FakeSocket();
  const flusher = new HandFlusher();
  let count = 0;
  const outbox = new Outbox(socket, flusher, limits, { overflow: () => void count++, close: () => {} });
  return { outbox, socket, flusher, overflows: () => count };
}

const message = (text: string, conflation: object | null): Message => ({ text, conflation, frame: null });

test("a frame holds its text, whatever its length and characters", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.integer({ min: 0, max: 70_000 }).map((n) => "螺".repeat(n % 40) + "x".repeat(n)),
      ),
      (text) => {
        const socket = new FakeSocket();
        socket.write(frameText(text));
        assert.deepEqual(socket.texts(), [Buffer.from(text).toString()]);
      },
    ),
    { numRuns: 200 },
  );
});

test("all messages of a turn leave in one write, in order", () => {
  const { outbox, socket, flusher } = makeOutbox();
  outbox.send("reply");
  outbox.deliver(message("tick 1", {}));
  outbox.deliver(message("tick 2", null));
  assert.equal(socket.written.length, 0);
  flusher.run();
  assert.equal(socket.written.length, 1);
  assert.deepEqual(socket.texts(), ["reply", "tick 1", "tick 2"]);
});

test("what a blocked socket holds is not overwritten by what others are sent", () => {
  const { outbox, socket, flusher } = makeOutbox({ highWater: 1_000, hardCap: 10_000 });
  const otherSocket = new FakeSocket();
  const other = new Outbox(otherSocket, flusher, LIMITS, { overflow: () => {}, close: () => {} });
  socket.blocked = true;
  for (const round of ["first", "second", "third"]) {
    outbox.send(`${round} a`);
    outbox.send(`${round} b`);
    other.send(`${round} other a`);
    other.send(`${round} other b`);
    flusher.run();
  }
  assert.deepEqual(socket.texts(), ["first a", "first b", "second a", "second b", "third a", "third b"]);
  assert.deepEqual(otherSocket.texts().slice(-2), ["third other a", "third other b"]);
});

test("clients with equal queues get equal bytes, also when one of them blocks", () => {
  const { outbox, socket, flusher } = makeOutbox();
  const sockets = [socket, new FakeSocket(), new FakeSocket()];
  const outboxes = [
    outbox,
    ...sockets.slice(1).map((each) => new Outbox(each, flusher, LIMITS, { overflow: () => {}, close: () => {} })),
  ];
  sockets[1]!.blocked = true;
  for (const round of [1, 2, 3]) {
    for (const text of [`${round} a`, `${round} b`]) {
      const shared = message(text, null);
      for (const each of outboxes) each.deliver(shared);
    }
    flusher.run();
  }
  for (const each of sockets) assert.deepEqual(each.texts(), ["1 a", "1 b", "2 a", "2 b", "3 a", "3 b"]);
});

test("a frame shared by two outboxes is made once", () => {
  const shared = message("tick", null);
  const one = makeOutbox();
  const two = makeOutbox();
  one.outbox.deliver(shared);
  const { frame } = shared;
  two.outbox.deliver(shared);
  assert.ok(frame !== null);
  assert.equal(shared.frame, frame);
});

test("a slow reader gets the newest of each conflatable topic and everything else, in order of publication", () => {
  const { outbox, socket, flusher } = makeOutbox();
  const topicA = {};
  const topicB = {};
  socket.blocked = true;
  outbox.send("x".repeat(200));
  flusher.run();
  assert.equal(outbox.held, true);
  outbox.deliver(message("A1", topicA));
  outbox.deliver(message("trade 1", null));
  outbox.deliver(message("B1", topicB));
  outbox.deliver(message("A2", topicA));
  outbox.send("reply");
  outbox.deliver(message("A3", topicA));
  assert.equal(socket.written.length, 1);
  socket.blocked = false;
  socket.writableLength = 0;
  outbox.drained();
  assert.deepEqual(socket.texts().slice(1), ["trade 1", "B1", "reply", "A3"]);
  assert.deepEqual(
    { ...outbox.counts, bytes: 0 },
    { published: 7, sent: 5, conflated: 2, dropped: 0, bytes: 0, writes: 2 },
  );
});

test("past the hard cap the queue is dropped, counted, and the owner told once", () => {
  const { outbox, socket, flusher, overflows } = makeOutbox();
  socket.blocked = true;
  outbox.send("x".repeat(200));
  flusher.run();
  for (let i = 0; i < 50; i++) outbox.deliver(message("y".repeat(100), null));
  assert.equal(overflows(), 1);
  const { published, sent, conflated, dropped } = outbox.counts;
  assert.deepEqual({ published, sent, conflated, dropped }, { published: 51, sent: 1, conflated: 0, dropped: 50 });
});

type Step =
  | { readonly kind: "deliver"; readonly topic: number; readonly size: number }
  | { readonly kind: "send"; readonly size: number }
  | { readonly kind: "flush" | "block" | "drain" | "end" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("deliver" as const),
      topic: fc.integer({ min: -1, max: 3 }),
      size: fc.integer({ min: 0, max: 150 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("send" as const), size: fc.integer({ min: 0, max: 150 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("flush" as const, "block" as const, "drain" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("end" as const, "flush" as const, "flush" as const) }) },
);

/** Checks one sequence of steps against what is promised. */
function checkSteps(steps: readonly Step[]): void {
  const { outbox, socket, flusher } = makeOutbox({ highWater: 100, hardCap: 3000 });
  const topics = [{}, {}, {}, {}];
  const published: { text: string; topic: number }[] = [];
  for (const [at, { kind, ...rest }] of steps.entries()) {
    if (kind === "deliver" || kind === "send") {
      const { topic = -1, size } = rest as { topic?: number; size: number };
      const text = `${at}:${"z".repeat(size)}`;
      published.push({ text, topic: kind === "send" ? -1 : topic });
      if (kind === "send") outbox.send(text);
      else outbox.deliver(message(text, topics[topic] ?? null));
    } else if (kind === "flush") flusher.run();
    else if (kind === "block") socket.blocked = true;
    else if (kind === "drain") {
      socket.blocked = false;
      socket.writableLength = 0;
      outbox.drained();
    } else outbox.end();
    const { published: all, sent, conflated, dropped } = outbox.counts;
    assert.equal(all, published.length);
    assert.equal(all, sent + conflated + dropped + outbox.pending);
  }
  checkOrder(published, socket.texts(), outbox);
}

/** What was written is a subsequence of what was published; only conflatable messages with a successor may be missing. */
function checkOrder(
  published: readonly { text: string; topic: number }[],
  written: readonly string[],
  outbox: Outbox,
): void {
  assert.equal(outbox.counts.sent, written.length);
  let at = 0;
  const missing: { topic: number; at: number }[] = [];
  for (const [index, { text, topic }] of published.entries()) {
    if (written[at] === text) at++;
    else missing.push({ topic, at: index });
  }
  assert.equal(at, written.length, "written out of order");
  const undelivered = missing.filter(
    ({ topic, at: index }) => topic === -1 || !published.slice(index + 1).some((later) => later.topic === topic),
  );
  assert.ok(undelivered.length <= outbox.pending + outbox.counts.dropped, "a message vanished without being counted");
}

test("whatever happens: order holds, and published = sent + conflated + dropped + pending", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 120 }), checkSteps), { numRuns: 500 });
});

test("compaction of a long conflated queue keeps order and counts", () => {
  const { outbox, socket, flusher } = makeOutbox({ highWater: 100, hardCap: 1_000_000 });
  const topics = Array.from({ length: 10 }, () => ({}));
  socket.blocked = true;
  outbox.send("x".repeat(200));
  flusher.run();
  for (let i = 0; i < 20_000; i++) outbox.deliver(message(`${i % 10}:${i}`, topics[i % 10]!));
  outbox.send("last");
  socket.blocked = false;
  socket.writableLength = 0;
  outbox.drained();
  const expected = Array.from({ length: 10 }, (_, i) => `${i}:${19_990 + i}`);
  assert.deepEqual(socket.texts().slice(1), [...expected, "last"]);
  assert.equal(outbox.counts.conflated, 19_990);
});
