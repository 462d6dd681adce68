/**
 * Orders and cancels on their way to the upstream and back. Each is sent once or not at all; where it is not known what became of one,
 * the upstream is asked what it has, and the giver hears either that or that nobody knows of it.
 */
import type { CancelInput, Order, OrderInput, TradingDay, TradingSession } from "@tickwire/protocol/model";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { LaterAnswer, TradeReport } from "../ports/trading.ts";
import type {
  GivenStore,
  UpstreamAnswer,
  UpstreamOrderName,
  UpstreamRefusal,
  UpstreamTrader,
} from "../ports/upstream.ts";
import { hasEnded, toOrderHere, type Entry, type Mirror } from "./mirror.ts";
import { PendingRequests, type Pending } from "./pending.ts";
import { References } from "./references.ts";
import { Safekeeping } from "./safekeeping.ts";

/** Orders of one trading day, those that are only listened to included; more are refused (116). */
const MAX_ORDERS = 100_000;

/** What it is made from. */
export interface PassedOrdersOptions {
  readonly trader: UpstreamTrader;
  /** Gets the orders that are given. */
  readonly mirror: Mirror;
  readonly store: GivenStore;
  readonly day: () => TradingDay;
  /** Tells one user. */
  readonly tell: (report: TradeReport) => void;
  /** Tells every user under his own name. */
  readonly tellAll: (reportTo: (user: string) => TradeReport) => void;
  /** It is not known what became of something: {@link PassedOrders.doubtful} is to be cleared up. */
  readonly onDoubt: () => void;
  /** The upstream says that the settlement is not confirmed. */
  readonly onUnconfirmed: () => void;
  readonly onError: (error: unknown) => void;
}

/** See the file's head. The upstream's session is to be there when something is asked for. */
export class PassedOrders {
  readonly #options: PassedOrdersOptions;
  readonly #requests = new PendingRequests();
  readonly #refs = new References();
  readonly #safekeeping: Safekeeping;
  /** What was passed on and what was refused, since the start. */
  readonly counts = { ops: 0, failures: 0 };

  constructor(options: PassedOrdersOptions) {
    this.#options = options;
    this.#safekeeping = new Safekeeping(options);
  }

