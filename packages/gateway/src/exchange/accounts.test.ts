import assert from "node:assert/strict";
import { test } from "node:test";
import { ZERO_RATE, type OrderInput, type TradingTerms } from "@tickwire/protocol/model";
import { makeBooked, makeFill, makeInput, makeTerms, toFen } from "../../../../test/support/trading-terms.ts";
import { Accounts } from "./accounts.ts";

const DAY = "20251226";
const NEXT = "20251229";

/** An account of a million yuan, and what it trades. */
class Desk {
  readonly accounts = new Accounts();
  #orders = 0;
  #trades = 0;

  constructor(...terms: TradingTerms[]) {
    this.accounts.settle("", DAY, 6, new Map());
    this.accounts.openAccount("ann", toFen(1_000_000));
    for (const each of terms) this.accounts.setTerms(each);
  }

  /** Gives an order and returns what reduces it. */
  order(instrument: string, changes: Partial<OrderInput>) {
    const input = makeInput(instrument, changes);
    const order = makeBooked(++this.#orders, "ann", input);
    assert.equal(this.accounts.judge("ann", input, input.price), undefined);
    this.accounts.freeze(order, input.price);
    const trade = (volume: number, price = input.price) => {
      const fill = makeFill(`${++this.#trades}`, price, volume, DAY);
      return this.accounts.fill(order, fill);
    };
    return { booked: order, trade, release: () => this.accounts.release(order) };
  }

  /** An order that is filled at once. */
  trade(instrument: string, changes: Partial<OrderInput>, price?: number): number {
    return this.order(instrument, changes).trade(changes.volume ?? 1, price);
  }

  judge(instrument: string, changes: Partial<OrderInput>) {
    const input = makeInput(instrument, changes);
    return this.accounts.judge("ann", input, input.price);
  }

  settle(prices: Record<string, number>, day = DAY, next = NEXT) {
    return this.accounts.settle(day, next, 7, new Map(Object.entries(prices)));
  }

  get account() {
    return this.accounts.account("ann")!;
  }
}

const dce = (instrument: string, changes: Partial<TradingTerms> = {}) =>
  makeTerms(instrument, { exchange: "DCE", product: "m", history: false, largerSide: false, ...changes });

test("the check row of ctp.md d.7", () => {
  const accounts = new Accounts();
  accounts.openAccount("ann", toFen(19742599.89));
  // 300 lots of 20,251.25: margin 583,236 at 0.096; 29.6 less make a loss of 88,800.
  const rate = { byMoney: 0.096, byVolume: 0 };
  const price = 2025.125;
  const terms = { multiplier: 10, priceTick: 0.001, longMargin: rate, openFee: ZERO_RATE, preSettlement: price };
  accounts.setTerms(makeTerms("xx2601", terms));
  const input = makeInput("xx2601", { volume: 300, price });
  const order = makeBooked(1, "ann", input);
  accounts.freeze(order, price);
  const fill = makeFill("1", price, 300, DAY);
  accounts.fill(order, fill);
  accounts.mark("xx2601", price - 29.6);
  const { preBalance, positionProfit, margin, balance, available } = accounts.account("ann")!;
  assert.deepEqual(
    { preBalance, positionProfit, margin, balance, available },
    {
      preBalance: toFen(19742599.89),
      positionProfit: toFen(-88800),
      margin: toFen(583236),
      balance: toFen(19653799.89),
      available: toFen(19070563.89),
    },
  );
});

test("an opening order freezes margin and commission, its fills use them up, a cancel returns the rest", () => {
  const desk = new Desk(makeTerms("rb2605"));
  const order = desk.order("rb2605", { volume: 3, price: 3001 });
  // 3 × 30,010 yuan: margin 9,003.00, commission 9.003 → 9.00.
  assert.deepEqual([desk.account.frozenMargin, desk.account.frozenCommission], [900_300, 900]);
  assert.equal(order.trade(1, 3000), 300);
  // 2 are left: 6,002.00 and 6.002 → 6.00.
  assert.deepEqual([desk.account.frozenMargin, desk.account.frozenCommission], [600_200, 600]);
  assert.deepEqual([desk.account.margin, desk.account.commission], [300_000, 300]);
  order.release();
  order.release();
  assert.deepEqual([desk.account.frozenMargin, desk.account.frozenCommission], [0, 0]);
  assert.equal(desk.account.available, 100_000_000 - 300_000 - 300);
});

test("money that is not there is refused", () => {
  const desk = new Desk(makeTerms("rb2605"));
  // A lot needs 3,000 + 3: 333 lots need 999,999, one more too much.
  assert.equal(desk.judge("rb2605", { volume: 333 }), undefined);
  assert.equal(desk.judge("rb2605", { volume: 334 }), "insufficientMoney");
  assert.equal(desk.accounts.maxVolume("ann", makeInput("rb2605"), 3000), 333);
  assert.equal(desk.accounts.judge("bob", makeInput("rb2605"), 3000), "noTradingRight");
  assert.equal(desk.judge("rb2607", {}), "instrumentNotTrading");
});

test("in Shanghai today's and yesterday's lots are closed by their own offsets, by their own fees", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.trade("rb2605", { volume: 2 });
  desk.settle({ rb2605: 3010 });
  desk.trade("rb2605", { volume: 1, price: 3020 });
  const sell = (offset: OrderInput["offset"], volume: number) => desk.judge("rb2605", { side: "sell", offset, volume });
  assert.deepEqual([sell("close-today", 1), sell("close-today", 2)], [undefined, "overCloseToday"]);
  assert.deepEqual([sell("close", 2), sell("close", 3)], [undefined, "overCloseYesterday"]);
  assert.equal(sell("close-yesterday", 3), "overCloseYesterday");
  desk.order("rb2605", { side: "sell", offset: "close", volume: 2, price: 3030 });
  assert.equal(sell("close-yesterday", 1), "overCloseYesterday");
  assert.equal(sell("close-today", 1), undefined);
  assert.equal(desk.trade("rb2605", { side: "sell", offset: "close-today", price: 3030 }), 909);
  const [history, today] = desk.accounts.positions("ann");
  assert.deepEqual(
    [history!.date, history!.volume, history!.today, history!.yesterday, history!.shortFrozen, history!.longFrozen],
    ["history", 2, 0, 2, 2, 0],
  );
  assert.equal(history!.shortFrozenAmount, 2 * 3_030_000);
  assert.deepEqual([today!.date, today!.volume, today!.yesterday, today!.closeVolume], ["today", 0, 0, 1]);
  assert.equal(today!.closeProfitByDate, 10_000);
});

