/** The clients' process (`receiver.ts`) as the benches that measure latency use it. */
import { fork } from "node:child_process";
import type { ReceiverNews, ReceiverOrder } from "./receiver.ts";

/** Clients that are connected and subscribed. */
export interface Clients {
  /** Microseconds from the moment in `seq` to the clients' process, of the frames that were looked at since the last call. */
  samples(): Promise<readonly number[]>;
  close(): void;
}

/** Percentiles of such samples in milliseconds, to three digits. */
export interface Latency {
  readonly p50ms: number;
  readonly p99ms: number;
  readonly p999ms: number;
}

/** Connects them all; resolves when each of them is subscribed. */
export async function openClients(order: ReceiverOrder): Promise<Clients> {
  const child = fork(new URL("./receiver.ts", import.meta.url).pathname);
  const hear = (kind: ReceiverNews["kind"]): Promise<ReceiverNews> =>
    new Promise((done) => {
      const listen = (news: ReceiverNews): void => {
        if (news.kind !== kind) return;
        child.off("message", listen);
        done(news);
      };
      child.on("message", listen);
    });
  const ready = hear("ready");
  child.send(order);
  await ready;
  return {
    async samples() {
      const answer = hear("samples");
      child.send("samples");
      const news = await answer;
      return news.kind === "samples" ? news.micros : [];
    },
    close: () => child.disconnect(),
  };
}

/** Percentiles of samples in any order; NaN without any. */
export function summarizeLatency(samples: readonly number[]): Latency {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number(((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) / 1_000).toPrecision(3));
  return { p50ms: at(0.5), p99ms: at(0.99), p999ms: at(0.999) };
}
