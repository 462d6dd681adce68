import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Order, OrderInput, OrderStatus } from "@tickwire/protocol/model";
import type { MarketView, Op } from "../ports/exchange.ts";
import type { TradeReport } from "../ports/trading.ts";
import { Stage, viewOf } from "../../../../test/support/exchange-stage.ts";

const USERS = ["a", "b"] as const;
const RUNS = 500;

type Filling = "day" | "any" | "min" | "all";
type Command =
  | {
      readonly kind: "insert";
      readonly user: string;
      readonly input: Partial<OrderInput>;
      readonly filling: Filling;
      readonly isConditional: boolean;
    }
  | { readonly kind: "cancel"; readonly user: string; readonly id: number }
  | { readonly kind: "market"; readonly view: MarketView }
  | { readonly kind: "settle" };

const user = fc.constantFrom(...USERS);
const inputs = fc.record(
  {
    side: fc.constantFrom("buy", "sell"),
    offset: fc.constantFrom("open", "open", "open", "close-today", "close"),
    priceType: fc.constantFrom("limit", "limit", "limit", "limit", "limit", "best", "last", "five-level", "market"),
    price: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 997, max: 1003 }) },
      fc.constantFrom(899, 1101, 1000.5, 0),
    ),
    volume: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constantFrom(0, 501)),
    minVolume: fc.integer({ min: 1, max: 3 }),
    condition: fc.record(
      {
        of: fc.constantFrom("last", "ask", "bid"),
        is: fc.constantFrom(">", ">=", "<", "<="),
        price: fc.integer({ min: 996, max: 1004 }),
      },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: ["side", "offset", "priceType", "price", "volume", "minVolume"], noNullPrototype: true },
) as fc.Arbitrary<Partial<OrderInput>>;
const filling = fc.constantFrom<Filling>("day", "day", "day", "any", "min", "all");
const insert = fc.record({
  kind: fc.constant("insert" as const),
  user,
  input: inputs,
  filling,
  isConditional: chance(8),
});
const cancel = fc.record({ kind: fc.constant("cancel" as const), user, id: fc.integer({ min: 1, max: 40 }) });
const market = fc
  .record({
    middle: fc.integer({ min: 999, max: 1001 }),
    volumes: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 4, maxLength: 4 }),
    traded: fc.constantFrom(0, 2, 3, 5, 9),
    off: fc.integer({ min: -2, max: 2 }),
  })
  .map(({ middle, volumes, traded, off }): Command => {
    const sizes = { bidVolumes: volumes.slice(0, 2), askVolumes: volumes.slice(2) };
    const view = viewOf([middle - 1, middle - 2], [middle + 1, middle + 2], { ...sizes, traded, last: middle + off });
    return { kind: "market", view };
  });
const commands = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: insert },
    { weight: 3, arbitrary: cancel },
    { weight: 8, arbitrary: market },
    { weight: 1, arbitrary: fc.constant<Command>({ kind: "settle" }) },
  ),
  { minLength: 1, maxLength: 50, size: "max" },
);

interface Resting {
  readonly id: number;
  readonly buys: boolean;
  price: number;
  left: number;
  readonly needed: number;
  readonly stays: boolean;
  ahead: number;
}

interface Shown {
  readonly id?: never;
  readonly price: number;
  left: number;
}

/** The naive model of matching: lists that are searched from end to end. Takes from the operations which orders were accepted at what price, and finds their trades by itself. */
class Model {
  readonly fills: (readonly [buy: number, sell: number, price: number, volume: number])[] = [];
  readonly #orders = new Map<number, Order>();
  #resting: Resting[] = [];
  #bids: Shown[] = [];
  #asks: Shown[] = [];

  hear(op: Op): void {
    if (op.op === "order") this.#orders.set(op.order.id, op.order);
    if (op.op === "accept") this.#accept(this.#orders.get(op.order)!, op.price);
    if (op.op === "cancel") this.#resting = this.#resting.filter(({ id }) => id !== op.order);
    if (op.op === "settle") this.#clear();
  }

  market(view: MarketView): void {
    this.#bids = view.bidPrices.map((price, i) => ({ price, left: view.bidVolumes[i]! }));
    this.#asks = view.askPrices.map((price, i) => ({ price, left: view.askVolumes[i]! }));
    for (const buys of [true, false]) {
      const worse = (a: number, b: number): boolean => (buys ? a > b : a < b);
      for (const level of buys ? this.#asks : this.#bids) {
        for (const it of this.#side(buys)) {
          if (worse(level.price, it.price)) continue;
          level.left -= this.#fill(it, undefined, it.price, level.left);
        }
      }
      for (const it of this.#side(buys)) it.ahead = Math.min(it.ahead, this.#shown(buys, it.price));
      let traded = view.traded;
      for (const it of this.#side(buys)) {
        if (it.price !== view.last && !worse(view.last, it.price))
          traded -= this.#fill(it, undefined, it.price, traded);
      }
      const from = this.fills.length;
      // One lot after the other: it is the first's in the queue before whom nothing stands.
      for (; traded > 0; traded--) {
        const queue = this.#side(buys).filter(({ price }) => price === view.last);
        const first = queue[0];
        if (first === undefined) break;
        if (first.ahead === 0) this.#fill(first, undefined, first.price, 1);
        else for (const it of queue) it.ahead = Math.max(0, it.ahead - 1);
      }
      this.#merge(from);
    }
  }

  /** Open orders and what is left of them, by id. */
  open(): (readonly [id: number, left: number])[] {
    const open = this.#resting.filter(({ left }) => left > 0);
    return open.map(({ id, left }) => [id, left] as const).toSorted(([a], [b]) => a - b);
  }

  /** Trades of one order in a row are one. */
  #merge(from: number): void {
    for (const [buy, sell, price, volume] of this.fills.splice(from)) {
      const last = this.fills.at(-1);
      if (this.fills.length > from && last !== undefined && last[0] === buy && last[1] === sell) {
        this.fills[this.fills.length - 1] = [buy, sell, price, last[3] + volume];
      } else this.fills.push([buy, sell, price, volume]);
    }
  }

