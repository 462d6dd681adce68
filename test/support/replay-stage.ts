/** Test support: a replay on a stage where the test owns time. */
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import type { Feed } from "../../packages/gateway/src/ports/feed.ts";
import { makeReplayFeed } from "../../packages/gateway/src/feeds/replay/feed.ts";
import { readReplayOptions } from "../../packages/gateway/src/feeds/replay/options.ts";
import { RecordingSink } from "./replay-recordings.ts";

/** Real time within which reading a small file must be through, also on a busy machine. */
const PATIENCE_MS = 30_000;

/** A replay that was started. */
export interface Stage<C extends Clock> {
  readonly feed: Feed;
  readonly clock: C;
  readonly sink: RecordingSink;
}

/** A few ticks of one morning, see `writeTicks`. */
export const MORNING = [
  "rb2605 20251114 10:00:00 4000 1",
  "rb2605 20251114 10:00:01 4001 2",
  "rb2605 20251114 10:00:03 4002 3",
  "rb2605 20251114 10:00:03.500 4003 4",
] as const;

/** Starts a replay of `files` with further parameters as in a SPEC. */
export async function startReplay<C extends Clock>(clock: C, files: string, query: string): Promise<Stage<C>> {
  const sink = new RecordingSink();
  const feed = makeReplayFeed(readReplayOptions(new URLSearchParams(`file=${files}&${query}`)), clock);
  await feed.start(sink);
  return { feed, clock, sink };
}

/** Lets real reading go on until `done`. */
export async function settle(done: () => boolean): Promise<void> {
  for (const start = performance.now(); !done();) {
    if (performance.now() - start > PATIENCE_MS) throw new Error("never settled");
    await new Promise(setImmediate);
  }
}

/** Lets time pass in steps, with turns for reading in between, until the replay has ended. */
export async function playOut<C extends Clock & { advance(ms: number): void }>(
  { feed, clock }: Stage<C>,
  ms = 60_000,
): Promise<void> {
  await settle(() => {
    clock.advance(ms);
    return feed.status().state !== "running";
  });
}
