/** The characters that stand for the model's words (ctp.md d.3, d.4, d.6, d.9). */
import type {
  Condition,
  Hedge,
  Offset,
  OrderSide,
  OrderStatus,
  ParkedOrder,
  PositionSide,
  PriceType,
  SubmitStatus,
  TimeInForce,
  TradingPhase,
  VolumeCondition,
} from "../model/mod.ts";

/** A code on the wire per word of the model, both ways. */
export class CodeTable<W extends string> {
  readonly #codes: Readonly<Record<W, string>>;
  readonly #words: ReadonlyMap<string, W>;

  constructor(codes: Readonly<Record<W, string>>) {
    this.#codes = codes;
    this.#words = new Map((Object.keys(codes) as W[]).map((word) => [codes[word], word]));
  }

  /** The code of a word. */
  codeOf(word: W): string {
    return this.#codes[word];
  }

  /** The word of a code; undefined for codes that have none. */
  wordOf(code: string): W | undefined {
    return this.#words.get(code);
  }
}

/** Direction of orders and trades. */
export const SIDES = new CodeTable<OrderSide>({ buy: "0", sell: "1" });
/** Direction of position details: that of the opening trade. */
export const DETAIL_SIDES = new CodeTable<PositionSide>({ long: "0", short: "1" });
/** PosiDirection. */
export const POSITION_SIDES = new CodeTable<PositionSide>({ long: "2", short: "3" });
/** PositionDate. */
export const POSITION_DATES = new CodeTable<"today" | "history">({ today: "1", history: "2" });
/** OffsetFlag; the forced ones have no word. */
export const OFFSETS = new CodeTable<Offset>({ open: "0", close: "1", "close-today": "3", "close-yesterday": "4" });
/** HedgeFlag. */
export const HEDGES = new CodeTable<Hedge>({ speculation: "1", arbitrage: "2", hedge: "3", "market-maker": "5" });
/** OrderPriceType. */
export const PRICE_TYPES = new CodeTable<PriceType>({
  market: "1",
  limit: "2",
  best: "3",
  last: "4",
  "five-level": "G",
});
/** TimeCondition. */
export const TIMES = new CodeTable<TimeInForce>({ immediate: "1", day: "3" });
/** VolumeCondition. */
export const VOLUME_CONDITIONS = new CodeTable<VolumeCondition>({ any: "1", min: "2", all: "3" });
/** ContingentCondition that asks for nothing. */
export const AT_ONCE = "1";
/** ContingentCondition that clients put into parked orders. */
export const PARKED = "4";
/** ContingentCondition of conditional orders. */
export const CONDITIONS = new CodeTable<`${Condition["of"]} ${Condition["is"]}`>({
  "last >": "5",
  "last >=": "6",
  "last <": "7",
  "last <=": "8",
  "ask >": "9",
  "ask >=": "A",
  "ask <": "B",
  "ask <=": "C",
  "bid >": "D",
  "bid >=": "E",
  "bid <": "F",
  "bid <=": "H",
});
/** OrderStatus. */
export const ORDER_STATUSES = new CodeTable<OrderStatus>({
  filled: "0",
  "part-filled": "1",
  queueing: "3",
  canceled: "5",
  submitted: "a",
  untouched: "b",
  touched: "c",
});
/** OrderSubmitStatus. */
export const SUBMIT_STATUSES = new CodeTable<SubmitStatus>({
  "insert-submitted": "0",
  "cancel-submitted": "1",
  accepted: "3",
  "insert-rejected": "4",
  "cancel-rejected": "5",
});
/** Status of parked orders and cancels. */
export const PARKED_STATES = new CodeTable<ParkedOrder["state"]>({ waiting: "1", sent: "2", removed: "3" });
/** InstrumentStatus. */
export const PHASES = new CodeTable<TradingPhase>({
  before: "0",
  pause: "1",
  continuous: "2",
  "auction-orders": "3",
  "auction-balance": "4",
  "auction-match": "5",
  closed: "6",
});
