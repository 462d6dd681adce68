import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Order, OrderInput, TradingSession } from "@tickwire/protocol/model";
import type { ExchangeEngine, ExchangeSink, Op } from "../ports/exchange.ts";
import type { Journal, JournalBatch, JournalPast } from "../ports/journal.ts";
import type { QueuedInstruction } from "../ports/ledger.ts";
import { TradeDesk } from "./trade-desk.ts";

const SESSION: TradingSession = { frontId: 1, sessionId: 7 };
const INPUT = { instrument: "rb2605", ref: "1" } as OrderInput;

/** An exchange that turns each order into one operation and one report, and keeps no rules at all. */
function makeEngine(sink: ExchangeSink) {
  let replayed: JournalPast | undefined;
  let orders = 0;
  const book: Op[] = [];
  const take = (op: Op): void => {
    book.push(op);
    sink.op(op);
  };
  const engine = {
    tradingDay: "20260311",
    settlementId: 1,
    lastSessionId: 41,
    account: (user: string) => (book.some((op) => op.op === "account" && op.user === user) ? {} : undefined),
    openAccount: (user: string, balance: number, at: number) => take({ op: "account", user, at, balance }),
    insert: (user: string, session: TradingSession, input: OrderInput, at: number) => {
      if (input.instrument === "none") {
        sink.report({ kind: "insert-refused", user, session, input, error: "instrumentNotFound" });
        return "instrumentNotFound" as const;
      }
      const order = { id: ++orders, user, input, inserted: at } as Order;
      take({ op: "order", order });
      sink.report({ kind: "order", user, order });
      return undefined;
    },
    transfer: (user: string, amount: number, instruction: number, at: number) => {
      if (amount < 0) return "insufficientMoney" as const;
      take({ op: "transfer", user, amount, instruction, at });
      return undefined;
    },
    settle: (at: number) => take({ op: "settle", at, day: "20260311", next: "20260312", prices: {} }),
    advance: () => {},
    market: () => {},
    footprint: () => ({}),
    users: () => [],
    checkpoint: () => ({ orders }),
    replay: (past: JournalPast) => {
      replayed = past;
    },
  } as unknown as ExchangeEngine;
  return { engine, replayed: () => replayed };
}

/** A journal whose commits end when the test says so. */
function makeJournal(stored: { checkpoint?: string; rows?: string[] } = {}) {
  const batches: JournalBatch[] = [];
  let pending: ((error: Error | undefined) => void) | undefined;
  const journal: Journal = {
    load: () => ({ checkpoint: stored.checkpoint, rows: stored.rows ?? [] }),
    commit: (batch, done) => {
      assert.equal(pending, undefined, "one batch at a time");
      batches.push(batch);
      pending = done;
    },
    statement: () => undefined,
    given: () => ({ day: "", orders: [] }),
    close: async () => {},
  };
  const end = (error?: Error): boolean => {
    const done = pending;
    pending = undefined;
    done?.(error);
    return done !== undefined;
  };
  return { journal, batches, end, busy: () => pending !== undefined };
}

function stage(stored?: Parameters<typeof makeJournal>[0]) {
  const book = makeJournal(stored);
  const errors: unknown[] = [];
  const waiting: QueuedInstruction[] = [];
  const told: string[] = [];
  let time = 1_000;
  let made: ReturnType<typeof makeEngine> | undefined;
  const desk = new TradeDesk({
    makeEngine: (sink) => (made = makeEngine(sink)).engine,
    journal: book.journal,
    instructions: { ask: () => 0, waiting: () => waiting, find: () => undefined },
    publisher: {
      capture: (id) => () => {
        told.push(`public ${id}`);
      },
    },
    now: () => time,
    initialBalance: 100,
    isUser: (user) => user === "known",
    onError: (error) => errors.push(error),
  });
  desk.watch("u", (report) => told.push(report.kind));
  const insert = (ref: string): void => {
    desk.insert("u", SESSION, { ...INPUT, ref });
  };
  return { ...book, desk, made: made!, errors, waiting, told, insert, set: (to: number) => (time = to) };
}

