/** Limits of the ledgers. */

/** Tokens that are not revoked, at most: all of them are held in memory by a gateway. */
export const MAX_TOKENS = 100_000;
/** Users, at most, locked ones included: all of them are held in memory by a gateway. */
export const MAX_USERS = 100_000;
/** Instructions that may wait to be carried out; more are refused. */
export const MAX_WAITING_INSTRUCTIONS = 1_000;
/** Instructions that are kept after they were carried out, for whoever asks what became of them. */
export const KEPT_INSTRUCTIONS = 1_000;
/** Statements that are kept of each user. */
export const KEPT_STATEMENTS = 90;
/** Checkpoints that are kept: the one that is read, and the one before it. */
export const KEPT_CHECKPOINTS = 2;
/** Settlements whose rows are kept although a checkpoint covers them. */
export const KEPT_SETTLEMENTS = 30;
/** Rows that are deleted at a time, so that no commit waits for long. */
export const PRUNED_ROWS = 2_000;
/** How long a call waits while another process writes, in milliseconds; its transactions take a few. */
export const BUSY_MS = 2_000;
/** The same for what is not worth a wait: a gateway serves nobody in the meantime. */
export const BRIEF_BUSY_MS = 20;
