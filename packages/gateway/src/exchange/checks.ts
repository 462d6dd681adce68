/** What refuses an order: the front (no order comes about) and the exchange (ctp.md d.4.1, d.4.3). Pure. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Condition,
  Instrument,
  OrderInput,
  PriceGrid,
  TradingPhase,
  TradingTerms,
} from "@tickwire/protocol/model";
import { numberOfId } from "./orders.ts";

/** Digits of an OrderRef (ctp.md d.5). */
const MAX_REF = 999_999_999_999;
/** More lots than any exchange takes; sums of a day stay exact. */
const MAX_VOLUME = 1_000_000;
/** CTP ExchangeIDs that there are. */
const EXCHANGES: ReadonlySet<string> = new Set(["SHFE", "INE", "DCE", "CZCE", "CFFEX", "GFEX"]);

/** The exchange's own words, after `SHFE:`. */
const TEXTS = {
  phase: "当前状态禁止此项操作",
  tick: "价格非最小单位的倍数",
  above: "价格超出涨停板",
  below: "价格跌破跌停板",
  volume: "报单手数不符合规定",
} as const;

/** A wrong ExchangeID; none given is right. */
export function exchangeFault(given: string, instrument: Instrument): CtpErrorName | undefined {
  if (given === "" || given === instrument.exchange) return undefined;
  return EXCHANGES.has(given) ? "exchangeIdMismatch" : "exchangeIdInvalid";
}

/** A reference that is no number of at most 12 digits, or not greater than its session's newest. */
export function refFault(ref: string, last: number): CtpErrorName | undefined {
  if (ref.trim() === "") return last >= MAX_REF ? "badField" : undefined;
  const number = numberOfId(ref);
  if (Number.isNaN(number) || number > MAX_REF) return "badField";
  return number > last ? undefined : "duplicateOrderRef";
}

/** Fields that contradict themselves. */
export function fieldFault(input: OrderInput): CtpErrorName | undefined {
  const { volume, minVolume, volumeCondition, price, priceType, time } = input;
  if (!Number.isInteger(volume) || volume <= 0 || volume > MAX_VOLUME) return "badField";
  if (priceType === "limit" && !(Number.isFinite(price) && price > 0)) return "badField";
  if (volumeCondition !== "any" && time === "day") return "badField";
  if (volumeCondition === "min" && !(Number.isInteger(minVolume) && minVolume > 0 && minVolume <= volume)) {
    return "badField";
  }
  return isSane(input.condition) ? undefined : "badField";
}

/** A type of price that the instrument's exchange does not know. */
export function priceTypeFault(input: OrderInput, terms: TradingTerms): CtpErrorName | undefined {
  return input.priceType === "market" && terms.maxMarketVolume <= 0 ? "priceTypeNotSupported" : undefined;
}

/** Why the exchange refuses an order, in its words; undefined: it does not. */
export function exchangeRefusal(
  input: OrderInput,
  terms: TradingTerms,
  phase: TradingPhase,
  grid: PriceGrid,
): string | undefined {
  const fault = exchangeText(input, terms, phase, grid);
  return fault === undefined ? undefined : `${terms.exchange}:${TEXTS[fault]}`;
}

function exchangeText(
  input: OrderInput,
  terms: TradingTerms,
  phase: TradingPhase,
  grid: PriceGrid,
): keyof typeof TEXTS | undefined {
  const { priceType, price, volume, time } = input;
  // An auction collects orders that can wait and that have a price.
  const auctionTakes = phase === "auction-orders" && priceType === "limit" && time === "day";
  if (phase !== "continuous" && !auctionTakes) return "phase";
  const market = priceType === "market";
  const least = market ? terms.minMarketVolume : terms.minLimitVolume;
  const most = market ? terms.maxMarketVolume : terms.maxLimitVolume;
  if (volume < least || volume > most) return "volume";
  if (priceType !== "limit") return undefined;
  // Limits are compared in steps: binary noise of a price at the limit is none. NaN: there is no limit.
  if (grid.steps(price) > grid.steps(terms.upperLimit)) return "above";
  if (grid.steps(price) < grid.steps(terms.lowerLimit)) return "below";
  return grid.holds(price) ? undefined : "tick";
}

function isSane(condition: Condition | undefined): boolean {
  return condition === undefined || (Number.isFinite(condition.price) && condition.price > 0);
}
