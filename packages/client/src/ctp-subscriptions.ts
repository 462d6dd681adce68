/** Subscriptions on one connection: requests whose replies do not say whose they are, but for the instrument. */
import { encodeSubscription, type Dialect } from "@tickwire/protocol/ctp";
import type { Calls, ReplyFrame } from "./ctp-calls.ts";
import type { Spellings } from "./ctp-dialect.ts";

/** What became of one instrument's subscription. */
export interface SubscriptionOutcome {
  readonly id: string;
  /** 0 is success. */
  readonly errorId: number;
  readonly errorMsg: string;
}

/** Instruments of one request. */
const MAX_IDS = 500;
/** What the requests about subscriptions are called together: their names differ between the dialects. */
const SUBSCRIPTIONS = "subscription";

/** Changes the subscriptions of a connection, one request after the other. */
export class Subscriptions {
  readonly #calls: Calls;
  readonly #spellings: Spellings;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(calls: Calls, spellings: Spellings) {
    this.#calls = calls;
    this.#spellings = spellings;
  }

  /** Begins or ends ticks of instruments; resolves with what became of each, in the order of the replies. */
  change(kind: "subscribe" | "unsubscribe", ids: readonly string[]): Promise<SubscriptionOutcome[]> {
    const change = async (): Promise<SubscriptionOutcome[]> => {
      const open = [...new Set(ids)];
      const outcomes: SubscriptionOutcome[] = [];
      while (open.length > 0) {
        const some = open.splice(0, MAX_IDS);
        const ask = (dialect: Dialect): Promise<void> => this.#changeSome(dialect, kind, some, outcomes);
        await this.#spellings.say(SUBSCRIPTIONS, ask);
      }
      return outcomes;
    };
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** There is one reply per instrument; a refusal of the whole request names none. */
  async #changeSome(
    dialect: Dialect,
    kind: "subscribe" | "unsubscribe",
    ids: readonly string[],
    outcomes: SubscriptionOutcome[],
  ): Promise<void> {
    const open = new Set(ids);
    const text = encodeSubscription(dialect, kind, ids);
    const { MsgType: msgType } = JSON.parse(text) as { readonly MsgType: string };
    const fits = (frame: ReplyFrame): boolean =>
      frame.kind === `${kind}d` && "id" in frame && (frame.id === "" || open.has(frame.id));
    const take = (frame: ReplyFrame): boolean => {
      const { info, id } = frame as Extract<ReplyFrame, { readonly id: string }>;
      outcomes.push({ id, errorId: info.ErrorID, errorMsg: info.ErrorMsg });
      return (id === "" && info.ErrorID !== 0) || (open.delete(id) && open.size === 0);
    };
    await this.#calls.ask({ what: kind, msgType, number: 0, fits, take }, text);
  }
}
