/** Errands that cost requests: so many at a time as there are tokens, in order, each with the client whose turn it is. */
import { ClientError } from "@tickwire/client";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { UpstreamClient } from "./upstream-client.ts";

/** What errands need. */
export interface ErrandParts {
  readonly clock: Clock;
  /** Errands that run at a time: as many as there are tokens. */
  readonly width: number;
  /** The client whose turn it is; undefined: there is none that works. */
  client(turn: number): UpstreamClient | undefined;
  anomaly(cause: string): void;
}

/** Before the second try, doubled with each further one. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 300_000;
/** The last try comes 20 minutes after the first. */
const MAX_TRIES = 10;

/** How long to wait before trying again after so many failures, from 1; undefined where it is no use. */
export function retryDelay(error: unknown, failures: number): EpochMs | undefined {
  const hopeless = error instanceof ClientError && !error.temporary;
  return hopeless || failures >= MAX_TRIES ? undefined : Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (failures - 1));
}

/** See the file's head. Requests are paced by the clients. One that fails is counted as an anomaly. */
export class Errands {
  readonly #parts: ErrandParts;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #cancels = new Set<() => void>();
  #running = 0;
  #turn = 0;
  #stopped = false;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
  }

  /** Whether no errand is run any more; the answer of one that was under way is of no use. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Runs nothing more. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    this.#waiting.length = 0;
  }

  /** Runs an errand when it is its turn, not before `wait` is over. */
  add(run: (client: UpstreamClient) => Promise<void>, wait = 0): void {
    if (this.#stopped) return;
    if (wait <= 0) return this.#queue(run);
    const cancel = this.#parts.clock.after(wait, () => {
      this.#cancels.delete(cancel);
      this.#queue(run);
    });
    this.#cancels.add(cancel);
  }

  #queue(run: (client: UpstreamClient) => Promise<void>): void {
    this.#waiting.push(async () => {
      const client = this.#parts.client(this.#turn++);
      if (client !== undefined) await run(client);
    });
    this.#pump();
  }

  #pump(): void {
    while (this.#running < this.#parts.width && this.#waiting.length > 0) {
      this.#running++;
      const errand = this.#waiting.shift()!;
      void errand()
        .catch(() => {
          if (!this.#stopped) this.#parts.anomaly("alltick-http-failed");
        })
        .finally(() => {
          this.#running--;
          this.#pump();
        });
    }
  }
}
