/** What the upstream is subscribed to, and whether it sends that. */
import type { CtpClient } from "@tickwire/client";
import type { EpochMs, Instrument } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import { Watchdog, type MuteReport } from "../watchdog.ts";
import { Wants } from "./wants.ts";

/** Changes within this time are one change. */
const GATHER_MS = 20;
/** Cause of a break that this side made because nothing came. */
export const MUTE = "mute";

/** What it is made from. */
export interface SubscriptionParts {
  readonly clock: Clock;
  /** Whether an instrument is wanted in any case. */
  readonly stands: (id: string) => boolean;
  readonly instrument: (id: string) => Instrument | undefined;
  /** The client; undefined before there is one. */
  readonly client: () => Pick<CtpClient, "statuses" | "subscribe" | "unsubscribe" | "reconnect"> | undefined;
  readonly anomaly: (cause: string) => void;
  /** Hears which instruments are let go, and when the upstream was told so. */
  readonly onLeave: (ids: readonly string[], isTold: boolean) => void;
}

/** Subscribes to what is wanted and served, and to nothing else. The client keeps that over all its connections. */
export class Subscriptions {
  readonly #parts: SubscriptionParts;
  readonly #wants: Wants;
  readonly #watchdog = new Watchdog();
  #cancelGather: (() => void) | undefined;
  #isOver = false;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#wants = new Wants(parts.stands);
  }

  /** Whether an instrument is subscribed to. */
  has(id: string): boolean {
    return this.#wants.subscribed.has(id);
  }

  /** What is subscribed to. */
  get ids(): ReadonlySet<string> {
    return this.#wants.subscribed;
  }

  /** How many instruments are subscribed to. */
  get size(): number {
    return this.#wants.subscribed.size;
  }

  /** A client begins to watch an instrument, known or not, or the last one has left it. */
  watch(id: string, watched: boolean): void {
    this.#wants.watch(id, watched, this.#parts.clock.now());
    this.#gather();
  }

  /** The instrument is there, or is no more. */
  serve(id: string, served: boolean): void {
    this.#wants.serve(id, served);
    this.#gather();
  }

  /** The upstream was connected anew. */
  restart(): void {
    this.#watchdog.restart(this.#parts.clock.now());
  }

  /** A tick was received. Answers the silence of the instrument that ended with it, where it was strange. `isNews`: it is no repetition. */
  note(id: string, now: EpochMs, isNews: boolean): MuteReport | undefined {
    return this.#watchdog.note(id, now, isNews);
  }

  /** Lets go what nobody watches any more. Gives up a connection that is open but mute, asks anew for an instrument that is. */
  look(now: EpochMs): void {
    this.#ask(now);
    const client = this.#parts.client();
    if (client?.statuses.md?.state !== "live") return;
    for (const { id } of this.#watchdog.check(now)) {
      this.#parts.anomaly(id === "" ? "ctp-mute" : "ctp-mute-instrument");
      if (id === "") client.reconnect("md", MUTE);
      else void this.#resubscribe(id);
    }
  }

  /** Nothing more is asked for. */
  stop(): void {
    this.#isOver = true;
    this.#cancelGather?.();
  }

  #gather(): void {
    if (this.#isOver) return;
    this.#cancelGather ??= this.#parts.clock.after(GATHER_MS, () => {
      this.#cancelGather = undefined;
      this.#ask(this.#parts.clock.now());
    });
  }

  #ask(now: EpochMs): void {
    const { instrument } = this.#parts;
    const { add, remove } = this.#wants.take(now);
    for (const id of remove) this.#watchdog.unwatch(id);
    for (const id of add) this.#watchdog.watch(instrument(id)!, now);
    if (remove.length > 0) void this.#unsubscribe(remove);
    if (add.length > 0) void this.#subscribe(add);
  }

  async #unsubscribe(ids: readonly string[]): Promise<void> {
    this.#parts.onLeave(ids, false);
    // What fails does so because the client is closed, or failed: its status tells.
    await this.#parts
      .client()
      ?.unsubscribe(ids)
      .catch(() => undefined);
    this.#parts.onLeave(ids, true);
  }

  async #subscribe(ids: readonly string[]): Promise<void> {
    try {
      const outcomes = (await this.#parts.client()?.subscribe(ids)) ?? [];
      for (const { errorId } of outcomes) if (errorId !== 0) this.#parts.anomaly("ctp-subscription-refused");
    } catch {
      // As above.
    }
  }

  async #resubscribe(id: string): Promise<void> {
    await this.#parts
      .client()
      ?.unsubscribe([id])
      .catch(() => undefined);
    if (this.#wants.subscribed.has(id)) await this.#subscribe([id]);
  }
}
