/** The market-data side of a client: what is subscribed to, over all its connections. */
import { UNKNOWN_TERMS, toSnapshot, type DepthMarketData } from "@tickwire/protocol/ctp";
import type { Snapshot } from "@tickwire/protocol/model";
import { ClientError } from "./connection.ts";
import type { CtpLink } from "./ctp-link.ts";
import type { SubscriptionOutcome } from "./ctp-subscriptions.ts";
import type { CtpClientOptions } from "./ctp-client-options.ts";
import { refusal } from "./ctp-errors.ts";
import { tell, type Keeper } from "./keeper.ts";
import { EventQueue } from "./queue.ts";
import type { Hole } from "./status.ts";

type Options = Pick<
  CtpClientOptions,
  "terms" | "onTick" | "onSnapshot" | "onHole" | "onAnomaly" | "onLost" | "queueLimit" | "now"
>;

/** A holder of `subscribe`, beside the iterators. */
const STANDING = Symbol("standing");

/** Keeps the subscriptions of one client. */
export class MarketSide {
  readonly #options: Options;
  readonly #keeper: Keeper<CtpLink>;
  /** Who wants what. */
  readonly #wanted = new Map<string, Set<unknown>>();
  readonly #queues = new Map<string, Set<EventQueue<Snapshot>>>();
  readonly #all = new Set<EventQueue<Snapshot>>();
  /** What the connection that is open answered. */
  readonly #answered = new Map<string, SubscriptionOutcome>();
  /** The newest of each instrument on this connection. */
  readonly #last = new Map<string, DepthMarketData>();
  #link: CtpLink | undefined;
  #settling: Promise<void> | undefined;
  #newest: DepthMarketData | undefined;
  #broken: Omit<Hole, "to"> | undefined;

  constructor(options: Options, keeper: Keeper<CtpLink>) {
    this.#options = options;
    this.#keeper = keeper;
  }