test("elsewhere any offset closes any lot, older ones first; profit by date and by trade", () => {
  const desk = new Desk(dce("m2605"));
  desk.trade("m2605", { volume: 2 });
  desk.settle({ m2605: 3010 });
  desk.trade("m2605", { volume: 2, price: 3020 });
  assert.equal(desk.judge("m2605", { side: "sell", offset: "close-yesterday", volume: 5 }), "overClosePosition");
  // 2 old ones at 0.0001 and one of today at 0.0003 of 30,300 yuan: 15.15.
  assert.equal(desk.trade("m2605", { side: "sell", offset: "close-today", volume: 3, price: 3030 }), 1515);
  const [row, ...others] = desk.accounts.positions("ann");
  assert.equal(others.length, 0);
  assert.deepEqual([row!.date, row!.volume, row!.today, row!.yesterday], ["today", 1, 1, 2]);
  assert.deepEqual([row!.closeProfitByDate, row!.closeProfitByTrade], [50_000, 70_000]);
  assert.equal(desk.account.closeProfit, 50_000);
  const left = desk.accounts.details("ann").map((detail) => [detail.tradeId, detail.volume, detail.closeVolume]);
  assert.deepEqual(left, [
    ["1", 0, 2],
    ["2", 1, 1],
  ]);
});