  #accept({ id, input }: Order, price: number): void {
    const buys = input.side === "buy";
    const needed =
      input.volumeCondition === "all" ? input.volume : input.volumeCondition === "min" ? input.minVolume : 0;
    const stays = input.time === "day" && input.priceType !== "market";
    const it: Resting = { id, buys, price, left: input.volume, needed, stays, ahead: 0 };
    const good = (other: number): boolean => (buys ? other <= price : other >= price);
    const shown = (buys ? this.#asks : this.#bids).filter((level) => good(level.price));
    const users = this.#side(!buys).filter((other) => good(other.price));
    const volume = [...shown, ...users].reduce((sum, { left }) => sum + left, 0);
    if (volume >= needed) this.#match(it, users, shown);
    if (stays) it.ahead = this.#shown(buys, price);
    this.#resting.push(it);
  }

  #match(it: Resting, users: readonly Resting[], shown: readonly Shown[]): void {
    const all = [...users, ...shown].toSorted((a, b) => (it.buys ? a.price - b.price : b.price - a.price));
    for (const other of all) {
      if (it.left === 0) return;
      if (other.id !== undefined) this.#fill(it, other, other.price, other.left);
      else other.left -= this.#fill(it, undefined, other.price, other.left);
    }
  }

  /** Returns how much it was. */
  #fill(it: Resting, other: Resting | undefined, price: number, most: number): number {
    const volume = Math.min(it.left, most);
    if (volume === 0) return 0;
    it.left -= volume;
    if (other !== undefined) other.left -= volume;
    this.fills.push([it.buys ? it.id : (other?.id ?? 0), it.buys ? (other?.id ?? 0) : it.id, price, volume]);
    return volume;
  }

  /** Open orders of a side, first in the queue first. */
  #side(buys: boolean): Resting[] {
    const open = this.#resting.filter((it) => it.buys === buys && it.left > 0);
    return open.toSorted((a, b) => (buys ? b.price - a.price : a.price - b.price) || a.id - b.id);
  }

  #shown(bids: boolean, price: number): number {
    return (bids ? this.#bids : this.#asks).find((level) => level.price === price)?.left ?? 0;
  }

  #clear(): void {
    this.#resting = [];
  }
}

function run(stage: Stage, command: Command): void {
  stage.now += 7;
  const { exchange } = stage;
  switch (command.kind) {
    case "insert":
      stage.insert(command.user, inputOf(command));
      return;
    case "cancel": {
      const found = exchange.orders(command.user)[command.id % 13];
      stage.cancel(command.user, { sysId: found?.sysId ?? "7", exchange: "SHFE" });
      return;
    }
    case "market":
      stage.market({ ...command.view, time: stage.now });
      return;
    case "settle":
      exchange.settle(stage.now);
      for (const name of USERS) exchange.confirm(name, stage.now);
  }
}

function inputOf({
  input: given,
  filling: how,
  isConditional,
}: Extract<Command, { kind: "insert" }>): Partial<OrderInput> {
  const { condition, ...plain } = given;
  const time = how === "day" ? "day" : "immediate";
  const whole: Partial<OrderInput> = { ...plain, time, volumeCondition: how === "day" ? "any" : how };
  return isConditional && condition !== undefined ? { ...whole, condition } : whole;
}

/** True once in so many times. */
function chance(times: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: times }).map((it) => it === 1);
}

const LEGAL: Readonly<Record<OrderStatus | "none", readonly OrderStatus[]>> = {
  none: ["submitted", "untouched"],
  submitted: ["queueing", "canceled"],
  queueing: ["part-filled", "filled", "canceled"],
  "part-filled": ["part-filled", "filled", "canceled"],
  filled: [],
  canceled: [],
  untouched: ["touched", "canceled"],
  touched: [],
};

/** What is told about orders: legal changes, one after the other, fills that fit and come after their OrderSysID. */
class Listener {
  readonly #known = new Map<number, Order>();
  readonly #filled = new Map<number, number>();
  #read = 0;

