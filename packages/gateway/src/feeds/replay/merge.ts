/** Several recordings as one stream in order of time. */
import { openRecording, type Entry, type Recording, type Surroundings } from "./recording.ts";

/** The files of one pass. Made by {@link openMerge}. */
export class Merge {
  readonly #recordings: readonly Recording[];
  #earliest: Recording | undefined;

  constructor(recordings: readonly Recording[]) {
    this.#recordings = recordings;
  }

  /** Whether `head` is known: every file has been read far enough. */
  get ready(): boolean {
    for (const recording of this.#recordings) if (!recording.ready) return false;
    return true;
  }

  /** Reads until `ready`; rejects for a file that is no recording. */
  async fill(): Promise<void> {
    for (const recording of this.#recordings) await recording.fill();
  }

  /** The earliest row, of the file listed first where several are due at the same time; undefined at the end. */
  get head(): Entry | undefined {
    let earliest: Recording | undefined;
    let head: Entry | undefined;
    for (const recording of this.#recordings) {
      const candidate = recording.head;
      if (candidate === undefined || (head !== undefined && candidate.due >= head.due)) continue;
      earliest = recording;
      head = candidate;
    }
    this.#earliest = earliest;
    return head;
  }

  /** Drops the row that `head` last gave. */
  shift(): void {
    this.#earliest?.shift();
    this.#earliest = undefined;
  }

  /** Files that could not be read to their end, each with the reason. */
  get failures(): string[] {
    return this.#recordings.filter(({ failure }) => failure !== "").map(({ file, failure }) => `${file}: ${failure}`);
  }

  /** Closes all files; idempotent. */
  async close(): Promise<void> {
    await Promise.all(this.#recordings.map((recording) => recording.close()));
  }
}

/** Opens the files and reads the beginning of each. Rejects, with all closed, when one cannot be used. */
export async function openMerge(files: readonly string[], around: Surroundings): Promise<Merge> {
  const recordings: Recording[] = [];
  const merge = new Merge(recordings);
  try {
    for (const file of files) recordings.push(await openRecording(file, around));
    await merge.fill();
    return merge;
  } catch (error) {
    await merge.close();
    throw error;
  }
}
