/** Terms, orders and amounts for tests of trading. */
import { FEN_PER_YUAN, type Fen, type OrderInput, type TradingTerms } from "@tickwire/protocol/model";

/** An amount in yuan, with two decimals at most, as fen. */
export function toFen(yuan: number): Fen {
  return Math.round(yuan * FEN_PER_YUAN);
}

/** Terms of a Shanghai contract with fees by turnover; `changes` say what is different. */
export function makeTerms(instrument: string, changes: Partial<TradingTerms> = {}): TradingTerms {
  return {
    instrument,
    exchange: "SHFE",
    product: "rb",
    multiplier: 10,
    priceTick: 1,
    longMargin: { byMoney: 0.1, byVolume: 0 },
    shortMargin: { byMoney: 0.12, byVolume: 0 },
    openFee: { byMoney: 0.0001, byVolume: 0 },
    closeFee: { byMoney: 0.0001, byVolume: 0 },
    closeTodayFee: { byMoney: 0.0003, byVolume: 0 },
    preSettlement: 3000,
    upperLimit: Number.NaN,
    lowerLimit: Number.NaN,
    minLimitVolume: 1,
    maxLimitVolume: 500,
    minMarketVolume: 1,
    maxMarketVolume: 30,
    history: true,
    largerSide: true,
    expires: "20991231",
    ...changes,
  };
}

/** A limit order to buy one lot; `changes` say what is different. */
export function makeInput(instrument: string, changes: Partial<OrderInput> = {}): OrderInput {
  return {
    instrument,
    exchange: "SHFE",
    side: "buy",
    offset: "open",
    hedge: "speculation",
    priceType: "limit",
    price: 3000,
    volume: 1,
    time: "day",
    volumeCondition: "any",
    minVolume: 1,
    ref: "1",
    requestId: 0,
    labels: {},
    ...changes,
  };
}

/** Trading days in a row. */
export const DAYS = ["20251222", "20251223", "20251224", "20251225", "20251226", "20251229", "20251230"];
/** A rate. */
export const rate = (byMoney: number, byVolume = 0) => ({ byMoney, byVolume });

/** Shanghai and CFFEX charge the larger side; Dalian charges by the lot; `sl` has prices that are no whole fen a lot. */
export const VARIED_TERMS: readonly TradingTerms[] = [
  makeTerms("rb2601"),
  makeTerms("rb2605", { openFee: rate(0.00011), longMargin: rate(0.13) }),
  makeTerms("rb2512", { expires: DAYS[2]! }),
  makeTerms("m2605", {
    exchange: "DCE",
    product: "m",
    history: false,
    largerSide: false,
    shortMargin: rate(0.07, 12.34),
    openFee: rate(0, 1.51),
    closeFee: rate(0, 1.51),
    closeTodayFee: rate(0, 0),
    expires: DAYS[3]!,
  }),
  ...["IF2601", "IF2603"].map((id) =>
    makeTerms(id, {
      exchange: "CFFEX",
      product: "IF",
      history: false,
      multiplier: 300,
      priceTick: 0.2,
      openFee: rate(0.000023),
      closeFee: rate(0.000023),
      closeTodayFee: rate(0.000345, 0.5),
    }),
  ),
  makeTerms("sl2603", { product: "sl", multiplier: 3, priceTick: 0.0005, largerSide: false, longMargin: rate(0.0555) }),
];

/** A fill as accounts are told it. */
export function makeFill(tradeId: string, price: number, volume: number, tradingDay: string) {
  return { tradeId, price, volume, at: 0, tradingDay };
}

/** An order as accounts are told it, at its own price. */
export function makeBooked(id: number, user: string, input: OrderInput) {
  return { id, user, input, price: input.price };
}
