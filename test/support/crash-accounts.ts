/** Accounts and positions of the crash test: the identities of ctp.md d.6 and d.7, and what the ledger makes of them. */
import assert from "node:assert/strict";
import type { Json } from "./client.ts";
import type { View } from "./crash-trader.ts";
import type { ReplayedLedger } from "./replayed-ledger.ts";

const FEN_PER_YUAN = 100;
/** Fields of TradingAccount by the model's names. */
const ACCOUNT = {
  preBalance: "PreBalance",
  deposit: "Deposit",
  withdraw: "Withdraw",
  closeProfit: "CloseProfit",
  commission: "Commission",
  margin: "CurrMargin",
  frozenMargin: "FrozenMargin",
  frozenCommission: "FrozenCommission",
} as const;

/** A wire amount in fen; it is whole. */
export function fenOf(row: Json, field: string): number {
  const yuan = row[field];
  assert.ok(typeof yuan === "number", `${field} of ${JSON.stringify(row)}`);
  const fen = Math.round(yuan * FEN_PER_YUAN);
  assert.ok(Math.abs(fen - yuan * FEN_PER_YUAN) < 1e-3, `${field} is whole fen: ${yuan}`);
  return fen;
}

/** What is so at every moment, whatever the ledger says. Returns how many things were checked. */
export function checkIdentities(user: string, { positions, account, again }: View): number {
  const fen = (field: string): number => fenOf(account, field);
  const what = `${user}: ${JSON.stringify(account)}`;
  const profit = fen("CloseProfit") + fen("PositionProfit") - fen("Commission");
  assert.equal(fen("Balance"), fen("PreBalance") - fen("Withdraw") + fen("Deposit") + profit, `balance of ${what}`);
  const held = fen("CurrMargin") + fen("FrozenMargin") + fen("FrozenCommission");
  assert.equal(fen("Available"), fen("Balance") - held, `available of ${what}`);
  // The market moves on: only where it did not the account was valued as the positions were.
  if (JSON.stringify(positions) !== JSON.stringify(again)) return 2;
  const sum = (field: string): number => positions.reduce((all, row) => all + fenOf(row, field), 0);
  assert.equal(fen("PositionProfit"), sum("PositionProfit"), `position profit of ${what}`);
  assert.equal(fen("CloseProfit"), sum("CloseProfitByDate"), `close profit of ${what}`);
  assert.equal(fen("Commission"), sum("Commission"), `commission of ${what}`);
  return 5;
}

/** What a gateway knows is what its ledger says, nothing having happened meanwhile. Returns how many things were checked. */
export function compareBooks(ledger: ReplayedLedger, views: ReadonlyMap<string, View>): number {
  let checks = 0;
  for (const [user, view] of views) {
    const expected = ledger.model.account(user);
    const own = Object.keys(ACCOUNT) as (keyof typeof ACCOUNT)[];
    const wanted = Object.fromEntries(own.map((key) => [key, expected[key]]));
    const actual = Object.fromEntries(own.map((key) => [key, fenOf(view.account, ACCOUNT[key])]));
    assert.deepEqual(actual, wanted, `account of ${user}: ${JSON.stringify(view.account)}`);
    checks += own.length + comparePositions(ledger, user, view);
  }
  for (const [instrument, market] of ledger.marketNet) {
    const rows = [...views.values()].flatMap(({ positions }) => positions);
    const own = rows.filter((row) => row["InstrumentID"] === instrument);
    const net = own.reduce((all, row) => all + signOf(row["PosiDirection"]) * (row["Position"] as number), 0);
    assert.equal(net + market, 0, `long and short lots of ${instrument}`);
    checks++;
  }
  return checks;
}

/** Sums of a side of an instrument. */
interface Sums {
  lots: number;
  today: number;
  yesterday: number;
  cost: number;
  openCost: number;
  margin: number;
}

/** Rows, details and the ledger's lots agree. */
function comparePositions({ model }: ReplayedLedger, user: string, { positions, details }: View): number {
  const [wanted, rows] = [new Map<string, Sums>(), new Map<string, Sums>()];
  for (const lot of model.lots.filter((each) => each.user === user)) {
    const today = lot.old ? 0 : lot.volume;
    const [cost, openCost] = [lot.basis * lot.volume, lot.openPrice * lot.volume];
    const more = { lots: lot.volume, today, yesterday: 0, cost, openCost, margin: model.marginOf(lot) };
    add(wanted, `${lot.instrument} ${lot.side}`, more);
  }
  for (const { user: owner, instrument, side, volume } of model.yesterday) {
    if (owner === user) add(wanted, `${instrument} ${side}`, { ...NOTHING, yesterday: volume });
  }
  for (const row of positions) {
    const side = row["PosiDirection"] === "2" ? "long" : "short";
    const number = (field: string): number => row[field] as number;
    const lots = { lots: number("Position"), today: number("TodayPosition"), yesterday: number("YdPosition") };
    const costs = { cost: fenOf(row, "PositionCost"), openCost: fenOf(row, "OpenCost") };
    add(rows, `${String(row["InstrumentID"])} ${side}`, { ...lots, ...costs, margin: fenOf(row, "UseMargin") });
  }
  assert.deepEqual(sorted(rows), sorted(wanted), `positions of ${user}`);
  const lotsNow = details.filter((row) => row["Volume"] !== 0).map(detailKey);
  const lotsKept = model.lots.filter((lot) => lot.user === user && lot.volume > 0);
  const keys = lotsKept.map((lot) => `${lot.instrument} ${lot.side} ${lot.volume} ${model.marginOf(lot)}`);
  assert.deepEqual(lotsNow.toSorted(), keys.toSorted(), `position details of ${user}`);
  return rows.size + lotsNow.length;
}

const NOTHING: Sums = { lots: 0, today: 0, yesterday: 0, cost: 0, openCost: 0, margin: 0 };

function add(sums: Map<string, Sums>, key: string, more: Sums): void {
  const before = sums.get(key) ?? NOTHING;
  const names = Object.keys(NOTHING) as (keyof Sums)[];
  sums.set(key, Object.fromEntries(names.map((name) => [name, before[name] + more[name]])) as unknown as Sums);
}

function detailKey(row: Json): string {
  const side = row["Direction"] === "0" ? "long" : "short";
  return `${String(row["InstrumentID"])} ${side} ${String(row["Volume"])} ${fenOf(row, "Margin")}`;
}

/** Sides on which something is or was today, by name. */
function sorted(sums: ReadonlyMap<string, Sums>): unknown {
  const found = [...sums].filter(([, each]) => Object.values(each).some((value) => value !== 0));
  return found.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function signOf(side: unknown): number {
  return side === "2" ? 1 : -1;
}
