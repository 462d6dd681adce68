/** What both ledgers agree on about tokens. */

/** Tokens that are not revoked, at most: all of them are held in memory by a gateway. */
export const MAX_TOKENS = 100_000;
