import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trade } from "@tickwire/protocol/model";
import fc from "fast-check";
import { Hub, type Encoding, type Message, type Subscription } from "./hub.ts";
import { sampleInstrument, sampleTrade } from "../../../../test/support/core-stage.ts";

const IDS = ["a", "b"];
const KEYS = ["x", "y"];

/** One encoding that counts how often it is asked. */
function makeEncoding(key: string): Encoding<"trade"> & { calls: number } {
  return {
    key,
    kind: "trade",
    conflate: false,
    calls: 0,
    encode(event, instrument) {
      this.calls++;
      return `${key} ${instrument.id} ${event.price}`;
    },
  };
}

function makeOutlet(): { texts: string[]; messages: Message[]; deliver(message: Message): void } {
  const texts: string[] = [];
  const messages: Message[] = [];
  return { texts, messages, deliver: (message) => (texts.push(message.text), void messages.push(message)) };
}

/** What the hub promises, without being it: one flat list of subscribers. */
interface Expected {
  readonly id: string;
  readonly key: string;
  readonly subscription: Subscription;
  readonly got: readonly string[];
  readonly wanted: string[];
  live: boolean;
}

class Model {
  readonly hub = new Hub();
  readonly encodings = new Map(KEYS.map((key) => [key, makeEncoding(key)]));
  readonly subscribers: Expected[] = [];
  readonly announced = new Set<string>();
  readonly last = new Map<string, Trade>();
  #price = 0;

  listeners(id: string, key: string): Expected[] {
    return this.subscribers.filter((one) => one.live && one.id === id && one.key === key);
  }

  get calls(): number {
    return [...this.encodings.values()].reduce((sum, { calls }) => sum + calls, 0);
  }

  subscribe(id: string, key: string, replayLast: boolean): void {
    const outlet = makeOutlet();
    const subscription = this.hub.subscribe(id, this.encodings.get(key)!, outlet, replayLast);
    const wanted: string[] = [];
    const last = this.last.get(id);
    if (replayLast && last !== undefined && this.announced.has(id)) wanted.push(`${key} ${id} ${last.price}`);
    this.subscribers.push({ id, key, subscription, got: outlet.texts, wanted, live: true });
  }

  cancel(index: number): void {
    const one = this.subscribers[index % Math.max(1, this.subscribers.length)];
    if (one === undefined) return;
    one.subscription.cancel();
    one.live = false;
  }

  announce(id: string): void {
    this.hub.channel(id).instrument = sampleInstrument(id);
    this.announced.add(id);
  }

  /** Only what was announced has events: the market sees to that. */
  publish(id: string): void {
    if (!this.announced.has(id)) return;
    const trade = sampleTrade(id, 0, ++this.#price, 1);
    this.last.set(id, trade);
    const groups = KEYS.map((key) => this.listeners(id, key)).filter((group) => group.length > 0);
    for (const one of groups.flat()) one.wanted.push(`${one.key} ${id} ${trade.price}`);
    const before = this.calls;
    assert.equal(this.hub.channel(id).publish("trade", trade), groups.flat().length);
    assert.equal(this.calls - before, groups.length, "once per encoding that has listeners");
  }

  check(): void {
    for (const { got, wanted } of this.subscribers) assert.deepEqual(got, wanted);
    const watched = new Set(this.subscribers.filter(({ live }) => live).map(({ id }) => id));
    assert.equal(this.hub.watched, watched.size, "watched instruments");
  }
}

const anyId = fc.constantFrom(...IDS);
const command = fc.oneof(
  fc.record({
    do: fc.constant("subscribe" as const),
    id: anyId,
    key: fc.constantFrom(...KEYS),
    replayLast: fc.boolean(),
  }),
  fc.record({ do: fc.constant("cancel" as const), index: fc.nat(20) }),
  fc.record({ do: fc.constant("announce" as const), id: anyId }),
  fc.record({ do: fc.constant("publish" as const), id: anyId }),
);

test("whatever is subscribed, cancelled (also twice), announced and published: everyone gets exactly theirs, in order", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const model = new Model();
      for (const one of commands) {
        if (one.do === "subscribe") model.subscribe(one.id, one.key, one.replayLast);
        else if (one.do === "cancel") model.cancel(one.index);
        else model[one.do](one.id);
        model.check();
      }
    }),
    { numRuns: 500 },
  );
});

test("receivers of one encoding share one message, other encodings have their own", () => {
  const hub = new Hub();
  hub.channel("a").instrument = sampleInstrument("a");
  const [one, two, three] = [makeOutlet(), makeOutlet(), makeOutlet()];
  const x = makeEncoding("x");
  hub.subscribe("a", x, one, false);
  hub.subscribe("a", x, two, false);
  hub.subscribe("a", makeEncoding("y"), three, false);
  hub.channel("a").publish("trade", sampleTrade("a", 0, 1, 1));
  assert.equal(one.messages[0], two.messages[0]);
  assert.notEqual(one.messages[0], three.messages[0]);
  assert.equal(x.calls, 1);
});

test("conflation identity is per topic and encoding, and absent where nothing may be lost", () => {
  const hub = new Hub();
  for (const id of IDS) hub.channel(id).instrument = sampleInstrument(id);
  const outlet = makeOutlet();
  const encoding = { ...makeEncoding("x"), conflate: true };
  for (const id of IDS) hub.subscribe(id, encoding, outlet, false);
  hub.subscribe("a", makeEncoding("y"), outlet, false);
  for (const id of ["a", "b", "a"]) hub.channel(id).publish("trade", sampleTrade(id, 0, 1, 1));
  const [a, plain, b, again] = outlet.messages.map(({ conflation }) => conflation);
  assert.ok(a !== null && a === again && b !== null && a !== b);
  assert.equal(plain, null);
});

test("unknown instruments cost nothing once nobody listens", () => {
  const hub = new Hub();
  const channels = new Set<object>();
  for (let round = 0; round < 3; round++) {
    const subscription = hub.subscribe("nobody", makeEncoding("x"), makeOutlet(), false);
    channels.add(hub.channel("nobody"));
    subscription.cancel();
  }
  assert.equal(channels.size, 3, "each round found the channel of the round before gone");
});

test("an instrument announced while clients wait flows to them", () => {
  const hub = new Hub();
  const outlet = makeOutlet();
  hub.subscribe("late", makeEncoding("x"), outlet, true);
  hub.channel("late").instrument = sampleInstrument("late");
  hub.channel("late").publish("trade", sampleTrade("late", 0, 7, 1));
  assert.deepEqual(outlet.texts, ["x late 7"]);
});
