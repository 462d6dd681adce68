/** What the gateway told its clients in the crash test, and what must still be so after a restart. */
import assert from "node:assert/strict";
import type { Json } from "./client.ts";
import type { Lists } from "./crash-trader.ts";
import type { ReplayedLedger } from "./replayed-ledger.ts";

/** What stays as it is while an order lives. */
const FIXED = [
  "OrderRef",
  "FrontID",
  "SessionID",
  "BrokerOrderSeq",
  "OrderLocalID",
  "InstrumentID",
  "ExchangeID",
] as const;
const INPUT = ["Direction", "CombOffsetFlag", "LimitPrice", "VolumeTotalOriginal", "InsertTime", "RequestID"] as const;
/** How far an order is, by OrderStatus. */
const RANKS: Readonly<Record<string, number>> = { a: 0, b: 0, "3": 1, "1": 2, "0": 3, "5": 3, c: 3 };
const FINAL = 3;

/** What was told until a moment. */
export interface Mark {
  /** Newest state by BrokerOrderSeq. */
  readonly orders: ReadonlyMap<number, Json>;
  /** By sequence and BrokerOrderSeq. */
  readonly trades: ReadonlyMap<string, Json>;
}

/** Orders, trades and ids that were told, of the day that goes on and those before. */
export class Told {
  /** Checks that were made. */
  checks = 0;
  orderCount = 0;
  tradeCount = 0;
  #day = "";
  readonly #orders = new Map<number, Json>();
  readonly #trades = new Map<string, Json>();
  readonly #sysIds = new Map<string, unknown>();
  readonly #tradeIds = new Map<string, Json>();

