/** How accounts and positions are shown: as objects for programs, as tables for people. Money is in yuan. */
import { FEN_PER_YUAN, type Account, type Fen, type Position } from "@tickwire/protocol/model";
import { writeTable } from "./table.ts";

/** An account as `account show` writes it. */
export interface AccountRow {
  readonly type: "account";
  readonly user: string;
  readonly tradingDay: string;
  readonly balance: number;
  readonly available: number;
  readonly withdrawQuota: number;
  readonly preBalance: number;
  readonly deposit: number;
  readonly withdraw: number;
  readonly margin: number;
  readonly frozenMargin: number;
  readonly frozenCommission: number;
  readonly commission: number;
  readonly closeProfit: number;
  readonly positionProfit: number;
}

/** A row of a position as `account show USER` writes it. */
export interface PositionRow {
  readonly type: "position";
  readonly user: string;
  readonly instrument: string;
  readonly side: string;
  readonly date: string;
  readonly volume: number;
  readonly today: number;
  readonly margin: number;
  readonly positionProfit: number;
  readonly settlement: number;
}

/** The row of an account. */
export function writeAccount(account: Account): AccountRow {
  const { user, tradingDay } = account;
  return {
    type: "account",
    user,
    tradingDay,
    balance: toYuan(account.balance),
    available: toYuan(account.available),
    withdrawQuota: toYuan(account.withdrawQuota),
    preBalance: toYuan(account.preBalance),
    deposit: toYuan(account.deposit),
    withdraw: toYuan(account.withdraw),
    margin: toYuan(account.margin),
    frozenMargin: toYuan(account.frozenMargin),
    frozenCommission: toYuan(account.frozenCommission),
    commission: toYuan(account.commission),
    closeProfit: toYuan(account.closeProfit),
    positionProfit: toYuan(account.positionProfit),
  };
}

/** The row of a position. */
export function writePosition(position: Position): PositionRow {
  const { user, instrument, side, date, volume, today, settlement } = position;
  const margin = toYuan(position.margin);
  const positionProfit = toYuan(position.positionProfit);
  return { type: "position", user, instrument, side, date, volume, today, margin, positionProfit, settlement };
}

/** The lines of a table with a head, numbers to the right. */
export function writeAccountTable(rows: readonly AccountRow[]): string[] {
  return writeTable(
    [
      ["USER", "DAY", "BALANCE", "AVAILABLE", "MARGIN", "FROZEN", "COMMISSION", "CLOSED", "OPEN"],
      ...rows.map((row) => [
        row.user,
        row.tradingDay,
        ...[
          row.balance,
          row.available,
          row.margin,
          row.frozenMargin + row.frozenCommission,
          row.commission,
          row.closeProfit,
          row.positionProfit,
        ].map((yuan) => yuan.toFixed(2)),
      ]),
    ],
    new Set([2, 3, 4, 5, 6, 7, 8]),
  );
}

/** The same for positions. */
export function writePositionTable(rows: readonly PositionRow[]): string[] {
  return writeTable(
    [
      ["INSTRUMENT", "SIDE", "DATE", "LOTS", "TODAY", "MARGIN", "PROFIT", "PRICE"],
      ...rows.map(({ instrument, side, date, volume, today, margin, positionProfit, settlement }) => [
        instrument,
        side,
        date,
        String(volume),
        String(today),
        margin.toFixed(2),
        positionProfit.toFixed(2),
        String(settlement),
      ]),
    ],
    new Set([3, 4, 5, 6, 7]),
  );
}

/** An amount for people: `1234.50`. */
export function writeYuan(fen: Fen): string {
  return toYuan(fen).toFixed(2);
}

function toYuan(fen: Fen): number {
  return fen / FEN_PER_YUAN;
}
