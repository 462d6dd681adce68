/** Requests about orders in the model's terms. */
import type { CtpErrorName } from "../errors.ts";
import type { CancelInput, Condition, Hedge, Offset, OrderInput, OrderSide } from "../model/mod.ts";
import { numberIn, textIn, type Fields } from "./structs.ts";
import {
  AT_ONCE,
  CONDITIONS,
  HEDGES,
  OFFSETS,
  PARKED,
  PRICE_TYPES,
  SIDES,
  TIMES,
  VOLUME_CONDITIONS,
} from "./trading-codes.ts";

/** Fields of an order that mean nothing here and are told back in reports. */
const LABELS = [
  "BusinessUnit",
  "InvestUnitID",
  "AccountID",
  "CurrencyID",
  "ClientID",
  "MacAddress",
  "IPAddress",
  "GTDDate",
  "IsAutoSuspend",
  "UserForceClose",
  "IsSwapOrder",
] as const;
/** ForceCloseReason: not forced. */
const NOT_FORCED = "0";
/** ActionFlag: delete. */
const DELETE = "0";

/** What several requests say in the same way: side, offset and hedge of an order, or of a question about one. */
export interface OrderKind {
  readonly side: OrderSide;
  readonly offset: Offset;
  readonly hedge: Hedge;
}

function toKind(direction: string, offsets: string, hedges: string): OrderKind | undefined {
  const side = SIDES.wordOf(direction);
  const offset = OFFSETS.wordOf(offsets.slice(0, 1));
  const hedge = HEDGES.wordOf(hedges.slice(0, 1));
  return side && offset && hedge ? { side, offset, hedge } : undefined;
}

/** Side, offset and hedge that a ReqQryMaxOrderVolume asks about; undefined where one of them is none. */
export function toOrderKind(body: Fields): OrderKind | undefined {
  return toKind(textIn(body, "Direction"), textIn(body, "OffsetFlag"), textIn(body, "HedgeFlag"));
}

/**
 * An InputOrder in the model's terms, or the error that CTP's front answers it with (ctp.md d.3): 15 for flags that are
 * missing or forced, 80 for price types that no exchange takes, 27 for times and conditions that are not served.
 */
export function toOrderInput(body: Fields, requestId: number): OrderInput | CtpErrorName {
  const text = (name: string): string => textIn(body, name);
  const kind = toKind(text("Direction"), text("CombOffsetFlag"), text("CombHedgeFlag"));
  const volumeCondition = VOLUME_CONDITIONS.wordOf(text("VolumeCondition"));
  if (kind === undefined || volumeCondition === undefined || isForced(body)) return "badField";
  const priceType = PRICE_TYPES.wordOf(text("OrderPriceType"));
  if (priceType === undefined) return text("OrderPriceType") === "" ? "badField" : "priceTypeNotSupported";
  const time = TIMES.wordOf(text("TimeCondition"));
  if (time === undefined) return text("TimeCondition") === "" ? "badField" : "unsupportedFunction";
  const condition = toCondition(text("ContingentCondition"), numberIn(body, "StopPrice"));
  if (condition === "none") return "unsupportedFunction";
  return {
    instrument: text("InstrumentID"),
    exchange: text("ExchangeID"),
    ...kind,
    priceType,
    price: numberIn(body, "LimitPrice"),
    volume: numberIn(body, "VolumeTotalOriginal"),
    time,
    volumeCondition,
    minVolume: numberIn(body, "MinVolume"),
    ...(condition === undefined ? {} : { condition }),
    ref: text("OrderRef"),
    requestId,
    labels: readLabels(body),
  };
}

/** As {@link toOrderInput} for a ParkedOrder, whose ContingentCondition may be `4`: it waits for its session anyway. */
export function toParkedInput(body: Fields, requestId: number): OrderInput | CtpErrorName {
  const parked = textIn(body, "ContingentCondition") === PARKED;
  return toOrderInput(parked ? { ...body, ContingentCondition: AT_ONCE } : body, requestId);
}

function isForced(body: Fields): boolean {
  return ![NOT_FORCED, ""].includes(textIn(body, "ForceCloseReason"));
}

/** The condition of a ContingentCondition and a StopPrice. Undefined: at once; `none`: one that is not served. */
export function toCondition(code: string, price: number): Condition | undefined | "none" {
  if (code === AT_ONCE || code === "") return undefined;
  const word = CONDITIONS.wordOf(code);
  if (word === undefined) return "none";
  const [of, is] = word.split(" ") as [Condition["of"], Condition["is"]];
  return { of, is, price };
}

/** The labels of an order: only those that say something, as they are kept with every order. */
export function readLabels(body: Readonly<Record<string, unknown>>): Fields {
  const labels: Record<string, string | number> = {};
  for (const name of LABELS) {
    const value = body[name];
    if ((typeof value === "string" && value !== "") || (typeof value === "number" && value !== 0)) labels[name] = value;
  }
  return labels;
}

/**
 * An InputOrderAction or ParkedOrderAction in the model's terms, or the error that CTP's front answers it with: 23 where it is
 * no deletion or names its order by neither key (ctp.md d.5). A session counts only together with an OrderRef.
 */
export function toCancelInput(body: Fields, requestId: number): CancelInput | CtpErrorName {
  const ref = textIn(body, "OrderRef");
  const sysId = textIn(body, "OrderSysID");
  const sessionId = numberIn(body, "SessionID");
  const own = ref !== "" && sessionId !== 0;
  if (textIn(body, "ActionFlag") !== DELETE || (!own && sysId.trim() === "")) return "badOrderActionField";
  return {
    instrument: textIn(body, "InstrumentID"),
    exchange: textIn(body, "ExchangeID"),
    sysId,
    session: own ? { frontId: numberIn(body, "FrontID"), sessionId } : undefined,
    ref,
    requestId,
  };
}