  /** Notes an RtnOrder or a row of RspQryOrder. */
  order(row: Json): void {
    const id = row["BrokerOrderSeq"] as number;
    const known = this.#orders.get(id);
    if (known === undefined) this.orderCount++;
    else if (!isOlder(row, known)) this.#follows(known, row);
    if (known === undefined || isOlder(known, row)) this.#orders.set(id, row);
    if (row["OrderSysID"] === "") return;
    // An OrderSysID is one order's only, all through its day at its exchange.
    const key = `${row["TradingDay"]} ${row["ExchangeID"]} ${row["OrderSysID"]}`;
    assert.equal(this.#sysIds.get(key) ?? id, id, `${key} was given twice`);
    this.#sysIds.set(key, id);
  }

  /** Notes an RtnTrade or a row of RspQryTrade. */
  trade(row: Json): void {
    const key = `${row["SequenceNo"]} ${row["BrokerOrderSeq"]}`;
    const known = this.#trades.get(key);
    if (known === undefined) this.tradeCount++;
    else this.#same(row, known, `trade ${key}`);
    this.#trades.set(key, row);
    // A TradeID is one trade's only: both of its sides have it.
    const id = `${row["TradingDay"]} ${row["ExchangeID"]} ${row["TradeID"]}`;
    const other = this.#tradeIds.get(id);
    this.#tradeIds.set(id, row);
    for (const field of ["SequenceNo", "InstrumentID", "Price", "Volume"]) {
      assert.equal(other?.[field] ?? row[field], row[field], `${id} was given twice`);
    }
  }

  /** Highest OrderRef that a user was told of on a day. */
  highestRef(user: string, day: unknown): number {
    const own = [...this.#orders.values()].filter((row) => row["UserID"] === user && row["TradingDay"] === day);
    return Math.max(1, ...own.map((row) => Number(row["OrderRef"])));
  }

  /** What was told until now: what is asked from now on has to know it. */
  mark(): Mark {
    return { orders: new Map(this.#orders), trades: new Map(this.#trades) };
  }

  /** A user's orders of a day that can be canceled, as far as was told, by BrokerOrderSeq. */
  open(user: string, day: string): ReadonlyMap<number, Json> {
    const isOpen = (row: Json): boolean => row["UserID"] === user && row["TradingDay"] === day && rankOf(row) < FINAL;
    return new Map([...this.#orders].filter(([, row]) => isOpen(row) && row["OrderStatus"] !== "a"));
  }

  /** Users' lists have everything of this day that was told before they were asked for, each trade once. */
  compare(day: string, mark: Mark, lists: ReadonlyMap<string, Lists>): void {
    for (const [user, { orders, trades }] of lists) {
      const ordersNow = index(orders, (row) => String(row["BrokerOrderSeq"]));
      const tradesNow = index(trades, (row) => `${row["SequenceNo"]} ${row["BrokerOrderSeq"]}`);
      for (const [id, told] of mark.orders) {
        if (told["UserID"] !== user || told["TradingDay"] !== day) continue;
        this.#follows(told, ordersNow.get(String(id)));
      }
      for (const [key, told] of mark.trades) {
        if (told["UserID"] === user && told["TradingDay"] === day) this.#same(tradesNow.get(key), told, `trade ${key}`);
      }
      for (const row of orders) this.order(row);
      for (const row of trades) this.trade(row);
    }
    this.#day = day;
  }

  /** The same in the ledger, which knows the days before as well; those are then forgotten. */
  compareLedger(mark: Mark, { orders, fills }: ReplayedLedger): void {
    for (const [id, told] of mark.orders) {
      const kept = orders.get(id);
      assert.ok(kept !== undefined, `order ${id} was told and is not in the ledger: ${JSON.stringify(told)}`);
      assert.ok(kept.filled >= (told["VolumeTraded"] as number), `order ${id}: ${JSON.stringify(told)}`);
      if (told["OrderStatus"] === "5") {
        assert.deepEqual([kept.canceled, kept.filled], [true, told["VolumeTraded"]], `order ${id} was canceled`);
      }
      this.checks++;
      if (told["TradingDay"] !== this.#day) this.#orders.delete(id);
    }
    for (const [key, told] of mark.trades) {
      const fill = fills.get(told["SequenceNo"] as number);
      assert.ok(fill !== undefined, `trade ${key} was told and is not in the ledger`);
      const order = told["Direction"] === "0" ? fill.buy : fill.sell;
      const { price, volume } = fill;
      assert.deepEqual([order, price, volume], [told["BrokerOrderSeq"], told["Price"], told["Volume"]], `trade ${key}`);
      this.checks++;
      if (told["TradingDay"] !== this.#day) this.#trades.delete(key);
    }
  }

  /** Fills of each order sum to what it says. To be called when everything that happened was told. */
  compareVolumes(day: string): void {
    const sums = new Map<unknown, number>();
    for (const row of this.#trades.values()) {
      const id = row["BrokerOrderSeq"];
      if (row["TradingDay"] === day) sums.set(id, (sums.get(id) ?? 0) + (row["Volume"] as number));
    }
    for (const [id, row] of this.#orders) {
      if (row["TradingDay"] !== day) continue;
      if ((sums.get(id) ?? 0) !== row["VolumeTraded"]) assert.fail(`${sums.get(id)} traded of ${JSON.stringify(row)}`);
      const left = (row["VolumeTotalOriginal"] as number) - (row["VolumeTraded"] as number);
      if (left !== row["VolumeTotal"]) assert.fail(`volumes of ${JSON.stringify(row)}`);
      this.checks++;
      sums.delete(id);
    }
    assert.equal(sums.size, 0, `trades of unknown orders ${[...sums.keys()].join()}`);
  }

  /** What is told of an order now can follow what was told before: nothing is taken back. */
  #follows(told: Json, now: Json | undefined): void {
    this.checks++;
    if (now !== undefined && mayFollow(told, now)) return;
    assert.fail(describeChange(told, now));
  }

  #same(now: Json | undefined, told: Json, what: string): void {
    this.checks++;
    if (now === undefined || !isSame(now, told)) assert.deepEqual(now, told, what);
  }
}

/** Rows by their key; no key is there twice. */
export function index(rows: readonly Json[], keyOf: (row: Json) => string): Map<string, Json> {
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  assert.equal(found.size, rows.length, "nothing is there twice");
  return found;
}

function mayFollow(told: Json, now: Json): boolean {
  if (now["NotifySequence"] === told["NotifySequence"]) return isSame(now, told);
  return (
    isOlder(told, now) &&
    [...FIXED, ...INPUT].every((field) => now[field] === told[field]) &&
    (told["OrderSysID"] === "" || now["OrderSysID"] === told["OrderSysID"]) &&
    rankOf(told) < FINAL &&
    rankOf(now) >= rankOf(told) &&
    (now["VolumeTraded"] as number) >= (told["VolumeTraded"] as number)
  );
}

/** Rows are flat. */
function isSame(row: Json, other: Json): boolean {
  const names = Object.keys(row);
  return names.length === Object.keys(other).length && names.every((name) => row[name] === other[name]);
}

/** An order's keys, and what is different now. */
function describeChange(told: Json, now: Json | undefined): string {
  const names = now === undefined ? [] : Object.keys(told).filter((name) => now[name] !== told[name]);
  const changes = names.map((name) => `${name} ${JSON.stringify(told[name])} → ${JSON.stringify(now?.[name])}`);
  const keys = ["UserID", ...FIXED, ...INPUT, "OrderSysID", "NotifySequence", "OrderStatus"];
  const order = keys.map((name) => `${name} ${String(told[name])}`).join(", ");
  return `order (${order}): ${now === undefined ? "is gone" : changes.join(", ")}`;
}

function isOlder(row: Json, than: Json): boolean {
  return (row["NotifySequence"] as number) < (than["NotifySequence"] as number);
}

function rankOf(row: Json): number {
  const rank = RANKS[String(row["OrderStatus"])];
  assert.ok(rank !== undefined, `status of ${JSON.stringify(row)}`);
  return rank;
}
