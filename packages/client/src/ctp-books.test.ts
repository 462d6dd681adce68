import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Order, OrderStatus } from "@tickwire/protocol/model";
import { anyFill, anyOrder } from "../../../test/support/trading-models.ts";
import { OrderBooks } from "./ctp-books.ts";

const [sample] = fc.sample(anyOrder, { numRuns: 1, seed: 1 }) as [Order];
const [fill] = fc.sample(anyFill, { numRuns: 1, seed: 1 });
const LIFE: readonly OrderStatus[] = ["submitted", "queueing", "part-filled", "filled"];

/** The order at a point of its life. */
const at = (point: number, more: Partial<Order> = {}): Order => ({
  ...sample,
  status: LIFE[point]!,
  filled: point,
  ...more,
});

describe("what is news of an order", () => {
  it("never goes back, whatever order reports come in, and ends at the newest", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 1 }), (points) => {
        const books = new OrderBooks();
        const told = points.filter((point) => books.order(at(point)));
        assert.deepEqual(told, [...new Set(told)].toSorted());
        assert.equal(told.at(-1), Math.max(...points));
      }),
    );
  });

  it("is a cancel, a refused cancel, a number from the exchange; not the same again", () => {
    const books = new OrderBooks();
    const steps: readonly [Order, boolean][] = [
      [at(0, { sysId: "" }), true],
      [at(0, { sysId: "" }), false],
      [at(0, { sysId: "   1" }), true],
      [at(1, { submit: "accepted" }), true],
      [at(1, { submit: "cancel-rejected" }), true],
      [at(1, { submit: "accepted", status: "canceled" }), true],
      [at(1, { submit: "accepted" }), false],
    ];
    for (const [order, expected] of steps) assert.equal(books.order(order), expected);
  });

  it("is told apart by session and reference", () => {
    const books = new OrderBooks();
    assert.ok(books.order(at(0)));
    assert.ok(books.order(at(0, { session: { frontId: 1, sessionId: -1 } })));
  });
});

describe("a trading day", () => {
  it("forgets the one before; the same day again forgets nothing", () => {
    const books = new OrderBooks();
    books.begin("20260105");
    assert.deepEqual([books.fill(fill!), books.fill(fill!), books.order(at(1))], [true, false, true]);
    books.begin("20260105");
    assert.deepEqual([books.fill(fill!), books.order(at(1))], [false, false]);
    books.begin("20260106");
    assert.deepEqual([books.fill(fill!), books.order(at(1))], [true, true]);
  });
});