  /** Takes a tick that was received. It is put into the model's terms only for who wants it so. */
  hear(tick: DepthMarketData): void {
    const { onTick, onSnapshot, onAnomaly } = this.#options;
    const id = tick.InstrumentID || tick.reserve1;
    this.#newest = tick;
    if (this.#wanted.has(id)) this.#last.set(id, tick);
    if (onTick !== undefined) tell(() => onTick(tick));
    const queues = this.#queues.get(id);
    if (onSnapshot === undefined && queues === undefined) return;
    const snapshot = this.#read(tick);
    if (snapshot === undefined) return onAnomaly?.("unreadable-tick");
    if (onSnapshot !== undefined) tell(() => onSnapshot(snapshot));
    for (const queue of queues ?? []) queue.push(snapshot);
  }

  /** Wants instruments until {@link unsubscribe}; resolves with what became of each when the gateway has answered. */
  async subscribe(codes: readonly string[]): Promise<readonly SubscriptionOutcome[]> {
    this.#hold(codes, STANDING);
    return this.#answersTo(codes, STANDING);
  }

  /** No longer wants them; iterators keep theirs. Resolves when the gateway has been told, or there is none. */
  async unsubscribe(codes: readonly string[]): Promise<void> {
    this.#release(codes, STANDING);
    if (this.#keeper.live !== undefined) await this.#settle();
  }

  /** The snapshots of these instruments until the iterator is left. Its end is an error where one of them was refused. */
  snapshots(codes: readonly string[]): EventQueue<Snapshot> {
    const queue = new EventQueue<Snapshot>({
      ...(this.#options.queueLimit === undefined ? {} : { limit: this.#options.queueLimit }),
      onLost: (lost) => tell(() => this.#options.onLost?.("snapshot", lost)),
      onDone: () => this.#leave(codes, queue),
    });
    this.#all.add(queue);
    for (const code of codes) {
      addTo(this.#queues, code, queue);
      const last = this.#last.get(code);
      const snapshot = last && this.#read(last);
      if (snapshot !== undefined) queue.push(snapshot);
    }
    this.#hold(codes, queue);
    void this.#endIfRefused(codes, queue);
    return queue;
  }

  /** Brings a new connection up to date; resolves when everything that is wanted was answered. */
  async restore(link: CtpLink): Promise<void> {
    this.#link = link;
    void link.closed.then(({ code, reason }) => this.#break(link, `${code} ${reason}`.trim()));
    await this.#settle();
    for (const { errorId } of this.#answered.values()) {
      if (errorId !== 0) this.#options.onAnomaly?.("subscription-refused");
    }
  }

  /** Everything flows: what was broken is whole again, and is told. */
  live(): void {
    const broken = this.#broken;
    this.#broken = undefined;
    const to = (this.#options.now ?? Date.now)();
    if (broken !== undefined) tell(() => this.#options.onHole?.({ ...broken, to }));
  }

  /** Nothing comes any more: ends every iterator. A hole that was never closed ends here, with nothing to fill it. */
  end(error?: Error): void {
    this.live();
    for (const queue of this.#all) queue.end(error);
  }

  #read(tick: DepthMarketData): Snapshot | undefined {
    return toSnapshot(tick, this.#options.terms?.(tick.InstrumentID) ?? UNKNOWN_TERMS);
  }

  #break(link: CtpLink, cause: string): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    const codes = [...this.#answered].filter(([, { errorId }]) => errorId === 0).map(([code]) => code);
    const now = (this.#options.now ?? Date.now)();
    const newest = this.#newest && this.#read(this.#newest);
    const from = Math.min(newest?.time ?? now, now);
    if (codes.length > 0) this.#broken ??= { from, codes, cause, filledBy: undefined };
    this.#answered.clear();
    this.#last.clear();
  }

  async #endIfRefused(codes: readonly string[], queue: EventQueue<Snapshot>): Promise<void> {
    try {
      const outcomes = await this.#answersTo(codes, queue);
      const refused = outcomes.find(({ errorId }) => errorId !== 0);
      if (refused !== undefined) queue.end(refusalOf(refused));
    } catch (error) {
      queue.end(error as ClientError);
    }
  }

  async #answersTo(codes: readonly string[], holder: unknown): Promise<readonly SubscriptionOutcome[]> {
    for (;;) {
      try {
        await this.#keeper.ready();
        await this.#settle();
      } catch (error) {
        // A connection that broke is followed by another, which asks again.
        if (!(error instanceof ClientError) || this.#isOver || error.kind === "refused") {
          this.#release(codes, holder);
          throw error;
        }
        continue;
      }
      const outcomes = [...new Set(codes)].map((code) => this.#answered.get(code));
      if (outcomes.every((outcome) => outcome !== undefined)) return outcomes;
      if (!codes.every((code) => this.#wanted.get(code)?.has(holder))) {
        throw new ClientError("closed", "no longer subscribed to");
      }
    }
  }

  get #isOver(): boolean {
    return ["closed", "failed"].includes(this.#keeper.status.state);
  }

  /** Makes the connection's subscriptions those that are wanted, one change at a time. */
  #settle(): Promise<void> {
    this.#settling ??= this.#change().finally(() => (this.#settling = undefined));
    return this.#settling;
  }

  async #change(): Promise<void> {
    // Changes of one moment go together.
    await Promise.resolve();
    const link = this.#link;
    if (link === undefined) return;
    try {
      while (await this.#changeSome(link)) continue;
    } catch (error) {
      // Whether it flows is not known: only a new connection makes that sure.
      if (error instanceof ClientError && error.kind === "timeout") link.giveUp(error.message);
      throw error;
    }
  }

  /** Tells the gateway what it does not know yet; false: nothing. */
  async #changeSome(link: CtpLink): Promise<boolean> {
    if (link !== this.#link) return false;
    const added = [...this.#wanted.keys()].filter((code) => !this.#answered.has(code));
    const dropped = [...this.#answered.keys()].filter((code) => !this.#wanted.has(code));
    if (added.length > 0) this.#note(link, added, await link.subscribe(added));
    if (dropped.length > 0) await link.unsubscribe(dropped);
    if (link === this.#link) for (const code of dropped) this.#forget(code);
    return added.length + dropped.length > 0;
  }

  #forget(code: string): void {
    this.#answered.delete(code);
    if (!this.#wanted.has(code)) this.#last.delete(code);
  }

  #note(link: CtpLink, codes: readonly string[], outcomes: readonly SubscriptionOutcome[]): void {
    if (link !== this.#link) return;
    const byCode = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    // A refusal of the whole request names no instrument.
    const whole = byCode.get("");
    for (const id of codes)
      this.#answered.set(id, byCode.get(id) ?? { id, errorId: 0, errorMsg: "", ...without(whole) });
  }

  #hold(codes: readonly string[], holder: unknown): void {
    for (const code of codes) addTo(this.#wanted, code, holder);
  }

  #release(codes: readonly string[], holder: unknown): void {
    for (const code of codes) removeFrom(this.#wanted, code, holder);
  }

  #leave(codes: readonly string[], queue: EventQueue<Snapshot>): void {
    this.#all.delete(queue);
    for (const code of codes) removeFrom(this.#queues, code, queue);
    this.#release(codes, queue);
    if (this.#keeper.live !== undefined) this.#settle().catch(() => undefined);
  }
}

function without(whole: SubscriptionOutcome | undefined): Partial<SubscriptionOutcome> {
  return whole === undefined ? {} : { errorId: whole.errorId, errorMsg: whole.errorMsg };
}

function refusalOf({ id, errorId, errorMsg }: SubscriptionOutcome): ClientError {
  const { message, ret, temporary } = refusal({ ErrorID: errorId, ErrorMsg: errorMsg });
  return new ClientError("refused", `subscription of ${id}: ${message}`, ret, temporary);
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, element: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([element]));
  else set.add(element);
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, element: T): void {
  const set = sets.get(key);
  set?.delete(element);
  if (set?.size === 0) sets.delete(key);
}
