import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Hedge, Offset, OrderInput, OrderSide, Position } from "@tickwire/protocol/model";
import { cost, NaiveAccounts, sideOf, worth } from "../../../../test/support/naive-accounts.ts";
import { DAYS, makeInput, rate, VARIED_TERMS } from "../../../../test/support/trading-terms.ts";
import { Accounts } from "./accounts.ts";

const USERS = ["ann", "bob"];
const IDS = VARIED_TERMS.map((terms) => terms.instrument);

const user = fc.constantFrom(...USERS);
const instrument = fc.constantFrom(...IDS);
const hedge = fc.constantFrom<Hedge>("speculation", "speculation", "speculation", "hedge");
const side = fc.constantFrom<OrderSide>("buy", "sell");
/** Steps of the grid away from 3000. */
const steps = fc.integer({ min: -400, max: 400 });
const pick = fc.nat(1000);
const volume = fc.integer({ min: 1, max: 6 });
const open = fc.constant<Offset>("open");
const close = fc.constantFrom<Offset>("close", "close-today", "close-yesterday");
const moves = fc.array(steps, { minLength: IDS.length, maxLength: IDS.length });

/** What is done, and the way to do it; false where the accounts refuse it. */
interface Command {
  readonly name: string;
  readonly what: unknown;
  run(pair: Pair): boolean;
}

function command<T>(name: string, what: fc.Arbitrary<T>, run: (pair: Pair, what: T) => boolean): fc.Arbitrary<Command> {
  return what.map((made) => ({ name, what: made, run: (pair) => run(pair, made) }));
}

const asked = { user, instrument, side, hedge, steps, volume };
const commands = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: command("open", fc.record({ ...asked, offset: open }), (pair, what) => pair.order(what)) },
    {
      weight: 1,
      arbitrary: command("close", fc.record({ ...asked, offset: close }), (pair, what) => pair.order(what)),
    },
    {
      weight: 8,
      arbitrary: command("close", fc.record({ pick, volume, steps, offset: close }), (pair, what) => pair.close(what)),
    },
    {
      weight: 12,
      arbitrary: command("fill", fc.record({ pick, volume, steps }), (pair, what) => pair.fill(what)),
    },
    { weight: 2, arbitrary: command("release", pick, (pair, what) => pair.release(what)) },
    { weight: 4, arbitrary: command("mark", fc.tuple(instrument, steps), (pair, [id, at]) => pair.mark(id, at)) },
    {
      weight: 1,
      arbitrary: command("transfer", fc.tuple(user, fc.integer({ min: -3_000_000, max: 9_000_000 })), (pair, what) =>
        pair.transfer(...what),
      ),
    },
    {
      weight: 1,
      arbitrary: command("terms", fc.tuple(instrument, fc.integer({ min: 50, max: 300 })), (pair, what) =>
        pair.setTerms(...what),
      ),
    },
    { weight: 1, arbitrary: command("settle", moves, (pair, what) => pair.settle(what)) },
    { weight: 1, arbitrary: command("restart", fc.constant(0), (pair) => pair.restart()) },
  ),
  { minLength: 40, maxLength: 120, size: "max" },
);

type Asked = Pick<OrderInput, "instrument" | "side" | "hedge" | "volume" | "offset">;

/** The accounts and the model, told the same. */
class Pair {
  accounts = new Accounts();
  readonly model = new NaiveAccounts();
  readonly open: { readonly id: number; readonly user: string; readonly input: OrderInput; readonly price: number }[] =
    [];
  #orders = 0;
  #trades = 0;
  #day = 0;

  constructor() {
    for (const name of USERS) {
      this.accounts.openAccount(name, 50_000_000);
      this.model.accounts.set(name, { preBalance: 50_000_000, deposit: 0, withdraw: 0 });
    }
    this.accounts.settle("", DAYS[0]!, 0, new Map());
    for (const terms of VARIED_TERMS) {
      this.accounts.setTerms(terms);
      this.model.terms.set(terms.instrument, terms);
      this.mark(terms.instrument, 0);
    }
  }

