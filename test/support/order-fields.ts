/** An order and its cancel as clients write them: for the tests of sessions. */
import type { Fields } from "@tickwire/protocol/ctp";

/** A limit order for two lots of `rb2605`, good for the day, with the fields that must be given and no others (ctp.md d.3). */
export const ORDER_FIELDS: Fields = {
  InstrumentID: "rb2605",
  Direction: "0",
  CombOffsetFlag: "0",
  CombHedgeFlag: "1",
  OrderPriceType: "2",
  LimitPrice: 3500,
  VolumeTotalOriginal: 2,
  TimeCondition: "3",
  VolumeCondition: "1",
  ContingentCondition: "1",
};

/** The same order with its exchange, and what else clients usually write. */
export const FULL_ORDER_FIELDS: Fields = { ...ORDER_FIELDS, ExchangeID: "SHFE", MinVolume: 1, ForceCloseReason: "0" };

/** The cancel of an order by its OrderSysID. */
export const CANCEL_FIELDS: Fields = { InstrumentID: "rb2605", ExchangeID: "SHFE", OrderSysID: "1", ActionFlag: "0" };
