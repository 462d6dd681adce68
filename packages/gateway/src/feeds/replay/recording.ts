/** One recorded file as a stream of snapshots, a few thousand rows ahead of what is played. */
import type { EpochMs, Instrument, Snapshot } from "@tickwire/protocol/model";
import { findColumns, type Columns } from "./columns.ts";
import { chinaMidnight, DAY_MS, DayStamps } from "./event-time.ts";
import { openLines, type LineFile, type LineReader } from "./lines.ts";
import { toSnapshot } from "./mapper.ts";
import { Row, splitLine } from "./row.ts";

/** Window of a file that so far has one instrument only: nothing is to be ordered, and few rows live long. */
const SINGLE_WINDOW_ROWS = 256;
/** Instruments of one file; rows of further ones are malformed. Chinese exchanges list about 30,000 with all options. */
const MAX_TRACKS = 100_000;
/** A row that leaps ahead by more is believed only when the next row does not contradict it. */
const LEAP_MS = 60_000;
/** A last row that leaps ahead by more has no next row to confirm it, and is not believed. */
const FAR_MS = 15 * DAY_MS;

/** An instrument of a replay, shared by all its files. */
export interface Contract {
  readonly instrument: Instrument;
  /** Its newest row that was played. */
  newest: Snapshot | undefined;
  /** Whether one of its rows was played in this pass. */
  seen: boolean;
}

/** A row that waits to be played. */
export interface Entry {
  readonly contract: Contract;
  readonly snapshot: Snapshot;
  /** When it is played: its time, or that of the instrument's row before it where that is later. */
  readonly due: EpochMs;
}

/** What a recording needs to know and tell. */
export interface Surroundings {
  /** The contract with this id, announced if it is new; undefined when its product is unknown. `near` is about when. */
  contract(id: string, near: EpochMs): Contract | undefined;
  /** Counts a strange row. */
  anomaly(cause: string): void;
  /** Milliseconds (whole weeks) by which this pass is later than recorded. */
  readonly shift: number;
  /**
   * Rows that a file holds ready, in order of time. Recorders write what arrives, or one instrument after the other:
   * within this many rows instruments are brought into a common order. Rows of one instrument are never exchanged.
   */
  readonly window: number;
}

/** One instrument within one file. */
interface Track {
  readonly id: Buffer;
  /** Undefined when its product is unknown. */
  readonly known: { readonly contract: Contract; readonly stamps: DayStamps } | undefined;
  /** When its newest row is due. */
  due: EpochMs;
}

/** A row that is not in the window yet. */
interface Arrival {
  readonly track: Track;
  readonly contract: Contract;
  readonly snapshot: Snapshot;
}

/** A file being played. Made by {@link openRecording}. */
export class Recording implements LineReader {
  readonly file: string;
  /** Why it could not be read to its end; empty when it could. */
  failure = "";
  readonly #lines: LineFile;
  readonly #around: Surroundings;
  readonly #row = new Row();
  readonly #tracks = new Map<string, Track>();
  #columns: Columns | undefined;
  #track: Track | undefined;
  #ended = false;
  #entries: Entry[] = [];
  #first = 0;
  #suspect: Arrival | undefined;
  #frontier: EpochMs = NaN;

  constructor(file: string, lines: LineFile, around: Surroundings) {
    this.file = file;
    this.#lines = lines;
    this.#around = around;
  }

  /** Whether the window is full, so that its first row is the earliest. */
  get ready(): boolean {
    return this.#ended || this.#entries.length - this.#first >= this.#window;
  }