  order(made: Asked & { readonly user: string; readonly steps: number }): boolean {
    const { user: name, steps: away, ...what } = made;
    const price = this.#price(what.instrument, away);
    const input = makeInput(what.instrument, { ...what, price });
    const answer = this.accounts.judge(name, input, price);
    assert.equal(answer, this.#verdict(name, input), "the verdict");
    this.#askMost(name, input);
    if (answer !== undefined) return false;
    const order = { id: ++this.#orders, user: name, input, price };
    this.open.push(order);
    this.accounts.freeze(order, price);
    this.model.order(order.id, name, input, price);
    return true;
  }

  /** A closing order for something that is held. */
  close(what: Pick<OrderInput, "volume" | "offset"> & { readonly pick: number; readonly steps: number }): boolean {
    const lots = this.model.lots.filter((lot) => lot.volume > 0);
    const lot = lots[what.pick % Math.max(1, lots.length)];
    if (lot === undefined) return false;
    const { user: name, instrument: id, hedge: flag } = lot;
    const { volume: lotsToClose, offset, steps: away } = what;
    const order = { user: name, instrument: id, hedge: flag as Hedge, volume: lotsToClose, offset, steps: away };
    return this.order({ ...order, side: lot.side === "long" ? "sell" : "buy" });
  }

  fill(what: { readonly pick: number; readonly volume: number; readonly steps: number }): boolean {
    const at = what.pick % Math.max(1, this.open.length);
    const order = this.open[at];
    if (order === undefined) return false;
    const lots = Math.min(what.volume, this.model.orders.get(order.id)!.left);
    const price = this.#price(order.input.instrument, what.steps);
    const fill = { tradeId: `${++this.#trades}`, price, volume: lots, at: 0, tradingDay: DAYS[this.#day]! };
    assert.equal(this.accounts.fill(order, fill), this.model.fill(order.id, lots, price), "the commission");
    if (!this.model.orders.has(order.id)) this.open.splice(at, 1);
    return true;
  }

  release(which: number): boolean {
    const [order] = this.open.splice(which % Math.max(1, this.open.length), 1);
    if (order === undefined) return false;
    this.accounts.release(order);
    this.model.orders.delete(order.id);
    return true;
  }

  mark(id: string, away: number): boolean {
    const price = this.#price(id, away);
    this.accounts.mark(id, price);
    this.model.price.set(id, price);
    return true;
  }

  transfer(name: string, amount: number): boolean {
    this.accounts.transfer(name, amount);
    this.model.accounts.get(name)![amount > 0 ? "deposit" : "withdraw"] += Math.abs(amount);
    return true;
  }

  setTerms(id: string, thousandths: number): boolean {
    const before = this.model.terms.get(id)!;
    const terms = { ...before, longMargin: rate(thousandths / 1000, 0.5), closeFee: rate(thousandths / 1e6) };
    this.accounts.setTerms(terms);
    this.model.terms.set(id, terms);
    return true;
  }

  settle(away: readonly number[]): boolean {
    const [day, next] = [DAYS[this.#day]!, DAYS[this.#day + 1]];
    if (next === undefined) return false;
    const prices = new Map(IDS.map((id, at) => [id, this.#price(id, away[at]!)]));
    const statements = this.accounts.settle(day, next, ++this.#day, prices);
    assert.deepEqual(
      statements.map((statement) => [statement.user, statement.day]),
      USERS.map((name) => [name, day]),
    );
    this.open.length = 0;
    this.model.settle(day, prices);
    // Expired contracts are forgotten; the test goes on with them as if they were listed anew.
    for (const [id, terms] of this.model.terms) {
      const { expires } = terms;
      const anew = { ...terms, expires: expires <= day ? "20991231" : expires };
      this.model.terms.set(id, anew);
      this.accounts.setTerms(anew);
      this.accounts.mark(id, prices.get(id)!);
    }
    return true;
  }

  /** Goes on from a checkpoint, as after a restart; the market says its prices anew. */
  restart(): boolean {
    const before = USERS.map((name) => this.#told(name));
    const checkpoint = this.accounts.checkpoint();
    const restored = new Accounts();
    restored.restore(JSON.parse(JSON.stringify(checkpoint)) as object);
    assert.deepEqual(restored.checkpoint(), checkpoint);
    for (const [id, price] of this.model.price) restored.mark(id, price);
    this.accounts = restored;
    assert.deepEqual(
      USERS.map((name) => this.#told(name)),
      before,
    );
    return true;
  }

  /** What must hold after every step. */
  check(): void {
    for (const name of USERS) {
      const { user: _, tradingDay, settlementId, ...account } = this.accounts.account(name)!;
      const { preMargin, preDeposit, withdrawQuota, ...money } = account;
      assert.deepEqual(money, this.model.account(name), `the account of ${name}`);
      assert.ok(Number.isInteger(preMargin) && Number.isInteger(preDeposit));
      assert.equal(withdrawQuota, Math.max(0, money.available - Math.max(0, money.positionProfit)));
      assert.deepEqual([tradingDay, settlementId], [DAYS[this.#day], this.#day + 1]);
      this.#checkRows(name);
    }
    const nets = IDS.map((id) => this.model.lots.filter((lot) => lot.instrument === id));
    const net = nets.map((lots) => lots.reduce((sum, lot) => sum + (lot.side === "long" ? 1 : -1) * lot.volume, 0));
    assert.deepEqual(
      IDS.map((id) => this.accounts.net(id)),
      net,
      "the net lots",
    );
    const held = IDS.filter((_, at) => nets[at]!.some((lot) => lot.volume > 0));
    assert.deepEqual(this.accounts.held().toSorted(), held.toSorted(), "held");
  }

  #checkRows(name: string): void {
    const rows = this.accounts.positions(name);
    const details = this.accounts.details(name);
    const traded = this.model.events.filter((event) => event.user === name);
    const lots = this.model.lots.filter((lot) => lot.user === name);
    const keys = new Set(rows.map((row) => `${row.instrument} ${row.side} ${row.hedge} ${row.date}`));
    assert.equal(keys.size, rows.length, "one row each");
    const fees = this.model.fees.filter((fee) => fee.user === name);
    assert.equal(
      total(rows, (row) => row.commission),
      total(fees, (fee) => fee.amount),
      "commission of all rows",
    );
    assert.ok(
      traded.every((event) => rows.some((row) => isOf(row, event))) &&
        lots.every((lot) => rows.some((row) => isOf(row, lot))),
    );
    for (const row of rows) {
      const history = this.model.terms.get(row.instrument)!.history;
      const own = <T extends { readonly old: boolean }>(all: readonly (T & Parameters<typeof isOf>[1])[]) =>
        all.filter((each) => isOf(row, each) && (!history || each.old === (row.date === "history")));
      this.#checkRow(name, row, own(lots), own(traded));
    }
    const left = details.map((detail) => detail.volume).filter((each) => each > 0);
    assert.deepEqual(
      left.toSorted(),
      lots
        .map((lot) => lot.volume)
        .filter((each) => each > 0)
        .toSorted(),
      "details",
    );
  }

  #checkRow(name: string, row: Position, lots: NaiveAccounts["lots"], traded: NaiveAccounts["events"]): void {
    const frozen = row.side === "long" ? row.shortFrozen : row.longFrozen;
    assert.ok(frozen >= 0 && row.volume - frozen >= 0, "closable is never negative");
    assert.equal(row.side === "long" ? row.longFrozen : row.shortFrozen, 0);
    const old = row.date === "history" || !this.model.terms.get(row.instrument)!.history;
    const yesterday = this.model.yesterday.filter((each) => each.user === name && isOf(row, each));
    assert.deepEqual(
      {
        volume: row.volume,
        today: row.today,
        yesterday: row.yesterday,
        cost: row.positionCost,
        openCost: row.openCost,
        margin: row.margin,
        profit: row.positionProfit,
        opened: [row.openVolume, row.openAmount],
        closed: [row.closeVolume, row.closeAmount],
        closeProfit: [row.closeProfitByDate, row.closeProfitByTrade],
      },
      {
        volume: total(lots, (lot) => lot.volume),
        today: total(lots, (lot) => (lot.old ? 0 : lot.volume)),
        yesterday: old ? total(yesterday, (each) => each.volume) : 0,
        cost: total(lots, (lot) => lot.basis * lot.volume),
        openCost: total(lots, (lot) => lot.openPrice * lot.volume),
        margin: total(lots, (lot) => this.model.marginOf(lot)),
        profit: total(lots, (lot) => this.model.profitOf(lot)),
        opened: [total(traded, (each) => each.opened), total(traded, (each) => (each.opened > 0 ? each.amount : 0))],
        closed: [total(traded, (each) => each.closed), total(traded, (each) => (each.closed > 0 ? each.amount : 0))],
        closeProfit: [total(traded, (each) => each.byDate), total(traded, (each) => each.byTrade)],
      },
      `${name} ${row.instrument} ${row.side} ${row.date}`,
    );
  }

  /** What the rules say to an order. */
  #verdict(name: string, input: OrderInput): string | undefined {
    const terms = this.model.terms.get(input.instrument)!;
    const value = worth(input.price, terms);
    const fee = cost(this.model.feeRate(name, input, input.price), value, input.volume);
    const account = this.model.account(name);
    if (input.offset === "open") {
      const margin = cost(this.model.marginRate(input.instrument, sideOf(input)), value, input.volume);
      return margin + fee > account["available"]! ? "insufficientMoney" : undefined;
    }
    if (input.volume <= this.model.closable(name, input)) {
      return fee > account["available"]! + account["margin"]! ? "insufficientMoney" : undefined;
    }
    if (!terms.history) return "overClosePosition";
    return input.offset === "close-today" ? "overCloseToday" : "overCloseYesterday";
  }

  /** The most lots are allowed, one more is not. */
  #askMost(name: string, input: OrderInput): void {
    const most = this.accounts.maxVolume(name, input, input.price);
    const judge = (lots: number) => this.#verdict(name, { ...input, volume: lots });
    if (input.offset !== "open") return assert.equal(most, this.model.closable(name, input));
    if (most > 0) assert.equal(judge(most), undefined);
    assert.equal(judge(most + 1), "insufficientMoney");
  }

  #told(name: string) {
    const { accounts } = this;
    return [accounts.account(name), accounts.positions(name), accounts.details(name)];
  }

  /** A price so many steps from 3000, on the grid. */
  #price(id: string, away: number): number {
    return Number((3000 + away * this.model.terms.get(id)!.priceTick).toFixed(4));
  }
}

function total<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}

function isOf(row: Position, what: Pick<Position, "instrument" | "side"> & { readonly hedge: string }): boolean {
  return row.instrument === what.instrument && row.side === what.side && row.hedge === what.hedge;
}

test("after every step accounts are what a recount of all lots and orders says, to the fen", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(commands, (sequence) => {
      const pair = new Pair();
      pair.check();
      for (const step of sequence) {
        const key = `${step.name} ${step.run(pair) ? "done" : "refused"}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        pair.check();
      }
    }),
    { numRuns: 60 },
  );
  for (const name of ["open", "close", "fill", "release", "mark", "transfer", "terms", "settle", "restart"]) {
    assert.ok((seen.get(`${name} done`) ?? 0) > 50, `${name} happened: ${JSON.stringify([...seen])}`);
  }
  assert.ok(seen.get("open refused")! > 0 && seen.get("close refused")! > 0);
});

test("settlement keeps every balance and zeroes the sums of the day", () => {
  fc.assert(
    fc.property(commands, moves, (sequence, last) => {
      const pair = new Pair();
      for (const step of sequence) step.run(pair);
      for (const [at, id] of IDS.entries()) pair.mark(id, last[at]!);
      const before = USERS.map((name) => pair.accounts.account(name)!);
      if (!pair.settle(last)) return;
      for (const [at, name] of USERS.entries()) {
        const { preBalance, balance, ...after } = pair.accounts.account(name)!;
        assert.deepEqual([preBalance, balance], [before[at]!.balance, before[at]!.balance]);
        const { deposit, withdraw, commission, closeProfit, positionProfit, frozenMargin, frozenCommission } = after;
        const sums = [deposit, withdraw, commission, closeProfit, positionProfit, frozenMargin, frozenCommission];
        assert.deepEqual(sums, [0, 0, 0, 0, 0, 0, 0]);
        for (const row of pair.accounts.positions(name)) {
          assert.deepEqual([row.today, row.volume - row.yesterday, row.positionProfit], [0, 0, 0]);
          assert.deepEqual([row.openVolume, row.closeVolume, row.longFrozen, row.shortFrozen], [0, 0, 0, 0]);
          assert.ok(row.volume > 0);
          assert.ok(row.preMargin > 0 && row.commission === 0);
        }
        assert.ok(pair.accounts.details(name).every((detail) => detail.volume > 0 && detail.closeVolume === 0));
      }
    }),
    { numRuns: 60 },
  );
});
