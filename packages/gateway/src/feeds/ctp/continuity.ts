/** Where the ticks of an instrument were interrupted though the connection was not: nobody watched it, or the gateway was down. Pure. */
import { snapshotOrder, type EpochMs, type Snapshot } from "@tickwire/protocol/model";

/** Instruments whose newest tick is remembered; the one that ticked first goes first. */
const MAX_INSTRUMENTS = 50_000;

/** What a tick is beside the newest one of its instrument. */
export interface Joint {
  /** Time of the tick before, perhaps a stored one; undefined: there was none. */
  readonly before: EpochMs | undefined;
  /** What kept them apart, where something may have happened meanwhile: the instrument was let go, or it is the first since the start. */
  readonly apart: "unwatched" | "start" | undefined;
  /** Whether it tells anything that the one before did not. */
  readonly isNews: boolean;
  /** Whether the upstream began its day again with this tick. */
  readonly isAnew: boolean;
}

/** Remembers the newest tick of each instrument, and which instruments were let go since. */
export class Continuity {
  readonly #newest = new Map<string, Snapshot>();
  /** Whether the upstream was told already: ticks that were on their way until then say nothing. */
  readonly #apart = new Map<string, "leaving" | "left">();
  /** Where stored pasts end of which nothing has come yet. */
  readonly #stored = new Map<string, EpochMs>();

  /** The stored past of an instrument ends at `time`. */
  resume(id: string, time: EpochMs): void {
    if (time > 0 && this.#stored.size < MAX_INSTRUMENTS && !this.#newest.has(id)) this.#stored.set(id, time);
  }

  /** The upstream is being told that nobody watches them. */
  leave(ids: readonly string[]): void {
    for (const id of ids) if (this.#newest.has(id)) this.#apart.set(id, "leaving");
  }

  /** The upstream was told. */
  left(ids: readonly string[]): void {
    for (const id of ids) if (this.#apart.has(id)) this.#apart.set(id, "left");
  }

  /** Takes a tick. `isSubscribed`: whether the instrument is subscribed to (again). */
  note(snapshot: Snapshot, isSubscribed: boolean): Joint {
    const { id, time } = snapshot;
    const newest = this.#newest.get(id);
    const order = newest === undefined ? "next" : snapshotOrder(snapshot, newest);
    const isAway = this.#apart.get(id) === "left";
    if (order !== "late") {
      this.#newest.set(id, snapshot);
      if (this.#newest.size > MAX_INSTRUMENTS) this.#forget(this.#newest.keys().next().value!);
    }
    if (isAway && isSubscribed) this.#apart.delete(id);
    const before = newest?.time ?? this.#stored.get(id);
    this.#stored.delete(id);
    const isLater = before !== undefined && time > before;
    const apart = newest === undefined ? "start" : isAway ? "unwatched" : undefined;
    const isNews = time !== newest?.time || snapshot.volume !== newest.volume;
    return { before, apart: isLater ? apart : undefined, isNews, isAnew: order === "anew" };
  }

  #forget(id: string): void {
    this.#newest.delete(id);
    this.#apart.delete(id);
  }
}
