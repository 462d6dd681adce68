/** A gateway's view of its ledger: what other processes change takes effect at once. */
import { IssuedTokens } from "./issued-tokens.ts";
import { LedgerNews } from "./ledger-news.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import { StoredUsers } from "./stored-users.ts";

/** How often a gateway looks whether the ledger has changed, in milliseconds: it costs some microseconds. */
const LEDGER_POLL_MS = 250;
/** How often the last uses are noted in the ledger, in milliseconds. */
const LEDGER_TOUCH_MS = 10_000;

/** What a gateway follows of its ledger. */
export interface FollowedLedger {
  readonly issued: IssuedTokens;
  readonly users: StoredUsers;
  /** Notes the last uses and closes the ledger; idempotent. */
  stop(): void;
}

/**
 * Follows the ledger until `stop`. Throws, with the ledger closed, when it cannot be read: a gateway that knows nobody does not
 * start. Errors later on go to `onError`.
 */
export function followLedger(ledger: Ledger, clock: Clock, onError: (error: unknown) => void): FollowedLedger {
  const news = new LedgerNews(ledger, onError);
  let issued: IssuedTokens;
  let users: StoredUsers;
  try {
    issued = new IssuedTokens(ledger.tokens, news);
    users = new StoredUsers(ledger.users, news);
  } catch (error) {
    ledger.close();
    throw error;
  }
  const timers = [
    clock.every(LEDGER_POLL_MS, () => news.refresh()),
    clock.every(LEDGER_TOUCH_MS, () => issued.touch()),
  ];
  const stop = (): void => {
    for (const cancel of timers.splice(0)) cancel();
    if (ledger.status().state === "closed") return;
    issued.touch();
    ledger.close();
  };
  return { issued, users, stop };
}
