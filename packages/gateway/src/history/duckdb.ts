/**
 * The history on disk. On the tick path an event costs a few writes into typed arrays; ten times a second what has
 * gathered goes to the database's thread as one batch, which is one transaction. While a batch is under way the next one
 * gathers: a slow disk makes batches larger, and when too much waits events are dropped and counted.
 */
import { Worker } from "node:worker_threads";
import type { EpochMs, Instrument, Kline, Period } from "@tickwire/protocol/model";
import type { Clock } from "../ports/clock.ts";
import type { Gap } from "../ports/feed.ts";
import type { GapQuery, History, HistoryStatus, Tail, TradePage } from "../ports/history.ts";
import type { EventOf, TickKind } from "../ports/market.ts";
import { BatchBuilder } from "./batch.ts";
import { StoreError } from "./errors.ts";
import { toTails } from "./tail.ts";
import type { Call, News, Order, Questions, StoreSettings } from "./messages.ts";

/** How often a batch is sent. */
const SEND_EVERY_MS = 100;
/** Rows that are sent at once when no batch is under way, without waiting for the next time. */
const SEND_ROWS = 16_384;
/** Bytes of events that may wait, those under way included. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;
/** How long closing may take before the thread is ended: a database that cannot be used must not hold the process. */
const CLOSE_WITHIN_MS = 15_000;

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Opens the history in its own thread. Rejects with {@link StoreError} when its database cannot be used. */
export async function openDuckDbHistory(settings: StoreSettings, clock: Clock): Promise<History> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./duckdb-worker.${extension}`, import.meta.url), { workerData: settings });
  const opened = await new Promise<News & { kind: "opened" }>((resolve, reject) => {
    worker.once("message", (news: News) => {
      if (news.kind === "opened") resolve(news);
      else reject(news.kind === "unopened" ? new StoreError(news.reason, news.message) : new Error(news.kind));
    });
    worker.once("error", reject);
  });
  return new DuckDbHistory(worker, opened, clock);
}

class DuckDbHistory implements History {
  readonly #worker: Worker;
  readonly #builder: BatchBuilder;
  readonly #stopSending: () => void;
  readonly #clock: Clock;
  readonly #calls = new Map<number, Pending>();
  /** Called with the number of batches sent so far when each is committed. */
  #flushes: { readonly after: number; readonly done: () => void }[] = [];
  #callCount = 0;
  #sent = 0;
  #written = 0;
  #underWay = { rows: 0, bytes: 0 };
  #committed = 0;
  #dropped = 0;
  #retries = 0;
  #failure = "";
  #bytes: number;
  #state: "open" | "closing" | "closed" = "open";
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, { codes, bytes }: News & { kind: "opened" }, clock: Clock) {
    this.#worker = worker;
    this.#builder = new BatchBuilder(codes);
    this.#bytes = bytes;
    this.#clock = clock;
    this.#stopSending = clock.every(SEND_EVERY_MS, () => this.#send());
    worker.on("message", (news: News) => this.#hear(news));
    worker.on("error", (error) => this.#end(`the database's thread ended: ${error.message}`));
    worker.on("exit", () => this.#end("the database's thread ended"));
  }

  append<K extends TickKind>(kind: K, event: EventOf[K], derived: boolean): void {
    if ((derived && kind !== "trade") || !this.#accepts()) return;
    this.#builder.addTick(kind, event);
    if (this.#builder.rows >= SEND_ROWS) this.#send();
  }

  appendBar(bar: Kline): void {
    if (this.#accepts()) this.#builder.addBar(bar);
  }

  appendNote(id: string, note: string): void {
    if (this.#accepts()) this.#builder.addNote(id, note);
  }

  appendGap(gap: Gap): void {
    if (this.#accepts()) this.#builder.addGap(gap);
  }

  readGaps(query: GapQuery): Promise<readonly Gap[]> {
    return this.#ask("readGaps", [query]);
  }

  readBars(id: string, period: "1m" | "1d", from: EpochMs, to: EpochMs, limit: number): Promise<readonly Kline[]> {
    return this.#ask("readBars", [id, period, from, to, limit]);
  }

  readMerged(instrument: Instrument, period: Period, end: EpochMs, limit: number): Promise<readonly Kline[]> {
    return this.#ask("readMerged", [instrument, period, end, limit]);
  }

  readTrades(...parameters: Parameters<History["readTrades"]>): Promise<TradePage> {
    return this.#ask("readTrades", parameters);
  }

  async readTails(): Promise<readonly Tail[]> {
    return toTails(await this.#ask("readTails", []));
  }

  flush(): Promise<void> {
    if (this.#state === "closed") return Promise.resolve();
    this.#send();
    const after = this.#sent + (this.#builder.rows > 0 ? 1 : 0);
    if (this.#written >= after) return Promise.resolve();
    return new Promise((done) => this.#flushes.push({ after, done }));
  }

  status(): HistoryStatus {
    return {
      state: this.#state === "closed" ? "closed" : this.#failure === "" ? "ok" : "retrying",
      detail: this.#failure,
      committed: this.#committed,
      waiting: this.#builder.rows + this.#underWay.rows,
      dropped: this.#dropped,
      bytes: this.#bytes,
      retries: this.#retries,
    };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    const stopWaiting = this.#clock.after(CLOSE_WITHIN_MS, resolve);
    await Promise.race([this.flush(), tooLong]);
    this.#stopSending();
    if (this.#state === "open") {
      this.#state = "closing";
      const ended = new Promise<void>((done) => this.#worker.once("exit", () => done()));
      this.#post({ kind: "close" });
      await Promise.race([ended, tooLong]);
    }
    stopWaiting();
    await this.#worker.terminate();
  }

  #accepts(): boolean {
    if (this.#state === "open" && this.#builder.bytes + this.#underWay.bytes < MAX_WAITING_BYTES) return true;
    this.#dropped++;
    return false;
  }

  /** Sends what has gathered, unless a batch is under way: its commit sends the next. */
  #send(): void {
    if (this.#underWay.rows > 0 || this.#state !== "open") return;
    const { bytes } = this.#builder;
    const taken = this.#builder.take();
    if (taken === undefined) return;
    this.#underWay = { rows: taken.batch.rows, bytes };
    this.#sent++;
    this.#post({ kind: "write", batch: taken.batch }, taken.transfer);
  }

  #post(order: Order, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  #ask<M extends keyof Questions>(method: M, parameters: Parameters<Questions[M]>): ReturnType<Questions[M]> {
    return new Promise((resolve, reject) => {
      if (this.#state !== "open")
        return reject(new Error(`the history is closed${this.#failure === "" ? "" : `: ${this.#failure}`}`));
      const number = ++this.#callCount;
      this.#calls.set(number, { resolve, reject });
      this.#post({ kind: "call", number, method, parameters } as Call);
    }) as ReturnType<Questions[M]>;
  }

  #hear(news: News): void {
    if (news.kind === "written") this.#onWritten(news.bytes);
    else if (news.kind === "state") {
      this.#failure = news.failure;
      if (news.failure !== "") this.#retries++;
    } else if (news.kind === "answer") {
      this.#take(news.number)?.resolve(news.value as never);
    } else if (news.kind === "refusal") {
      this.#take(news.number)?.reject(new Error(news.message));
    }
  }

  #onWritten(bytes: number): void {
    this.#bytes = bytes;
    this.#committed += this.#underWay.rows;
    this.#underWay = { rows: 0, bytes: 0 };
    this.#written++;
    if (this.#builder.rows >= SEND_ROWS || this.#flushes.some(({ after }) => after > this.#written)) this.#send();
    this.#flushes = this.#flushes.filter(({ after, done }) => {
      if (after > this.#written) return true;
      done();
      return false;
    });
  }

  #take(number: number): Pending | undefined {
    const pending = this.#calls.get(number);
    this.#calls.delete(number);
    return pending;
  }

  /** The thread is gone: what was under way counts as dropped, what is asked is refused. */
  #end(why: string): void {
    if (this.#state === "closed") return;
    if (this.#state === "open") this.#failure = why;
    this.#state = "closed";
    this.#stopSending();
    this.#dropped += this.#underWay.rows + this.#builder.rows;
    this.#underWay = { rows: 0, bytes: 0 };
    this.#builder.take();
    for (const { reject } of this.#calls.values()) reject(new Error(why));
    this.#calls.clear();
    for (const { done } of this.#flushes) done();
    this.#flushes = [];
  }
}
