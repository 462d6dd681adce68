/** The statement of a settled day, with the parts that statements of futures accounts usually have. Plain text, in Chinese. */
import {
  FEN_PER_YUAN,
  decimalsOf,
  formatDecimal,
  type Hedge,
  type Position,
  type PositionSide,
} from "@tickwire/protocol/model";
import { formatFen } from "./money.ts";
import { positionRows, type RowDay } from "./position-rows.ts";
import type { Delivered } from "./settlement.ts";
import { centerText, padText, tableLines, type Column } from "./text-table.ts";
import type { UserAccount } from "./user-account.ts";

const LINE_END = "\r\n";
const WIDTH = 100;
const RULE = "-".repeat(WIDTH);
/** Rows that a table shows at most. */
const MAX_ROWS = 500;
/** Widths of names and amounts in the summary of money. */
const NAME_WIDTH = 16;
const AMOUNT_WIDTH = 20;
const MARGIN_BETWEEN = 8;

const SIDES: Readonly<Record<PositionSide, string>> = { long: "多", short: "空" };
const HEDGES: Readonly<Record<Hedge, string>> = {
  speculation: "投机",
  arbitrage: "套利",
  hedge: "套保",
  "market-maker": "做市",
};

const left = (title: string): Column => ({ title, align: "left" });
const right = (title: string): Column => ({ title, align: "right" });
const WHAT = [left("交易所"), left("合约"), left("方向"), left("投保")];
const TRADE_COLUMNS = [...WHAT, ...["开仓手数", "开仓金额", "平仓手数", "平仓金额", "手续费", "平仓盈亏"].map(right)];
const POSITION_COLUMNS = [
  ...WHAT,
  ...["持仓手数", "其中今仓", "开仓均价", "昨结算价", "结算价", "盯市盈亏", "保证金"].map(right),
];
const DELIVERY_COLUMNS = [left("合约"), left("方向"), ...["手数", "交割结算价", "盈亏"].map(right)];

/** The statement of an account whose positions are valued at the day's settlement prices and which freezes nothing any more. */
export function settlementText(account: UserAccount, day: RowDay, delivered: readonly Delivered[]): string {
  const rows = [...account.stakes.values()].flatMap((stake) =>
    positionRows(stake, day).map((row) => ({
      row,
      multiplier: stake.contract.terms.multiplier,
      decimals: decimalsOf(stake.contract.terms.priceTick),
    })),
  );
  const traded = rows.filter(({ row }) => row.openVolume > 0 || row.closeVolume > 0);
  const held = rows.filter(({ row }) => row.volume > 0);
  const lines = [
    ...headLines(account, day),
    ...section("资金状况（元）", moneyLines(account)),
    ...section("成交汇总（平仓含到期交割）", table(TRADE_COLUMNS, traded.map(tradeCells), tradeTotal(traded))),
    ...section("持仓汇总", table(POSITION_COLUMNS, held.map(positionCells), positionTotal(held))),
    ...(delivered.length === 0 ? [] : section("到期交割", table(DELIVERY_COLUMNS, delivered.map(deliveryCells)))),
    "本单由模拟交易系统生成，不涉及真实资金。",
  ];
  return lines.join(LINE_END) + LINE_END;
}

interface Row {
  readonly row: Position;
  readonly multiplier: number;
  readonly decimals: number;
}

function headLines({ user }: UserAccount, { tradingDay, settlementId }: RowDay): string[] {
  const facts = [`投资者：${user}`, `交易日：${tradingDay}`, `结算编号：${settlementId}`, "币种：人民币"];
  return [
    centerText("tickwire 模拟交易结算单", WIDTH),
    centerText("（逐日盯市）", WIDTH),
    RULE,
    facts.join("    "),
    RULE,
  ];
}

function moneyLines(account: UserAccount): string[] {
  const { preBalance, deposit, withdraw, closeProfit, positionProfit, commission, balance, margin } = account;
  const risk = balance > 0 ? `${((margin / balance) * 100).toFixed(2)}%` : "-";
  const pairs: readonly (readonly [string, string, string, string])[] = [
    ["上日结存", formatFen(preBalance), "当日结存", formatFen(balance)],
    ["当日入金", formatFen(deposit), "保证金占用", formatFen(margin)],
    ["当日出金", formatFen(withdraw), "可用资金", formatFen(account.available)],
    ["平仓盈亏", formatFen(closeProfit), "风险度", risk],
    ["持仓盯市盈亏", formatFen(positionProfit), "追加保证金", formatFen(Math.max(0, 0 - account.available))],
    ["手续费", formatFen(commission), "当日净盈亏", formatFen(closeProfit + positionProfit - commission)],
  ];
  return pairs.map(([a, one, b, other]) => amount(a, one) + " ".repeat(MARGIN_BETWEEN) + amount(b, other));
}

function amount(name: string, text: string): string {
  return padText(`${name}：`, NAME_WIDTH) + padText(text, AMOUNT_WIDTH, "right");
}

function whatCells({ exchange, instrument, side, hedge }: Position): string[] {
  return [exchange, instrument, SIDES[side], HEDGES[hedge]];
}

function tradeCells({ row }: Row): string[] {
  const { openVolume, openAmount, closeVolume, closeAmount, commission, closeProfitByDate } = row;
  const opened = [String(openVolume), formatFen(openAmount)];
  const closed = [String(closeVolume), formatFen(closeAmount), formatFen(commission), formatFen(closeProfitByDate)];
  return [...whatCells(row), ...opened, ...closed];
}

function tradeTotal(rows: readonly Row[]): string[] {
  const sum = (of: "openVolume" | "openAmount" | "closeVolume" | "closeAmount" | "commission" | "closeProfitByDate") =>
    total(rows, ({ row }) => row[of]);
  const money = [formatFen(sum("commission")), formatFen(sum("closeProfitByDate"))];
  const opened = [String(sum("openVolume")), formatFen(sum("openAmount"))];
  return ["合计", "", "", "", ...opened, String(sum("closeVolume")), formatFen(sum("closeAmount")), ...money];
}

function positionCells({ row, multiplier, decimals }: Row): string[] {
  const average = row.openCost / row.volume / multiplier / FEN_PER_YUAN;
  const prices = [
    formatDecimal(average, decimals + 1),
    formatDecimal(row.preSettlement, decimals),
    formatDecimal(row.settlement, decimals),
  ];
  const money = [formatFen(row.positionProfit), formatFen(row.margin)];
  return [...whatCells(row), String(row.volume), String(row.today), ...prices, ...money];
}

function positionTotal(rows: readonly Row[]): string[] {
  const lots = [String(total(rows, ({ row }) => row.volume)), String(total(rows, ({ row }) => row.today))];
  const profit = formatFen(total(rows, ({ row }) => row.positionProfit));
  return ["合计", "", "", "", ...lots, "", "", "", profit, formatFen(total(rows, ({ row }) => row.margin))];
}

function deliveryCells({ instrument, side, volume, price, profit }: Delivered): string[] {
  return [instrument, SIDES[side], String(volume), String(price), formatFen(profit)];
}

function section(title: string, lines: readonly string[]): string[] {
  return [title, RULE, ...lines, RULE];
}

function table(columns: readonly Column[], rows: readonly string[][], sums?: string[]): string[] {
  if (rows.length === 0) return ["（无）"];
  const shown = rows.slice(0, MAX_ROWS);
  const lines = tableLines(columns, sums === undefined ? shown : [...shown, sums]);
  return rows.length > MAX_ROWS ? [...lines, `（另有 ${rows.length - MAX_ROWS} 行从略，合计含全部）`] : lines;
}

function total(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
