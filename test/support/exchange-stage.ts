/** A small exchange for tests: one product's worth of instruments, a market that the test moves, and everything it told. */
import type { CancelInput, Instrument, OrderInput, TradingHours } from "@tickwire/protocol/model";
import type { ExchangeSink, ExchangeWorld, MarketView, Op } from "../../packages/gateway/src/ports/exchange.ts";
import type { Statement, TradeReport } from "../../packages/gateway/src/ports/trading.ts";
import { Accounts } from "../../packages/gateway/src/exchange/accounts.ts";
import { Exchange } from "../../packages/gateway/src/exchange/engine.ts";
import type { ExchangeLimits } from "../../packages/gateway/src/exchange/front.ts";
import { COMMODITY_HOURS } from "./hours.ts";

/** Wednesday 2026-03-11, 10:00 in Shanghai. */
export const TEN = 1_773_194_400_000;

const ALWAYS_HOURS: TradingHours = { ...COMMODITY_HOURS, always: true };

/** A contract of a product, with its step of 1 and its limits of 900 and 1100. */
export function contract(id: string, exchange = "SHFE", hours: TradingHours = ALWAYS_HOURS): Instrument {
  const history = exchange === "SHFE" || exchange === "INE";
  return {
    id,
    kind: "future",
    market: "CN-FUTURES",
    exchange,
    product: id.replace(/\d+$/, ""),
    name: id,
    priceTick: 1,
    priceDecimals: 0,
    volumeDecimals: 0,
    multiplier: 10,
    levels: 5,
    currency: "CNY",
    hours,
    future: {
      deliveryYear: 2026,
      deliveryMonth: 5,
      createDate: "20250516",
      openDate: "20250516",
      expireDate: "20260515",
      maxLimitOrderVolume: 500,
      minLimitOrderVolume: 1,
      maxMarketOrderVolume: 30,
      minMarketOrderVolume: 1,
      longMarginRatio: 0.1,
      shortMarginRatio: 0.1,
      positionDateType: history ? "1" : "2",
      positionType: "2",
      maxMarginSideAlgorithm: history ? "1" : "0",
    },
  };
}

/** A view with a level of 10 lots at each of these prices. */
export function viewOf(bids: readonly number[], asks: readonly number[], more: Partial<MarketView> = {}): MarketView {
  return {
    time: TEN,
    tradingDay: "20260311",
    bidPrices: bids,
    bidVolumes: bids.map(() => 10),
    askPrices: asks,
    askVolumes: asks.map(() => 10),
    last: bids[0] ?? NaN,
    traded: 0,
    preSettlement: 1000,
    upperLimit: 1100,
    lowerLimit: 900,
    settlement: NaN,
    ...more,
  };
}

/** An order to buy a lot of rb2605 at 1000 for the day. */
export function order(more: Partial<OrderInput> = {}): OrderInput {
  return {
    instrument: "rb2605",
    exchange: "",
    side: "buy",
    offset: "open",
    hedge: "speculation",
    priceType: "limit",
    price: 1000,
    volume: 1,
    time: "day",
    volumeCondition: "any",
    minVolume: 1,
    ref: "",
    requestId: 1,
    labels: {},
    ...more,
  };
}

/** A cancel that names nothing. */
export function cancelOf(more: Partial<CancelInput>): CancelInput {
  return { instrument: "", exchange: "", sysId: "", session: undefined, ref: "", requestId: 2, ...more };
}

/** The user's session. */
export function sessionOf(user: string): { frontId: number; sessionId: number } {
  return { frontId: 1, sessionId: user.charCodeAt(0) };
}

/** An exchange with users a and b, both rich and confirmed. */
export class Stage {
  readonly ops: Op[] = [];
  readonly reports: TradeReport[] = [];
  readonly statements: Statement[] = [];
  readonly instruments = new Map<string, Instrument>();
  readonly views = new Map<string, MarketView>();
  readonly exchange: Exchange;
  readonly limits: ExchangeLimits | undefined;
  now: number;

  constructor(
    instruments: readonly Instrument[] = [contract("rb2605"), contract("i2605", "DCE")],
    limits?: ExchangeLimits,
    now = TEN,
  ) {
    this.now = now;
    for (const instrument of instruments) {
      this.instruments.set(instrument.id, instrument);
      this.views.set(instrument.id, viewOf([], []));
    }
    this.limits = limits;
    this.exchange = this.make();
    this.exchange.advance(this.now);
    for (const [id, view] of this.views) this.exchange.market(id, view);
    for (const user of ["a", "b"]) {
      this.exchange.openAccount(user, 2_000_000_000, this.now);
      this.exchange.confirm(user, this.now);
    }
    this.exchange.advance(this.now);
  }

  /** An empty exchange in the same world, which tells nobody. */
  make(sink: Partial<ExchangeSink> = {}): Exchange {
    const told: ExchangeSink = {
      op: (op) => this.ops.push(op),
      report: (report) => this.reports.push(report),
      statement: (statement) => this.statements.push(statement),
      ...sink,
    };
    const rate = { byMoney: 0.1, byVolume: 0 };
    const fee = { byMoney: 0, byVolume: 1 };
    const rates = { longMargin: rate, shortMargin: rate, openFee: fee, closeFee: fee, closeTodayFee: fee };
    const world: ExchangeWorld = {
      instrument: (id) => this.instruments.get(id),
      view: (id) => this.views.get(id),
      confirms: false,
      rates: () => rates,
    };
    return new Exchange(told, world, new Accounts(), this.limits);
  }

  /** A second exchange to which everything that happened was told again, through JSON. */
  replay(): Exchange {
    const replayed = this.make({ op: () => {}, report: () => {}, statement: () => {} });
    for (const op of this.ops) replayed.apply(JSON.parse(JSON.stringify(op)) as Op);
    return replayed;
  }

  insert(user: string, input: Partial<OrderInput> = {}): string | undefined {
    return this.exchange.insert(user, sessionOf(user), order(input), this.now);
  }

  cancel(user: string, input: Partial<CancelInput>): string | undefined {
    return this.exchange.cancel(user, sessionOf(user), cancelOf(input), this.now);
  }

  /** The market moves. */
  market(view: MarketView, instrument = "rb2605"): void {
    this.views.set(instrument, view);
    this.exchange.market(instrument, view);
  }

  /** What was told since the last call, in words: `a order queueing 0/1`, `a fill 1@1000`. */
  told(): string[] {
    return this.reports.splice(0).map((report) => {
      switch (report.kind) {
        case "order": {
          const { status, filled, input } = report.order;
          return `${report.user} ${status} ${filled}/${input.volume}`;
        }
        case "fill":
          return `${report.user} fill ${report.fill.volume}@${report.fill.price}`;
        case "phase":
          return `${report.product} ${report.phase}`;
        default:
          return `${report.user} ${report.kind} ${report.error}`;
      }
    });
  }
}