  get #window(): number {
    return this.#tracks.size > 1 ? this.#around.window : Math.min(this.#around.window, SINGLE_WINDOW_ROWS);
  }

  /** The next row, undefined at the end. Meaningful when `ready`. */
  get head(): Entry | undefined {
    return this.#entries[this.#first];
  }

  /** Drops the head. */
  shift(): void {
    this.#first++;
    if (this.#first < this.#window) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  /** Reads until `ready`. Rejects only for a header that is not one. */
  async fill(): Promise<void> {
    while (!this.ready) {
      let more = false;
      try {
        more = await this.#lines.read(this);
      } catch (error) {
        if (error instanceof HeaderError) throw error;
        this.failure = error instanceof Error ? error.message : String(error);
        this.#around.anomaly("file-unreadable");
      }
      if (!more) this.#end();
    }
  }

  /** Stops reading; idempotent. */
  close(): Promise<void> {
    return this.#lines.close();
  }

  line(bytes: Buffer, start: number, end: number): void {
    if (this.#columns === undefined) {
      this.#columns = this.#readHeader(bytes.toString("utf8", start, end));
      return;
    }
    const row = this.#row;
    if (row.parse(bytes, start, end) !== this.#columns.count) return this.#around.anomaly("malformed-row");
    const track = this.#trackOf(row, this.#columns);
    if (track === undefined) return this.#around.anomaly("malformed-row");
    const { known } = track;
    if (known === undefined) return this.#around.anomaly("unknown-product");
    const { contract, stamps } = known;
    const snapshot = toSnapshot(row, this.#columns, contract.instrument, stamps);
    if (snapshot === undefined) return this.#around.anomaly("malformed-row");
    this.#judge({ track, contract, snapshot });
  }

  overlong(): void {
    this.#around.anomaly("malformed-row");
  }

  #readHeader(line: string): Columns {
    try {
      return findColumns(splitLine(line.replace(/^\uFEFF/, "")), this.file);
    } catch (error) {
      throw new HeaderError(error instanceof Error ? error.message : String(error));
    }
  }

  /** The row's instrument; most files bring long runs of one, so the last one is tried first. */
  #trackOf(row: Row, columns: Columns): Track | undefined {
    const column = columns.at.InstrumentID;
    if (this.#track !== undefined && row.is(column, this.#track.id)) return this.#track;
    const id = row.text(column);
    let track = this.#tracks.get(id);
    if (track === undefined) {
      const tradingDay = row.number(columns.at.TradingDay);
      const near = chinaMidnight(Number.isNaN(tradingDay) ? row.number(columns.at.ActionDay) : tradingDay);
      if (id === "" || Number.isNaN(near) || this.#tracks.size >= MAX_TRACKS) return undefined;
      const contract = this.#around.contract(id, near);
      const known = contract && { contract, stamps: stampsFor(contract.instrument, this.#around.shift) };
      track = { id: Buffer.from(id), known, due: -Infinity };
      this.#tracks.set(id, track);
    }
    return (this.#track = track);
  }

  /**
   * Holds back a row that leaps ahead until the next one shows whether time really went on: a single garbled stamp
   * would make everything after it wait. A row contradicts when it is new for its own instrument and yet far earlier.
   */
  #judge(arrival: Arrival): void {
    const { time } = arrival.snapshot;
    const suspect = this.#suspect;
    if (suspect !== undefined) {
      this.#suspect = undefined;
      const { due } = arrival.track;
      if (due > -Infinity && time > due && time < suspect.snapshot.time - LEAP_MS) this.#around.anomaly("time-jump");
      else this.#admit(suspect);
    }
    if (time > this.#frontier + LEAP_MS) this.#suspect = arrival;
    else this.#admit(arrival);
  }

  #admit({ track, contract, snapshot }: Arrival): void {
    const due = Math.max(snapshot.time, track.due);
    track.due = due;
    if (!(due <= this.#frontier)) this.#frontier = due;
    const entries = this.#entries;
    let at = entries.length;
    while (at > this.#first && entries[at - 1]!.due > due) at--;
    if (at === entries.length) entries.push({ contract, snapshot, due });
    else entries.splice(at, 0, { contract, snapshot, due });
  }

  #end(): void {
    if (this.#columns === undefined) throw new HeaderError(`${this.file}: ${this.failure || "the file is empty"}`);
    const suspect = this.#suspect;
    this.#suspect = undefined;
    if (suspect !== undefined) {
      if (suspect.snapshot.time > this.#frontier + FAR_MS) this.#around.anomaly("time-jump");
      else this.#admit(suspect);
    }
    this.#ended = true;
  }
}

function stampsFor(instrument: Instrument, shift: number): DayStamps {
  return new DayStamps(instrument.hours, instrument.exchange, shift);
}

/** A file that is not a recording at all. */
class HeaderError extends Error {}

/** Opens a file. Rejects, naming it, when it cannot be opened. */
export async function openRecording(file: string, around: Surroundings): Promise<Recording> {
  try {
    return new Recording(file, await openLines(file), around);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