test("where any lot may be closed, the dearer fee is frozen as soon as today's lots are among them", () => {
  const desk = new Desk(dce("m2605"));
  desk.trade("m2605", {});
  desk.settle({ m2605: 3000 });
  const old = desk.order("m2605", { side: "sell", offset: "close" });
  assert.equal(desk.account.frozenCommission, 300);
  old.release();
  desk.trade("m2605", {});
  const any = desk.order("m2605", { side: "sell", offset: "close" });
  assert.equal(desk.account.frozenCommission, 900);
  assert.equal(any.trade(1), 300);
  assert.equal(desk.account.frozenCommission, 0);
});

test("only the larger side of a product is charged, where the terms say so", () => {
  const shanghai = new Desk(makeTerms("rb2605"), makeTerms("rb2610"));
  shanghai.trade("rb2605", { volume: 2 });
  shanghai.trade("rb2610", { side: "sell" });
  assert.equal(shanghai.account.margin, 600_000);
  shanghai.trade("rb2610", { side: "sell" });
  assert.equal(shanghai.account.margin, 720_000);
  assert.deepEqual(
    shanghai.accounts.positions("ann").map((row) => row.margin),
    [600_000, 720_000],
  );
  const dalian = new Desk(dce("m2605"), dce("m2609"));
  dalian.trade("m2605", { volume: 2 });
  dalian.trade("m2609", { side: "sell", volume: 2 });
  assert.equal(dalian.account.margin, 600_000 + 720_000);
  dalian.accounts.setTerms(dce("m2605", { largerSide: true }));
  dalian.accounts.setTerms(dce("m2609", { largerSide: true }));
  assert.equal(dalian.account.margin, 720_000);
});

test("margin counts today's lots at their open price and older ones at the settlement price", () => {
  const desk = new Desk(makeTerms("rb2605", { longMargin: { byMoney: 0.1, byVolume: 5 } }));
  desk.trade("rb2605", { price: 3100 });
  assert.equal(desk.account.margin, 310_000 + 500);
  desk.accounts.mark("rb2605", 3300);
  assert.equal(desk.account.margin, 310_500);
  desk.settle({ rb2605: 3200 });
  assert.deepEqual([desk.account.preMargin, desk.account.margin], [310_500, 320_500]);
  desk.accounts.setTerms(makeTerms("rb2605", { longMargin: { byMoney: 0.2, byVolume: 0 } }));
  assert.equal(desk.account.margin, 640_000);
});

test("who is short of money can close, and cannot open", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.trade("rb2605", { volume: 330 });
  desk.accounts.mark("rb2605", 2950);
  assert.ok(desk.account.available < 0);
  assert.equal(desk.judge("rb2605", {}), "insufficientMoney");
  assert.equal(desk.judge("rb2605", { side: "sell", offset: "close-today", volume: 330 }), undefined);
});

test("profit that is not realised cannot be withdrawn; transfers count", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.accounts.transfer("ann", 500);
  desk.accounts.transfer("ann", -200);
  desk.trade("rb2605", {});
  desk.accounts.mark("rb2605", 3100);
  const { deposit, withdraw, positionProfit, available, withdrawQuota } = desk.account;
  assert.deepEqual([deposit, withdraw, positionProfit], [500, 200, 100_000]);
  assert.equal(withdrawQuota, available - 100_000);
});

