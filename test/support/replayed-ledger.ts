/** What the journal of a gateway's ledger says, counted by the naive model: what the gateway has to know after a restart. */
import { DatabaseSync } from "node:sqlite";
import type { Order } from "@tickwire/protocol/model";
import { freezePrice, toTerms } from "../../packages/gateway/src/exchange/terms.ts";
import { ledgerFile } from "../../packages/gateway/src/ledger/sqlite.ts";
import type { Op } from "../../packages/gateway/src/ports/exchange.ts";
import { NaiveAccounts } from "./naive-accounts.ts";

/** An order of any day. */
export interface KeptOrder {
  readonly first: Order;
  filled: number;
  canceled: boolean;
}

type Fill = Extract<Op, { op: "fill" }>;

/** Follows the journal of a data directory. Other processes may write it meanwhile. */
export class ReplayedLedger {
  readonly model = new NaiveAccounts();
  /** By BrokerOrderSeq, all days. */
  readonly orders = new Map<number, KeptOrder>();
  /** By sequence, all days. */
  readonly fills = new Map<number, Fill>();
  /** How often each instruction has moved money. */
  readonly transfers = new Map<number, number>();
  /** Lots that the market has. */
  readonly marketNet = new Map<string, number>();
  /** The day that was settled last. */
  settledDay = "";
  #seq = 0;
  readonly #data: string;
  #open: DatabaseSync | undefined;

  constructor(data: string) {
    this.#data = data;
  }

  get #database(): DatabaseSync {
    return (this.#open ??= new DatabaseSync(ledgerFile(this.#data), { timeout: 5_000 }));
  }

  /** Lets go of the file until it is asked for again. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  /** Place of the last row that there is. */
  get end(): number {
    return Number(this.#database.prepare("SELECT coalesce(max(seq), 0) AS seq FROM journal").get()?.["seq"]);
  }

  /** Counts what is new; returns the place of the last row. Throws where a row is missing. */
  follow(): number {
    const rows = this.#database.prepare("SELECT seq, ops FROM journal WHERE seq > ? ORDER BY seq").all(this.#seq);
    for (const { seq, ops } of rows) {
      if (Number(seq) !== ++this.#seq) throw new Error(`row ${this.#seq} of the journal is missing, ${seq} is there`);
      for (const op of JSON.parse(String(ops)) as Op[]) this.#apply(op);
    }
    return this.#seq;
  }

  #apply(op: Op): void {
    const { model } = this;
    switch (op.op) {
      case "account":
        model.accounts.set(op.user, { preBalance: op.balance, deposit: 0, withdraw: 0 });
        return;
      case "transfer": {
        const account = model.accounts.get(op.user)!;
        if (op.amount > 0) account.deposit += op.amount;
        else account.withdraw -= op.amount;
        this.transfers.set(op.instruction, (this.transfers.get(op.instruction) ?? 0) + 1);
        return;
      }
      case "terms":
        model.terms.set(op.terms.instrument, toTerms(op.terms));
        return;
      case "order":
        return this.#order(op.order);
      case "fill":
        return this.#fill(op);
      case "reject":
      case "cancel":
        this.orders.get(op.order)!.canceled = true;
        model.orders.delete(op.order);
        return;
      case "settle":
        model.settle(op.day, new Map(Object.entries(op.prices)));
        this.settledDay = op.day;
        return;
      default:
        return;
    }
  }

  #order(order: Order): void {
    if (this.orders.has(order.id)) throw new Error(`order ${order.id} is there twice`);
    this.orders.set(order.id, { first: order, filled: order.filled, canceled: false });
    const price = freezePrice(order, this.model.terms.get(order.input.instrument));
    if (order.status !== "untouched") this.model.order(order.id, order.user, order.input, price);
  }

  #fill(fill: Fill): void {
    const { sequence, buy, sell, price, volume } = fill;
    if (this.fills.has(sequence)) throw new Error(`fill ${sequence} is there twice`);
    this.fills.set(sequence, fill);
    for (const id of [buy, sell]) {
      if (id === 0) continue;
      this.orders.get(id)!.filled += volume;
      this.model.fill(id, volume, price);
    }
    const { instrument } = this.orders.get(buy || sell)!.first.input;
    const market = (buy === 0 ? volume : 0) - (sell === 0 ? volume : 0);
    this.marketNet.set(instrument, (this.marketNet.get(instrument) ?? 0) + market);
  }
}