  hear(reports: readonly TradeReport[]): void {
    for (const report of reports.slice(this.#read)) {
      if (report.kind === "order") this.#order(report.order);
      if (report.kind !== "fill") continue;
      const { order: id, sysId, price, volume } = report.fill;
      const order = this.#known.get(id)!;
      assert.equal(sysId, order.sysId);
      assert.ok(sysId.length === 12 && price >= 900 && price <= 1100);
      assert.ok(order.input.side === "buy" ? price <= order.price : price >= order.price, "not worse than its price");
      this.#filled.set(id, (this.#filled.get(id) ?? 0) + volume);
      assert.equal(this.#filled.get(id), order.filled);
    }
    this.#read = reports.length;
  }

  #order(order: Order): void {
    const before = this.#known.get(order.id);
    const from = before?.status ?? "none";
    assert.ok(LEGAL[from].includes(order.status), `${from} to ${order.status}`);
    assert.equal(order.reports, (before?.reports ?? 0) + 1);
    assert.ok(order.filled >= (before?.filled ?? 0) && order.filled <= order.input.volume);
    assert.equal(order.status === "filled", order.filled === order.input.volume);
    if (order.input.priceType === "limit" && order.sysId !== "" && order.input.condition === undefined) {
      assert.equal(order.price, order.input.price);
    }
    this.#known.set(order.id, order);
  }
}

function assertSameFills(stage: Stage, model: Model): void {
  const fills = stage.ops.flatMap((op) => (op.op === "fill" ? [[op.buy, op.sell, op.price, op.volume]] : []));
  assert.deepEqual(fills, model.fills);
}

test("whatever is asked: volumes add up, changes are legal, prices keep, the lots of all and the market are none", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const stage = new Stage();
      const listener = new Listener();
      for (const command of list) {
        run(stage, command);
        listener.hear(stage.reports);
        const users = USERS.flatMap((name) => stage.exchange.positions(name));
        const net = users.reduce((sum, { side, volume }) => sum + (side === "long" ? volume : -volume), 0);
        assert.equal(net + stage.exchange.marketNet("rb2605"), 0);
        for (const name of USERS) {
          const account = stage.exchange.account(name)!;
          const { preBalance, withdraw, deposit, closeProfit, positionProfit, commission } = account;
          assert.equal(account.balance, preBalance - withdraw + deposit + closeProfit + positionProfit - commission);
          const open = stage.exchange.orders(name).some(({ status }) => /submitted|queueing|part-filled/.test(status));
          if (!open) assert.equal(account.frozenMargin + account.frozenCommission, 0);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test("trades are those of a naive model: best price, then time, users before the market", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const stage = new Stage();
      const model = new Model();
      let read = 0;
      for (const command of list) {
        // What the front and the exchange let in, the model takes from the operations; who meets whom it finds itself.
        if (command.kind === "market") model.market(command.view);
        run(stage, command);
        for (const op of stage.ops.slice(read)) model.hear(op);
        read = stage.ops.length;
        assertSameFills(stage, model);
        const open = USERS.flatMap((name) => stage.exchange.orders(name)).filter(({ status }) =>
          ["queueing", "part-filled"].includes(status),
        );
        assert.deepEqual(
          open.map(({ id, input, filled }) => [id, input.volume - filled]).toSorted(([a], [b]) => a! - b!),
          model.open(),
        );
      }
    }),
    { numRuns: RUNS },
  );
});

test("operations, through JSON, and checkpoints give the same exchange, which goes on in the same way", () => {
  fc.assert(
    fc.property(commands, fc.nat(50), (list, cut) => {
      const stage = new Stage();
      let middle = "";
      let at = 0;
      list.forEach((command, index) => {
        if (index === cut) {
          middle = JSON.stringify(stage.exchange.checkpoint());
          at = stage.ops.length;
        }
        run(stage, command);
      });
      for (const op of stage.ops) assertNoNaN(op);
      const end = stage.exchange.checkpoint();
      assertNoNaN(end);
      assert.deepEqual(stage.replay().checkpoint(), end);
      const restored = stage.make();
      restored.restore(JSON.parse(JSON.stringify(end)) as object);
      assert.deepEqual(restored.checkpoint(), end);
      for (const name of USERS) {
        assert.deepEqual(restored.orders(name), stage.exchange.orders(name));
        assert.deepEqual(restored.fills(name), stage.exchange.fills(name));
      }
      assert.deepEqual(restored.footprint("rb2605").bids, stage.exchange.footprint("rb2605").bids);
      if (middle === "") return;
      const resumed = stage.make({ op: () => {}, report: () => {} });
      resumed.restore(JSON.parse(middle) as object);
      for (const op of stage.ops.slice(at)) resumed.apply(JSON.parse(JSON.stringify(op)) as Op);
      assert.deepEqual(resumed.checkpoint(), end);
      assert.equal(resumed.lastSessionId, stage.exchange.lastSessionId);
    }),
    { numRuns: RUNS },
  );
});

/** Nothing that JSON cannot hold, nor anything that it would drop but for a key whose value is undefined. */
function assertNoNaN(value: unknown): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value));
  else if (typeof value === "object" && value !== null) Object.values(value).forEach(assertNoNaN);
}
