/** Money of accounts: whole fen (hundredths of the account's currency), so that sums are exact. */

/** Money: hundredths of a yuan, a whole number. */
export type Fen = number;

/** Fen of a yuan. */
export const FEN_PER_YUAN = 100;

/** Rates of money and of volume: money × `byMoney` + lots × `byVolume` (yuan). */
export interface Rate {
  readonly byMoney: number;
  readonly byVolume: number;
}

/** What is charged nothing. */
export const ZERO_RATE: Rate = { byMoney: 0, byVolume: 0 };
