/** Plays recorded ticks in their own time: the feed `replay`. */
import { futureOf } from "@tickwire/protocol/catalog";
import { sameSnapshot, type EpochMs } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { Feed, FeedSink, FeedStatus } from "../../ports/feed.ts";
import { Extent } from "./extent.ts";
import { openMerge, type Merge } from "./merge.ts";
import { resolveMoment, writeReplaySpec, type ReplayOptions } from "./options.ts";
import { Playhead } from "./playhead.ts";
import type { Contract, Entry, Surroundings } from "./recording.ts";

/** Most rows played in one turn of the event loop; then sockets get theirs. */
const ROWS_PER_TURN = 1024;
/** Most wall milliseconds of a turn, looked at every so many rows: with many subscribers a row is dear. */
const TURN_MS = 8;
const ROWS_PER_LOOK = 64;
/** Rows read ahead, over all files, and at least of each. */
const WINDOW_ROWS = 4096;
const MIN_WINDOW_ROWS = 256;
/** Longest wait for the next row before `advance` is told the time in between, in wall milliseconds. */
const STEP_MS = 250;
/** A turn that comes later than this was not late but suspended (a closed laptop): the pause is not made up for. */
const SUSPENDED_MS = 2_000;
/** Event time without a row that counts as a gap for `skipGaps`. */
const GAP_MS = 60_000;
/** Wall milliseconds between two passes of a loop. */
const LOOP_PAUSE_MS = 1_000;
/** Unknown instruments that the status names. */
const NAMED_UNKNOWN = 5;

/** Makes a replay of `options`, paced by `clock`. Nothing is read before `start`. */
export function makeReplayFeed(options: ReplayOptions, clock: Clock): Feed {
  return new ReplayFeed(options, clock);
}

/** See {@link makeReplayFeed}. */
class ReplayFeed implements Feed {
  readonly name: string;
  readonly timeline = "event";
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #playhead: Playhead;
  readonly #contracts = new Map<string, Contract>();
  readonly #unknown = new Set<string>();
  #sink: FeedSink | undefined;
  #state: FeedStatus["state"] = "idle";
  #why = "";
  #merge: Merge | undefined;
  #reading: Promise<void> = Promise.resolve();
  #cancel: () => void = () => {};
  #wakeAt: EpochMs = NaN;
  #budget = 0;
  #pass = 1;
  #shift = 0;
  #from: EpochMs = NaN;
  #to: EpochMs = NaN;
  #rows = 0;
  #time: EpochMs = 0;
  #extent = new Extent();

  constructor(options: ReplayOptions, clock: Clock) {
    this.name = writeReplaySpec(options);
    this.#options = options;
    this.#clock = clock;
    this.#playhead = new Playhead(options.speed === "max" ? 1 : options.speed);
  }