describe("TradeDesk", () => {
  it("tells nothing of an order before it is written, and everything in order afterwards", () => {
    const { desk, insert, told, end, batches } = stage();
    insert("1");
    desk.whenSafe(() => told.push("reply"));
    insert("2");
    assert.deepEqual(told, []);
    end();
    assert.deepEqual(told, ["public rb2605", "order"]);
    assert.equal((JSON.parse(batches[1]!.rows[0]!) as Op[]).length, 1);
    end();
    assert.deepEqual(told.slice(2), ["public rb2605", "reply", "order"]);
  });

  it("lets a reply go at once where nothing is under way", () => {
    const { desk, told } = stage();
    desk.whenSafe(() => told.push("reply"));
    assert.deepEqual(told, ["reply"]);
  });

  it("gives a batch that failed again, refuses meanwhile, and tells the operator once", () => {
    const { desk, insert, told, end, batches, errors } = stage();
    insert("1");
    end(new Error("disk full"));
    assert.deepEqual([desk.open, desk.status().state, desk.status().detail], [false, "failing", "disk full"]);
    assert.equal(desk.insert("u", SESSION, INPUT), "sendFailed");
    desk.whenSafe(() => told.push("reply"));
    desk.advance();
    end(new Error("disk full"));
    desk.advance();
    assert.deepEqual(told, []);
    end();
    assert.equal(desk.open, true);
    assert.deepEqual(told, ["public rb2605", "order", "reply"]);
    assert.deepEqual(
      batches.map(({ rows }) => rows),
      [batches[0]!.rows, batches[0]!.rows, batches[0]!.rows],
    );
    assert.equal(errors.length, 1);
  });

  it("reports a refusal by the front without writing anything", () => {
    const { desk, told, batches } = stage();
    assert.equal(desk.insert("u", SESSION, { ...INPUT, instrument: "none" }), "instrumentNotFound");
    assert.deepEqual(told, ["insert-refused"]);
    assert.equal(batches.length, 0);
  });

  it("takes up the checkpoint and the rows after it without writing them again", () => {
    const past = { checkpoint: '{"orders":3}', rows: ["[]"] };
    const { made, batches, desk } = stage(past);
    assert.deepEqual(made.replayed(), past);
    assert.equal(batches.length, 0);
    assert.equal(desk.nextSessionId(), 42);
  });

  it("carries out each instruction once and writes what became of it with what it did", () => {
    const { desk, waiting, batches, end } = stage();
    const ask = (id: number, user: string, amount: number): void => {
      const instruction = { kind: amount < 0 ? "withdraw" : "deposit", user, amount: Math.abs(amount) } as const;
      waiting.push({ id, instruction, asked: 0, outcome: undefined });
    };
    ask(1, "known", 50);
    ask(2, "stranger", 50);
    ask(3, "known", -50);
    desk.advance();
    desk.advance();
    end();
    const done = batches.flatMap((batch) => batch.done);
    assert.deepEqual(done, [
      { id: 1, outcome: "done" },
      { id: 2, outcome: "no such user" },
      { id: 3, outcome: "insufficientMoney" },
    ]);
    assert.equal(batches.length, 1);
  });

  it("puts a checkpoint of the state after it beside a settlement", () => {
    const { desk, waiting, batches } = stage();
    waiting.push({ id: 1, instruction: { kind: "settle" }, asked: 0, outcome: undefined });
    desk.advance();
    assert.equal(batches[0]?.checkpoint, '{"orders":0}');
  });

  it("never gives the exchange a time that goes back", () => {
    const { desk, insert, set, batches, end } = stage();
    set(5_000);
    insert("1");
    end();
    set(4_000);
    insert("2");
    const [op] = JSON.parse(batches[1]!.rows[0]!) as Extract<Op, { op: "order" }>[];
    assert.equal(op?.order.inserted, 5_000);
    assert.equal(desk.open, true);
  });

  it("keeps the order of everything, whatever fails in between", () => {
    const step = fc.constantFrom("insert", "reply", "end", "fail", "advance");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { desk, end, busy } = stage();
        const expected: number[] = [];
        const heard: number[] = [];
        desk.watch("u", (report) => {
          if (report.kind === "order") heard.push(Number(report.order.input.ref));
        });
        for (const [at, what] of steps.entries()) {
          if (what === "insert") {
            if (desk.insert("u", SESSION, { ...INPUT, ref: String(at) }) === undefined) expected.push(at);
          } else if (what === "reply") {
            expected.push(at);
            desk.whenSafe(() => heard.push(at));
          } else if (what === "advance") desk.advance();
          else end(what === "fail" ? new Error("no") : undefined);
        }
        while (busy() || !desk.open) {
          desk.advance();
          end();
        }
        assert.deepEqual(heard, expected);
      }),
    );
  });
});
