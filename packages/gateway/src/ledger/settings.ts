/** Limits of the ledgers. */

/** Tokens that are not revoked, at most: all of them are held in memory by a gateway. */
export const MAX_TOKENS = 100_000;
/** How long a call waits while another process writes, in milliseconds; its transactions take a few. */
export const BUSY_MS = 2_000;
/** The same for what is not worth a wait: a gateway serves nobody in the meantime. */
export const BRIEF_BUSY_MS = 20;
