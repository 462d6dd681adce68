/** The newest bars of many series by batch, for services that push none. */
import type { Kline, Period } from "@tickwire/protocol/model";
import type { AllTickHttp } from "./alltick-http.ts";
import { ClientError, type Timers } from "./connection.ts";

/** What a poll told of one series: its newest bars, ascending, or why there are none. */
export interface PollListener {
  readonly onBars: (bars: readonly Kline[]) => void;
  readonly onError: (error: unknown) => void;
}

interface Series {
  readonly code: string;
  readonly period: Period;
  readonly listeners: Set<PollListener>;
}

/** One loop for all series that are watched. It rests while there are none. */
export class KlinePoller {
  readonly #http: Pick<AllTickHttp, "batchKline">;
  readonly #timers: Timers;
  readonly #intervalMs: number;
  readonly #series = new Map<string, Series>();
  #running = false;
  #stopped = false;
  #cancel: () => void = () => undefined;

  /** `intervalMs` lies between the end of one round and the beginning of the next. */
  constructor(http: Pick<AllTickHttp, "batchKline">, timers: Timers, intervalMs: number) {
    this.#http = http;
    this.#timers = timers;
    this.#intervalMs = intervalMs;
  }

  /** Watches a series from the next round on; the function that is returned ends it. */
  watch(code: string, period: Period, listener: PollListener): () => void {
    const key = `${period} ${code}`;
    const series = this.#series.get(key) ?? { code, period, listeners: new Set() };
    this.#series.set(key, series);
    series.listeners.add(listener);
    if (!this.#running) this.#later();
    return () => {
      series.listeners.delete(listener);
      if (series.listeners.size === 0 && this.#series.get(key) === series) this.#series.delete(key);
    };
  }

  /** No round begins any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #later(): void {
    this.#running = !this.#stopped;
    if (this.#running) this.#cancel = this.#timers.after(this.#intervalMs, () => void this.#round());
  }

  async #round(): Promise<void> {
    const asked = [...this.#series.values()];
    if (asked.length === 0) {
      this.#running = false;
      return;
    }
    await this.#ask(asked);
    this.#later();
  }

  /** Asks for some series at once. One that is refused for good takes the others with it: then each is asked for by itself. */
  async #ask(asked: readonly Series[]): Promise<void> {
    try {
      const replies = await this.#http.batchKline(asked.map(({ code, period }) => ({ code, period })));
      for (const { code, period, bars } of replies) {
        for (const { onBars } of this.#series.get(`${period} ${code}`)?.listeners ?? []) onBars(bars);
      }
    } catch (error) {
      const isFinal = !(error instanceof ClientError && error.temporary);
      if (isFinal && asked.length > 1) for (const series of asked) await this.#ask([series]);
      else for (const { listeners } of asked) for (const { onError } of listeners) onError(error);
    }
  }
}
