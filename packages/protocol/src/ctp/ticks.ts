/** Snapshots as CTP ticks. */
import type { Instrument, Snapshot } from "../model/mod.ts";
import { ZoneClock } from "./clock.ts";
import { DIALECTS } from "./dialects.ts";
import { DEPTH_FIELDS, DEPTH_LEVELS, SEED_DEPTH_ORDER, type DepthField } from "./fields.ts";
import type { Dialect } from "./messages.ts";
import { wireNumber } from "./numbers.ts";
import { MD_NAMES } from "./requests.ts";
import { figureDecimals, moneyFactors, type FigureDecimals, type MoneyFactors } from "./terms.ts";

/** Decimals of open interest and of the deltas: any that carry meaning. */
const QUANTITY_DECIMALS = 8;

/** What is worked out once per instrument. */
interface Wire {
  readonly decimals: FigureDecimals;
  readonly factors: MoneyFactors;
  readonly clock: ZoneClock;
  /** The id as JSON. */
  readonly id: string;
  /** ExchangeID as JSON: CTP leaves it empty in ticks (ctp.md d.10), the seed dialect gets the real one. */
  readonly exchange: string;
}

type Write = (snapshot: Snapshot, wire: Wire) => string | number;

function price(value: number | undefined, wire: Wire): number {
  return value === undefined ? 0 : wireNumber(value, wire.decimals.price);
}

function volume(value: number | undefined, wire: Wire): number {
  if (value === undefined) return 0;
  const { volume: decimals } = wire.decimals;
  return decimals > 0 ? wireNumber(value, decimals) : Math.trunc(wireNumber(value, QUANTITY_DECIMALS));
}

function quantity(value: number): number {
  return wireNumber(value, QUANTITY_DECIMALS);
}

/** The four fields of one book level. */
function levelWriters(level: number): readonly (readonly [string, Write])[] {
  const at = level - 1;
  return [
    [`AskPrice${level}`, (snapshot, wire) => price(snapshot.asks.prices[at], wire)],
    [`AskVolume${level}`, (snapshot, wire) => volume(snapshot.asks.volumes[at], wire)],
    [`BidPrice${level}`, (snapshot, wire) => price(snapshot.bids.prices[at], wire)],
    [`BidVolume${level}`, (snapshot, wire) => volume(snapshot.bids.volumes[at], wire)],
  ];
}

/** How each field is written: a JSON text or a number that is one. */
const WRITERS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ...Array.from({ length: DEPTH_LEVELS }, (_, at) => levelWriters(at + 1)).flat(),
  ["ActionDay", (_, wire) => `"${wire.clock.date}"`],
  ["AveragePrice", (snapshot, wire) => wireNumber(snapshot.average * wire.factors.average, wire.decimals.average)],
  ["BandingLowerPrice", () => 0],
  ["BandingUpperPrice", () => 0],
  ["ClosePrice", (snapshot, wire) => price(snapshot.close, wire)],
  ["CurrDelta", (snapshot) => quantity(snapshot.currDelta)],
  ["ExchangeID", (_, wire) => wire.exchange],
  ["ExchangeInstID", () => '""'],
  ["HighestPrice", (snapshot, wire) => price(snapshot.high, wire)],
  ["InstrumentID", (_, wire) => wire.id],
  ["LastPrice", (snapshot, wire) => price(snapshot.last, wire)],
  ["LowerLimitPrice", (snapshot, wire) => price(snapshot.lowerLimit, wire)],
  ["LowestPrice", (snapshot, wire) => price(snapshot.low, wire)],
  ["OpenInterest", (snapshot) => quantity(snapshot.openInterest)],
  ["OpenPrice", (snapshot, wire) => price(snapshot.open, wire)],
  ["PreClosePrice", (snapshot, wire) => price(snapshot.preClose, wire)],
  ["PreDelta", (snapshot) => quantity(snapshot.preDelta)],
  ["PreOpenInterest", (snapshot) => quantity(snapshot.preOpenInterest)],
  ["PreSettlementPrice", (snapshot, wire) => price(snapshot.preSettlement, wire)],
  ["SettlementPrice", (snapshot, wire) => price(snapshot.settlement, wire)],
  ["TradingDay", (snapshot) => JSON.stringify(snapshot.tradingDay)],
  ["Turnover", (snapshot, wire) => wireNumber(snapshot.turnover / wire.factors.turnover, wire.decimals.turnover)],
  ["UpdateMillisec", (_, wire) => wire.clock.millis],
  ["UpdateTime", (_, wire) => `"${wire.clock.time}"`],
  ["UpperLimitPrice", (snapshot, wire) => price(snapshot.upperLimit, wire)],
  ["Volume", (snapshot, wire) => volume(snapshot.volume, wire)],
  ["reserve1", (_, wire) => wire.id],
  ["reserve2", () => '""'],
]);

