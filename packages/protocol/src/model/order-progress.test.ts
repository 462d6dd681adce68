import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Order, OrderStatus } from "./order.ts";
import { hasOrderEnded, isOrderNews } from "./order-progress.ts";

type Told = Pick<Order, "status" | "filled" | "reports" | "submit" | "sysId" | "message">;

const told = (reports: number, status: OrderStatus, filled = 0, more: Partial<Told> = {}): Told => ({
  status,
  filled,
  reports,
  submit: "accepted",
  sysId: "1",
  message: "",
  ...more,
});

const fresh = told(1, "submitted", 0, { submit: "insert-submitted", sysId: "" });
/** What may become of an order, report by report. */
const LIVES: readonly (readonly Told[])[] = [
  [fresh, told(2, "queueing"), told(3, "part-filled", 1), told(4, "part-filled", 2), told(5, "filled", 3)],
  [fresh, told(2, "queueing"), told(3, "part-filled", 1), told(4, "canceled", 1)],
  [fresh, told(2, "canceled", 0, { submit: "insert-rejected" })],
  [told(1, "untouched"), told(2, "touched")],
  [fresh, told(2, "queueing"), told(3, "queueing", 0, { submit: "cancel-rejected" }), told(4, "filled", 3)],
];

test("reports that come again and in any order leave an order where its life ended", () => {
  const anyTold = fc
    .constantFrom(...LIVES)
    .chain((life) =>
      fc.tuple(fc.constant(life), fc.shuffledSubarray([...life, ...life], { minLength: 2 * life.length })),
    );
  fc.assert(
    fc.property(anyTold, ([life, reports]) => {
      const last = reports.reduce((known, report) => (isOrderNews(report as Order, known as Order) ? report : known));
      assert.equal(last, life.at(-1));
      assert.ok(hasOrderEnded(last.status));
    }),
  );
});

test("the same again is no news; the exchange's number, a message and another answer are", () => {
  const known = told(2, "queueing");
  assert.equal(isOrderNews(known as Order, known as Order), false);
  for (const more of [{ sysId: "2" }, { message: "x" }, { submit: "cancel-rejected" }] as const) {
    assert.equal(isOrderNews({ ...known, ...more } as Order, known as Order), true);
  }
});
