/** What is published about a listed security besides its trading. */

/** Facts of a listing. Texts throughout, as they are printed: `""` is what does not exist or is not known. */
export interface Listing {
  readonly id: string;
  readonly nameCn: string;
  readonly nameEn: string;
  /** In traditional characters, as in Hong Kong. */
  readonly nameHk: string;
  /** `SSE`, `SZSE`, `SEHK`, `NASD`, `NYSE`. */
  readonly exchange: string;
  /** Board within the exchange: `SHMainConnect`, `HKEquity`, `USMain`. */
  readonly board: string;
  readonly currency: string;
  /** Shares in a round lot. */
  readonly lotSize: string;
  readonly totalShares: string;
  readonly circulatingShares: string;
  /** Shares listed in Hong Kong, `"0"` for what is listed elsewhere. */
  readonly hkShares: string;
  /** Earnings per share, of the last year and of the last twelve months. */
  readonly eps: string;
  readonly epsTtm: string;
  /** Book value per share. */
  readonly bps: string;
  /** Per cent. */
  readonly dividendYield: string;
}