  /** Resolves when nothing that was asked for waits to be kept. */
  settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#safekeeping.after(resolve);
    return promise;
  }

  /** Another trading day: references begin anew. What is of it already was kept as of the day before, and is kept again. */
  begin(day: TradingDay): void {
    this.#refs.clear();
    for (const { session, ref, giver } of this.#options.mirror.begin(day, (entry) => this.#isUnderWay(entry))) {
      if (giver === undefined) continue;
      this.#refs.take(giver.session, giver.input.ref);
      this.#safekeeping.keep({ session, ref, giver }, () => undefined);
    }
  }

  /** Sends nothing until something has ended, which never rejects. */
  hold(until: Promise<void>): void {
    void this.#safekeeping.hold(until);
  }

  /** Gives an order. */
  insert(user: string, session: TradingSession, input: OrderInput): CtpErrorName | LaterAnswer {
    const { trader, mirror } = this.#options;
    if (mirror.size >= MAX_ORDERS) return this.refuse(user, session, input, "orderFrequency");
    const ref = this.#refs.take(session, input.ref);
    if (ref === undefined) return this.refuse(user, session, input, "duplicateOrderRef");
    const there = trader.session!;
    const given = { ...input, ref: trader.nextRef(), requestId: 0, labels: {} };
    const giver = { user, session, input: { ...input, ref } };
    const entry = mirror.give(there, given.ref, giver);
    const [pending, answer] = this.#expect("insert", entry, (error) => {
      this.counts.failures++;
      this.#options.tellAll((to) => ({ kind: "insert-refused", user: to, session, input: giver.input, error }));
    });
    this.#safekeeping.keep({ session: there, ref: given.ref, giver }, (isKept) => {
      // A reference is that of its session.
      if (!isKept || trader.session !== there) return this.#hear(pending, "sendFailed");
      void trader.insert(given).then((outcome) => this.#hear(pending, outcome));
    });
    return answer;
  }

  /** Cancels an order, named by either key; where both are given and the first is not known, by the other (ctp.md d.5). */
  cancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | LaterAnswer {
    const { trader, mirror } = this.#options;
    const entry = this.find(input);
    const fault = entry === undefined ? "orderNotFound" : hasEnded(entry) ? "orderFinished" : undefined;
    if (entry === undefined || fault !== undefined) return this.#refuseCancel(user, session, input, entry, fault!);
    const [pending, answer] = this.#expect("cancel", entry, (error) => {
      this.counts.failures++;
      this.#options.tellAll((to) => {
        return { kind: "cancel-refused", user: to, session, input, order: shown(entry, to), error };
      });
    });
    this.#safekeeping.after(() => {
      // Its order may have been refused while this waited.
      if (mirror.at(entry.session, entry.ref) !== entry) return this.#hear(pending, "orderNotFound");
      void trader.cancel(nameThere(entry)).then((outcome) => this.#hear(pending, outcome));
    });
    return answer;
  }

  /** The order that a cancel means. */
  find({ session, ref, exchange, sysId, instrument }: CancelInput): Entry | undefined {
    const { mirror } = this.#options;
    const found = session === undefined ? undefined : mirror.find(session, ref);
    return found ?? (sysId.trim() === "" ? undefined : mirror.findBySysId(exchange, sysId, instrument));
  }

  /** Refuses an order that goes nowhere: told to its user's sessions. */
  refuse(user: string, session: TradingSession, input: OrderInput, error: CtpErrorName): CtpErrorName {
    this.#options.tell({ kind: "insert-refused", user, session, input, error });
    return error;
  }

  /** Likewise a cancel. */
  refuseCancel(user: string, session: TradingSession, input: CancelInput, error: CtpErrorName): CtpErrorName {
    return this.#refuseCancel(user, session, input, undefined, error);
  }

  /** The upstream told of an order; undefined where that is no news. */
  onOrder(order: Order): Entry | undefined {
    const entry = this.#options.mirror.order(order);
    if (entry === undefined) return undefined;
    for (const pending of this.#requests.of(entry)) {
      if (pending.kind === "insert") this.#requests.settle(pending, undefined);
    }
    return entry;
  }

  /**
   * The upstream told all of the account's sessions of a refusal. The giver's own reply says the same, unless the upstream does not
   * send it; and the report alone may be about another session's order of the same name: so it is looked up.
   */
  onRefusal({ kind, session, ref, exchange, sysId, instrument, error }: UpstreamRefusal): void {
    const { trader, mirror } = this.#options;
    const named = kind === "insert" ? trader.session : session;
    const entry =
      (named === undefined ? undefined : mirror.at(named, ref)) ?? mirror.findBySysId(exchange, sysId, instrument);
    if (entry === undefined || (kind === "insert" && entry.giver?.input.instrument !== instrument)) return;
    const pending = this.#requests.of(entry).find((each) => each.kind === kind);
    if (pending !== undefined) this.#doubt(pending, error);
  }

  /** What is in doubt now: to be taken before the upstream is asked what it has. */
  get doubtful(): readonly Pending[] {
    return this.#requests.doubtful;
  }

  /** All that the upstream has is known: what is not among it was refused. Should it come all the same, it is still the giver's. */
  clearUp(doubtful: readonly Pending[]): void {
    for (const pending of doubtful) {
      const { kind, entry, doubt } = pending;
      const isDone = kind === "insert" ? entry.order !== undefined : hasEnded(entry) || isBeingCanceled(entry);
      this.#requests.settle(pending, isDone ? undefined : doubt);
    }
  }

  #isUnderWay(entry: Entry): boolean {
    return this.#requests.of(entry).length > 0;
  }

  #expect(
    kind: Pending["kind"],
    entry: Entry,
    refuse: (error: CtpErrorName) => void,
  ): readonly [Pending, Promise<CtpErrorName | undefined>] {
    const { promise, resolve } = Promise.withResolvers<CtpErrorName | undefined>();
    const answer = (error: CtpErrorName | undefined): void => {
      if (error !== undefined) refuse(error);
      resolve(error);
    };
    const pending: Pending = { kind, entry, answer, doubt: undefined };
    this.#requests.add(pending);
    this.counts.ops++;
    return [pending, promise];
  }

  #hear(pending: Pending, outcome: UpstreamAnswer): void {
    const { kind, entry } = pending;
    if (outcome === "lost") return this.#doubt(pending, pending.doubt ?? "sendFailed");
    if (outcome === "settlementNotConfirmed") this.#options.onUnconfirmed();
    if (outcome !== "taken" && kind === "insert" && entry.order === undefined) this.#options.mirror.drop(entry);
    this.#requests.settle(pending, outcome === "taken" ? undefined : outcome);
  }

  #doubt(pending: Pending, error: CtpErrorName): void {
    if (!this.#requests.of(pending.entry).includes(pending)) return;
    pending.doubt = error;
    this.#options.onDoubt();
  }

  #refuseCancel(
    user: string,
    session: TradingSession,
    input: CancelInput,
    entry: Entry | undefined,
    error: CtpErrorName,
  ): CtpErrorName {
    const order = entry === undefined ? undefined : shown(entry, user);
    this.#options.tell({ kind: "cancel-refused", user, session, input, order, error });
    return error;
  }
}

/** The order as a user sees it; undefined where the upstream has not told of it. */
function shown(entry: Entry, user: string): Order | undefined {
  return entry.order === undefined ? undefined : toOrderHere(entry, user);
}

function isBeingCanceled({ order }: Entry): boolean {
  return order?.submit === "cancel-submitted";
}

/** What the upstream calls an order. */
export function nameThere({ session, ref, order, giver }: Entry): UpstreamOrderName {
  const { instrument, exchange } = order?.input ?? giver!.input;
  return { sysId: order?.sysId ?? "", session, input: { instrument, exchange, ref } };
}