  async start(sink: FeedSink): Promise<void> {
    if (this.#state !== "idle") throw new Error("a replay starts once");
    this.#state = "running";
    this.#sink = sink;
    try {
      await (this.#reading = this.#openPass());
    } catch (error) {
      this.#state = "failed";
      this.#why = messageOf(error);
      throw error;
    }
    if (this.#sink !== undefined) this.#sleep(0);
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    if (this.#state === "idle" || this.#state === "running") this.#finish("ended", "stopped");
    await this.#reading.catch(() => {});
    await this.#merge?.close();
  }

  status(): FeedStatus {
    const { files, speed, loop } = this.#options;
    const unknown = [...this.#unknown].join(", ");
    const parts = [
      this.#why || `${files.join(", ")} at speed ${speed}${loop ? `, pass ${this.#pass}` : ""}`,
      `${this.#rows} rows of ${this.#contracts.size} instruments`,
      unknown && `without unknown products: ${unknown}${this.#unknown.size < NAMED_UNKNOWN ? "" : " …"}`,
      ...(this.#merge?.failures ?? []),
    ];
    return { state: this.#state, detail: parts.filter((part) => part !== "").join("; "), time: this.#time };
  }

  want(): boolean {
    return false; // What is in the files is announced when it is found; nobody else's instruments are made.
  }

  async #openPass(): Promise<void> {
    for (const contract of this.#contracts.values()) contract.seen = false;
    this.#extent = new Extent();
    this.#playhead.halt();
    const around: Surroundings = {
      contract: (id, near) => this.#contract(id, near),
      anomaly: (cause) => this.#sink?.anomaly(cause),
      shift: this.#shift,
      window: Math.max(MIN_WINDOW_ROWS, Math.floor(WINDOW_ROWS / this.#options.files.length)),
    };
    this.#merge = await openMerge(this.#options.files, around);
    const first = this.#merge.head?.due ?? 0;
    const { from, to } = this.#options;
    this.#from = from === undefined ? first : resolveMoment(from, first - this.#shift) + this.#shift;
    this.#to = to === undefined ? Infinity : resolveMoment(to, this.#from - this.#shift) + this.#shift;
  }

  #contract(id: string, near: EpochMs): Contract | undefined {
    const known = this.#contracts.get(id);
    if (known !== undefined) return known;
    const instrument = futureOf(id, near);
    if (instrument === undefined) {
      if (this.#unknown.size < NAMED_UNKNOWN) this.#unknown.add(id);
      return undefined;
    }
    const contract: Contract = { instrument, newest: undefined, seen: false };
    this.#contracts.set(id, contract);
    this.#sink?.instrument(instrument);
    return contract;
  }

  readonly #turn = (): void => {
    const now = this.#clock.now();
    if (now - this.#wakeAt > SUSPENDED_MS) this.#playhead.excuse(now - this.#wakeAt);
    this.#budget = ROWS_PER_TURN;
    this.#play();
  };

  /** Plays what is due, at most the rest of this turn's budget, and arranges for what comes then. */
  #play(): void {
    const sink = this.#sink;
    const merge = this.#merge;
    if (sink === undefined || merge === undefined) return;
    const now = this.#clock.now();
    let wait = 0;
    while (this.#budget > 0) {
      if (!merge.ready) return this.#read(merge);
      const entry = merge.head;
      if (entry === undefined || entry.due >= this.#to) return this.#endPass(sink);
      wait = entry.due < this.#from ? 0 : this.#waitFor(entry, now);
      if (wait > 0) break;
      merge.shift();
      if (--this.#budget % ROWS_PER_LOOK === 0 && this.#clock.now() - now > TURN_MS) this.#budget = 0;
      if (entry.due >= this.#from) this.#deliver(entry, sink);
    }
    // Time between the rows runs on while all that is due was played.
    sink.advance(wait > 0 && this.#playhead.running ? Math.max(this.#time, this.#playhead.at(now)) : this.#time);
    this.#sleep(Math.min(wait, STEP_MS));
  }

  /** Wall milliseconds until the row is due, 0 when it is. */
  #waitFor(entry: Entry, now: EpochMs): number {
    const { speed, skipGaps } = this.#options;
    if (speed === "max") return 0;
    const playhead = this.#playhead;
    if (!playhead.running) {
      // CTP sends the last state of an instrument when it is subscribed, however old it is (ctp.md d.10): the first
      // row of an instrument does not tell when recording began. The first change of one does.
      if (entry.contract.seen) playhead.start(entry.due, now);
      return 0;
    }
    const wait = playhead.until(entry.due, now);
    if (skipGaps === undefined || wait <= skipGaps * 1000 || entry.due - this.#time <= GAP_MS) return Math.max(0, wait);
    playhead.leap(entry.due, skipGaps * 1000, now);
    return skipGaps * 1000;
  }

  #deliver({ contract, snapshot }: Entry, sink: FeedSink): void {
    const { newest } = contract;
    contract.seen = true;
    if (newest !== undefined && snapshot.time <= newest.time) {
      if (sameSnapshot(snapshot, newest)) return sink.anomaly("duplicate-row");
      if (snapshot.time < newest.time) sink.anomaly("time-back");
    }
    if (newest === undefined || snapshot.time >= newest.time) contract.newest = snapshot;
    this.#rows++;
    if (snapshot.time > this.#time) this.#time = snapshot.time;
    this.#extent.add(snapshot);
    sink.snapshot(snapshot);
  }

  #sleep(ms: number): void {
    this.#wakeAt = this.#clock.now() + ms;
    this.#cancel = this.#clock.after(ms, this.#turn);
  }

  #read(merge: Merge): void {
    this.#reading = merge.fill();
    this.#reading.then(
      () => this.#play(),
      (error: unknown) => this.#finish("failed", messageOf(error)),
    );
  }

  #endPass(sink: FeedSink): void {
    sink.advance(this.#time);
    if (this.#extent.rows === 0) return this.#finish("ended", "no rows to play");
    if (!this.#options.loop) return this.#finish("ended", "played to the end");
    this.#shift += this.#extent.clearance();
    this.#pass++;
    this.#reading = this.#reopen();
  }

  async #reopen(): Promise<void> {
    try {
      await this.#merge?.close();
      await this.#openPass();
      if (this.#sink !== undefined) this.#sleep(this.#options.speed === "max" ? 0 : LOOP_PAUSE_MS);
    } catch (error) {
      this.#finish("failed", messageOf(error));
    }
  }

  #finish(state: "ended" | "failed", why: string): void {
    this.#cancel();
    this.#state = state;
    this.#why = why;
    this.#merge?.close().catch(() => {}); // Nothing is lost: the file was only read.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
