/** A contract that trades at any hour and never expires, and an order for it: for tests of trading in real time. */
import type { Fields } from "@tickwire/protocol/ctp";
import { FULL_ORDER_FIELDS } from "./order-fields.ts";
import { RB2605 } from "./samples.ts";

/** See the top of the file. */
export const RB = {
  ...RB2605,
  id: "rb9905",
  hours: { ...RB2605.hours, always: true as const },
  future: { ...RB2605.future!, expireDate: "20990515" },
};
/** A limit order for two lots, good for the day. */
export const ORDER: Fields = { ...FULL_ORDER_FIELDS, InstrumentID: RB.id, LimitPrice: 3501 };
