import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { levelsOf } from "@tickwire/protocol/alltick";
import { AllTickFixture, LISTED, type AllTickClient } from "../../../../test/support/alltick-fixture.ts";

/** Codes of the general endpoint in the fixture, with what each stands for. */
const GENERAL = new Map<string, string>([
  ...LISTED.filter(([, kind]) => kind !== "stock" && kind !== "index").map(([id]) => [id, id] as const),
  ["XAUUSD", "GOLD"],
  ["XAGUSD", "Silver"],
]);
/** Levels that there are. */
const LEVELS = new Map(LISTED.map(([id, kind, market]) => [id, levelsOf(kind, market)]));
const CODES = [...GENERAL.keys(), "AAPL.US", "HSI.HK", "NOPE", "gold"];
/** Plan `free`. */
const LIMIT = 5;

type Kind = "trade" | "book";
type Step =
  | { readonly does: "subscribe"; readonly kind: Kind; readonly symbols: readonly (readonly [string, number])[] }
  | { readonly does: "cancel"; readonly type: number }
  | { readonly does: "event"; readonly kind: Kind; readonly id: string };

/** What the client sees of a step: `ret`, then what is pushed, as code and number of levels. */
interface Seen {
  readonly ret: number | undefined;
  readonly pushes: readonly string[];
}

const anyKind = fc.constantFrom<Kind>("trade", "book");
const symbols = fc.array(fc.tuple(fc.constantFrom(...CODES), fc.nat(7)), { maxLength: 9 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant("subscribe" as const), kind: anyKind, symbols }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("cancel" as const), type: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("event" as const),
      kind: anyKind,
      id: fc.constantFrom(...LISTED.map(([id]) => id)),
    }),
  },
);

/** The rules in their plainest form: two sets of codes with their levels, and which instruments have been seen. */
class Model {
  readonly #sets: Record<Kind, Map<string, number>> = { trade: new Map(), book: new Map() };
  readonly #known: Record<Kind, Set<string>> = { trade: new Set(), book: new Set() };
  readonly #reject: boolean;

  constructor(reject: boolean) {
    this.#reject = reject;
  }

  run(step: Step): Seen {
    switch (step.does) {
      case "event": {
        this.#known[step.kind].add(step.id);
        const listening = [...this.#sets[step.kind]].filter(([code]) => GENERAL.get(code) === step.id);
        return { ret: undefined, pushes: listening.map(([code, levels]) => `${code} ${levels}`) };
      }
      case "cancel":
        if (step.type > 3) return { ret: 400, pushes: [] };
        if (step.type === 0 || step.type === 1) this.#sets.book = new Map();
        if (step.type === 0 || step.type === 2) this.#sets.trade = new Map();
        return { ret: 200, pushes: [] };
      case "subscribe":
        return this.#subscribe(step.kind, step.symbols);
    }
  }

  #subscribe(kind: Kind, asked: readonly (readonly [string, number])[]): Seen {
    if (asked.length === 0) return { ret: 400, pushes: [] };
    const first = asked.filter(
      ([code], at) => GENERAL.has(code) && asked.findIndex(([other]) => other === code) === at,
    );
    if (first.length === 0) return { ret: 600, pushes: [] };
    if (first.length > LIMIT && this.#reject) return { ret: 603, pushes: [] };
    const before = this.#sets[kind];
    const after = first
      .slice(0, LIMIT)
      .map(([code, level]) => [code, kind === "trade" ? 0 : levelsShown(code, level)] as const);
    this.#sets[kind] = new Map(after);
    const changed = after.filter(
      ([code, levels]) => before.get(code) !== levels && this.#known[kind].has(GENERAL.get(code)!),
    );
    return { ret: 200, pushes: changed.map(([code, levels]) => `${code} ${levels}`) };
  }
}

function levelsShown(code: string, level: number): number {
  const most = LEVELS.get(GENERAL.get(code)!)!;
  return level === 0 ? most : Math.min(level, most);
}

function perform(market: AllTickFixture, client: AllTickClient, step: Step): Seen {
  market.time += 1_000;
  if (step.does === "event") market[step.kind](step.id);
  else client.session.receive(JSON.stringify(toFrame(step)));
  const [first, ...rest] = client.seen();
  if (first === undefined) return { ret: undefined, pushes: [] };
  const pushes = first.ret === undefined ? [first, ...rest] : rest;
  for (const push of pushes) {
    assert.equal(push.ret, undefined, "one reply, and before all pushes");
    if (step.does !== "cancel") assert.equal(push.cmd_id, step.kind === "trade" ? 22998 : 22999);
  }
  return { ret: first.ret, pushes: pushes.map(({ data }) => `${data.code} ${data.bids?.length ?? 0}`) };
}

function toFrame(step: Exclude<Step, { does: "event" }>): object {
  if (step.does === "cancel") return { cmd_id: 22006, data: { cancel_type: step.type } };
  const symbol_list = step.symbols.map(([code, depth_level]) => ({ code, depth_level }));
  return { cmd_id: step.kind === "trade" ? 22004 : 22002, data: { symbol_list } };
}

for (const overLimit of ["truncate", "reject"] as const) {
  test(`whatever is subscribed and cancelled, what arrives is what the model says (${overLimit})`, () => {
    let delivered = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40, size: "max" }), (steps) => {
        const market = new AllTickFixture({ overLimit });
        const client = market.connect("free");
        const bystander = market.connect("free2");
        const model = new Model(overLimit === "reject");
        for (const step of steps) {
          const expected = model.run(step);
          const actual = perform(market, client, step);
          assert.equal(actual.ret, expected.ret);
          assert.deepEqual(actual.pushes.toSorted(), expected.pushes.toSorted());
          delivered += actual.pushes.length;
        }
        assert.deepEqual(bystander.seen(), [], "other connections are unaffected");
        client.session.closed();
        assert.equal(market.hub.watched, 0);
      }),
      { numRuns: 300, interruptAfterTimeLimit: 10_000 },
    );
    assert.ok(delivered > 100, "the sequences must reach deliveries to prove anything");
  });
}