/**
 * Makes the encoder of ticks of a dialect: `…RtnDepthMarketData` with the 48 fields of the classic gateway, in the seed
 * dialect with the document's 12 first and without the two reserved ones (ctp.md a.1, b).
 * - What is not available is 0. Prices carry no binary noise; UpdateTime and ActionDay are the exchange's wall clock.
 * - Volumes are integers, except for instruments that trade in fractions: losing half a bitcoin is worse than
 *   a number that an integer field would not hold.
 * - AveragePrice is price × multiplier and Turnover is money, but for CZCE, which has the multiplier in neither.
 */
export function makeTickEncoder(dialect: Dialect): (snapshot: Snapshot, instrument: Instrument) => string {
  const order: readonly DepthField[] = dialect === "seed" ? SEED_DEPTH_ORDER : DEPTH_FIELDS;
  const head = `{"MsgType":"${DIALECTS[dialect].prefix}${MD_NAMES.tick}","DepthMarketData":`;
  const encode = makeDepthEncoder(order, dialect === "seed");
  return (snapshot, instrument) => `${head}${encode(snapshot, instrument)}}`;
}

/** Makes the encoder of a tick's body with these fields; ExchangeID is empty unless `named`. */
function makeDepthEncoder(order: readonly DepthField[], named: boolean): (of: Snapshot, by: Instrument) => string {
  const keys = order.map((field, at) => `${at === 0 ? "{" : ","}"${field}":`);
  const writers = order.map((field) => WRITERS.get(field)!);
  const wires = new WeakMap<Instrument, Wire>();
  const clocks = new Map<string, ZoneClock>();
  const prepare = (instrument: Instrument): Wire => {
    const { zone } = instrument.hours;
    let clock = clocks.get(zone);
    if (clock === undefined) clocks.set(zone, (clock = new ZoneClock(zone)));
    const wire: Wire = {
      decimals: figureDecimals(instrument),
      factors: moneyFactors(instrument),
      clock,
      id: JSON.stringify(instrument.id),
      exchange: JSON.stringify(named ? instrument.exchange : ""),
    };
    wires.set(instrument, wire);
    return wire;
  };
  return (snapshot, instrument) => {
    const wire = wires.get(instrument) ?? prepare(instrument);
    wire.clock.turnTo(snapshot.time);
    let text = "";
    for (let at = 0; at < keys.length; at++) text += keys[at]! + writers[at]!(snapshot, wire);
    return `${text}}`;
  };
}

const encodeSeedDepth = makeDepthEncoder(SEED_DEPTH_ORDER, true);
const encodeSiblingDepth = makeDepthEncoder(
  DEPTH_FIELDS.filter((field) => !field.startsWith("reserve")),
  true,
);

/** `DepthMarketData` of RspQryDepthMarketData: as a tick, but without the two reserved fields and with its exchange. */
export function encodeDepthBody(dialect: Dialect, snapshot: Snapshot, instrument: Instrument): string {
  return (dialect === "seed" ? encodeSeedDepth : encodeSiblingDepth)(snapshot, instrument);
}