test("what expires is closed at the settlement price, and the balance stays", () => {
  const desk = new Desk(makeTerms("rb2512", { expires: DAY }), makeTerms("rb2605"));
  desk.trade("rb2512", { volume: 2 });
  desk.trade("rb2605", { side: "sell" });
  const [statement] = desk.settle({ rb2512: 3050, rb2605: 3000 });
  assert.deepEqual(desk.accounts.held(), ["rb2605"]);
  assert.equal(desk.accounts.net("rb2512"), 0);
  assert.deepEqual(
    desk.accounts.positions("ann").map((row) => row.instrument),
    ["rb2605"],
  );
  assert.equal(desk.account.preBalance, 100_000_000 + 100_000 - 900);
  assert.equal(desk.judge("rb2512", {}), "instrumentNotTrading");
  assert.match(statement!.text, /到期交割\r\n/);
});

test("rows and details tell the day and the settlement", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.trade("rb2605", {});
  desk.settle({ rb2605: 3010 });
  const [row] = desk.accounts.positions("ann");
  const [detail] = desk.accounts.details("ann");
  for (const { tradingDay, settlementId } of [row!, detail!, desk.account]) {
    assert.deepEqual([tradingDay, settlementId], [NEXT, 8]);
  }
  assert.deepEqual([row!.date, row!.yesterday, row!.preSettlement, row!.settlement], ["history", 1, 3010, 3010]);
  assert.deepEqual([detail!.openDate, detail!.openPrice, detail!.lastSettlement], [DAY, 3000, 3010]);
});

test("rows carry their part of what orders freeze, of commission, and the margin of the day before", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.trade("rb2605", { volume: 2 });
  desk.settle({ rb2605: 3010 });
  desk.trade("rb2605", { price: 3020 });
  desk.order("rb2605", { volume: 2 });
  desk.order("rb2605", { side: "sell", offset: "close-yesterday", price: 3100 });
  desk.order("rb2605", { side: "sell", offset: "close-today", price: 3100 });
  const shown = desk.accounts
    .positions("ann")
    .map((row) => [row.date, row.preMargin, row.frozenMargin, row.frozenCommission, row.commission, row.shortFrozen]);
  assert.deepEqual(shown, [
    ["history", 600_000, 0, 310, 0, 1],
    ["today", 0, 600_000, 600 + 930, 302, 1],
  ]);
  assert.deepEqual([desk.account.frozenMargin, desk.account.frozenCommission], [600_000, 600 + 930 + 310]);
});

test("a restored state goes on: orders still hold what they held", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.trade("rb2605", { volume: 2 });
  const order = desk.order("rb2605", { side: "sell", offset: "close-today", volume: 2 });
  order.trade(1);
  const other = new Accounts();
  other.restore(JSON.parse(JSON.stringify(desk.accounts.checkpoint())) as object);
  assert.equal(
    other.judge("ann", makeInput("rb2605", { side: "sell", offset: "close-today" }), 3000),
    "overCloseToday",
  );
  other.release(order.booked);
  assert.equal(other.judge("ann", makeInput("rb2605", { side: "sell", offset: "close-today" }), 3000), undefined);
  assert.equal(other.account("ann")!.frozenCommission, 0);
  assert.equal(desk.account.frozenCommission, 900);
});

test("positions are valued at the newest price of the market or of a fill", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.accounts.mark("rb2605", 3500);
  desk.trade("rb2605", {});
  assert.equal(desk.account.positionProfit, 0);
  desk.accounts.mark("rb2605", 3001);
  desk.accounts.mark("rb2605", Number.NaN);
  assert.equal(desk.account.positionProfit, 1000);
  const other = new Accounts();
  other.restore(desk.accounts.checkpoint());
  assert.equal(other.account("ann")!.positionProfit, 0);
});

test("an instrument without a settlement price is settled at that of the newest fill", () => {
  const desk = new Desk(makeTerms("rb2605"));
  desk.trade("rb2605", {});
  desk.trade("rb2605", { price: 3005 });
  desk.accounts.mark("rb2605", 3100);
  desk.settle({ rb2605: Number.NaN });
  assert.equal(desk.account.preBalance, 100_000_000 + 5000 - 300 - 301);
  assert.equal(desk.accounts.positions("ann")[0]!.preSettlement, 3005);
});
