/** What traders of the crash test do until their gateway is gone: orders of many kinds, and cancels. */
import type { Fields } from "@tickwire/protocol/ctp";
import type { Random } from "../../packages/gateway/src/feeds/sim/random.ts";
import type { Json } from "./client.ts";
import type { Told } from "./crash-told.ts";
import type { CrashTrader } from "./crash-trader.ts";

/** Most milliseconds between two bursts of a session, and most orders of one. */
const MAX_GAP_MS = 24;
const MAX_BURST = 4;
const MAX_LOTS = 4;
const TICKS_AROUND = 4;
/** Directions and offsets on the wire. */
const BUY = "0";
const SELL = "1";
const OPEN = "0";

/** What an instrument's orders are made from. */
export interface Quote {
  readonly instrument: string;
  readonly exchange: string;
  readonly tick: number;
  readonly bid: number;
  readonly ask: number;
  readonly upper: number;
  readonly lower: number;
}

/** The snapshot of an instrument as a quote. */
export function toQuote(row: Json, exchange: string, tick: number): Quote {
  const number = (name: string): number => Number(row[name]);
  const [bid, ask, upper, lower] = ["BidPrice1", "AskPrice1", "UpperLimitPrice", "LowerLimitPrice"].map(number);
  return {
    instrument: String(row["InstrumentID"]),
    exchange,
    tick,
    bid: bid!,
    ask: ask!,
    upper: upper!,
    lower: lower!,
  };
}

/** What a load is made from. */
export interface LoadParts {
  readonly trader: CrashTrader;
  readonly random: Random;
  readonly quotes: readonly Quote[];
  readonly told: Told;
}

/** One session's load. */
export class CrashLoad {
  readonly #parts: LoadParts;
  #ref: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LoadParts) {
    this.#parts = parts;
    this.#ref = Number(parts.trader.login["MaxOrderRef"]);
  }

  /** Begins at once; goes on at random moments until `stop`. */
  start(): void {
    const count = 1 + this.#below(MAX_BURST);
    for (let at = 0; at < count; at++) {
      if (this.#below(4) === 0) this.#cancel();
      this.#insert();
    }
    this.#timer = setTimeout(() => this.start(), this.#below(MAX_GAP_MS + 1));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #insert(): void {
    const quote = this.#one(this.#parts.quotes);
    const Direction = this.#one([BUY, SELL]);
    const closes = quote.exchange === "SHFE" ? ["1", "3", "4"] : ["1"];
    const order = {
      InstrumentID: quote.instrument,
      ExchangeID: quote.exchange,
      OrderRef: String((this.#ref += 1 + this.#below(2))),
      Direction,
      CombOffsetFlag: this.#below(5) < 3 ? OPEN : this.#one(closes),
      CombHedgeFlag: "1",
      VolumeTotalOriginal: 1 + this.#below(MAX_LOTS),
      MinVolume: 1,
      ForceCloseReason: "0",
      ContingentCondition: "1",
      TimeCondition: "3",
      VolumeCondition: "1",
      OrderPriceType: "2",
    };
    this.#parts.trader.send("ReqOrderInsert", { ...order, ...this.#kind(quote, Direction === BUY) });
  }

  /** What makes an order meet the market, other users, or nobody. */
  #kind({ bid, ask, tick, upper, lower }: Quote, buys: boolean): Fields {
    const around = this.#below(TICKS_AROUND) * tick;
    const price = (value: number): Fields => ({ LimitPrice: Math.round(value / tick) * tick });
    const crossing = price(buys ? ask + around : bid - around);
    const resting = price(buys ? bid - around : ask + around);
    switch (this.#below(8)) {
      case 0:
      case 1:
        return crossing;
      case 2:
      case 3:
        return resting;
      case 4:
        return price(buys ? lower + around : upper - around);
      case 5:
        return { ...crossing, TimeCondition: "1", VolumeCondition: this.#one(["1", "2", "3"]) };
      case 6:
        // Waits for a last price that it may have already, or that comes soon.
        return { ...crossing, ContingentCondition: this.#one(["5", "7"]), StopPrice: Number(resting["LimitPrice"]) };
      default:
        // Off the grid: refused by the exchange.
        return this.#below(4) === 0 ? { LimitPrice: bid + tick / 4 } : { ...resting, VolumeTotalOriginal: 20 };
    }
  }

  #cancel(): void {
    const { trader, told } = this.#parts;
    const rows = [...told.open(trader.user, String(trader.login["TradingDay"])).values()];
    if (rows.length > 0) trader.send("ReqOrderAction", cancelOf(this.#one(rows), this.#below(2) === 0));
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }

  #below(count: number): number {
    return Math.floor(this.#parts.random.uniform() * count);
  }
}

/** A cancel of an order: by OrderSysID, or by session and reference. */
export function cancelOf(row: Json, bySysId: boolean): Fields {
  const { InstrumentID, ExchangeID, OrderSysID, FrontID, SessionID, OrderRef } = row as Record<string, string>;
  const what = { InstrumentID: InstrumentID!, ExchangeID: ExchangeID!, ActionFlag: "0" };
  if (bySysId) return { ...what, OrderSysID: OrderSysID! };
  return { ...what, FrontID: FrontID!, SessionID: SessionID!, OrderRef: OrderRef! };
}
