/** The bars of one instrument: minutes that can still change, those that cannot, and the longer periods. Pure. */
import { nextOpen, PERIODS, type EpochMs, type Instrument, type Kline, type Period } from "@tickwire/protocol/model";
import { Bar, MINUTE_MS } from "./bar.ts";
import { BarSeries } from "./bar-series.ts";
import { Frame } from "./frame.ts";
import { FOLD_AFTER_MS, type SessionFold } from "./session-fold.ts";

/** What a track needs to know besides its instrument. */
export interface TrackLimits {
  /** How long after its end a bar is amended by ticks that belong to it. */
  readonly latenessMs: number;
  /** Finished 1m bars kept in memory. */
  readonly keep: number;
}

/** Told of every bar that closes, and of every closed one that changed. */
export type Told = (bar: Kline) => void;

/** One instrument's bars. Its time is the later of its feed's and that of its own newest tick. */
export class Track {
  instrument: Instrument;
  fold: SessionFold;
  readonly frames: readonly Frame[] = PERIODS.slice(1).map((period) => new Frame(period));
  /** Time of the newest tick, as folded into its session. */
  newest: EpochMs = -Infinity;
  /** When it was first heard of; NaN before. */
  joined = NaN;
  /** Up to when everything is known from before it was joined. */
  knownTo: EpochMs = -Infinity;
  /** Start of the first minute made from ticks; NaN before. */
  first: EpochMs = NaN;
  /** Whether the day's frames, and the week's and month's, were given what was before the first minute. */
  daySeeded = false;
  monthSeeded = false;
  /** The trading day's part before the first minute, where it is known. */
  today: Kline | undefined;
  /** Trading day and volume of the last snapshot. */
  day = "";
  dayVolume = 0;
  /** Whether it changed since it was last told and waits in its feed's list. */
  waiting = false;
  /** When it was last told. */
  toldAt: EpochMs = -Infinity;
  /** When something closes or finishes next. */
  due: EpochMs = Infinity;
  readonly #limits: TrackLimits;
  /** Minutes that can still change, ascending: the newest, and the one before it for some seconds. */
  readonly #bars: Bar[] = [];
  #series: BarSeries;

  constructor(instrument: Instrument, fold: SessionFold, limits: TrackLimits) {
    this.instrument = instrument;
    this.fold = fold;
    this.#limits = limits;
    this.#series = new BarSeries(instrument.id, limits.keep);
  }

  /** The newest minute when it can take ticks; undefined when there is none or it is closed. */
  get forming(): Bar | undefined {
    const bar = this.#bars[this.#bars.length - 1];
    return bar === undefined || bar.closed ? undefined : bar;
  }

  /**
   * The minute for a tick stamped `time` that counts for `folded`, at the time `now`; undefined when it comes too late. A
   * new one is begun when `create`; undefined too when there is none and it is not.
   */
  take(time: EpochMs, folded: EpochMs, now: EpochMs, create: boolean): Bar | "late" | undefined {
    const start = Math.floor(folded / MINUTE_MS) * MINUTE_MS;
    const end = start + MINUTE_MS;
    if (now >= end && now > Math.max(end, time) + this.#limits.latenessMs) return "late";
    let at = this.#bars.length;
    while (at > 0 && this.#bars[at - 1]!.start > start) at--;
    const known = this.#bars[at - 1];
    if (known?.start === start) return known;
    return create ? this.#begin(start, at, now) : undefined;
  }

  /** Puts a minute that was made in time among the others. */
  #begin(start: EpochMs, at: number, now: EpochMs): Bar {
    const bar = new Bar(start, this.#isMissing(start));
    bar.closed = bar.revised = now >= bar.end;
    this.#bars.splice(at, 0, bar);
    if (Number.isNaN(this.first)) this.first = start;
    for (const frame of this.frames) {
      if (start < frame.span.end) continue;
      const first = Number.isNaN(frame.span.time);
      frame.moveTo(this.instrument, start);
      if (first && frame.span.start < this.joined && this.#isMissing(frame.span.start)) frame.missing = frame.span.time;
    }
    this.due = Math.min(this.due, bar.end);
    return bar;
  }

  /** Whether there was trading between `start` and the moment it was joined that is not known. */
  #isMissing(start: EpochMs): boolean {
    if (!(start < this.joined)) return false;
    const from = Math.max(start, this.knownTo);
    return from < this.joined && nextOpen(this.instrument.hours, from) < this.joined;
  }

  /** Closes what is over at `now` and finishes what can change no more; tells of both. */
  settle(now: EpochMs, told: Told, wants: (period: Period) => boolean): void {
    const { id } = this.instrument;
    for (const bar of this.#bars) {
      if (bar.closed || now < bar.end) continue;
      bar.closed = true;
      told(bar.kline(id));
    }
    for (const frame of this.frames) {
      if (frame.closed || now < frame.span.end) continue;
      frame.closed = true;
      if (!Number.isNaN(frame.span.time) && wants(frame.period)) this.#tell(frame, frame.span.time, told);
    }
    const hold = this.#limits.latenessMs + FOLD_AFTER_MS;
    while (this.#bars.length > 0 && now > this.#bars[0]!.end + hold) this.#finish(told, wants);
    this.due = this.#nextDue(hold);
  }

  #finish(told: Told, wants: (period: Period) => boolean): void {
    this.revise(told, wants);
    const minute = this.#bars.shift()!.kline(this.instrument.id);
    this.#series.push(minute);
    for (const frame of this.frames) frame.finish(this.instrument, minute);
  }

  #nextDue(hold: number): EpochMs {
    let due = Infinity;
    for (const bar of this.#bars) due = Math.min(due, bar.closed ? bar.end + hold + 1 : bar.end);
    for (const frame of this.frames) if (!frame.closed && frame.span.end > 0) due = Math.min(due, frame.span.end);
    return due;
  }

  /** Tells of the closed minutes that changed, and of the longer bars that are closed too. */
  revise(told: Told, wants: (period: Period) => boolean): void {
    for (const bar of this.#bars) {
      if (!bar.pending) continue;
      bar.pending = false;
      told(bar.kline(this.instrument.id));
      for (const frame of this.frames) {
        const time = frame.timeOf(this.instrument, bar.start);
        if ((time !== frame.span.time || frame.closed) && wants(frame.period)) this.#tell(frame, time, told);
      }
    }
  }

  #tell(frame: Frame, time: EpochMs, told: Told): void {
    const bar = frame.bar(this.instrument, time, this.#changing());
    if (bar !== undefined) told(bar);
  }

  #changing(): Kline[] {
    return this.#bars.map((bar) => bar.kline(this.instrument.id));
  }

  /** The newest bar of a period, forming or closed; undefined when nothing was traded. */
  live(period: Period): Kline | undefined {
    if (period === "1m") return this.recent(1)[0];
    const frame = this.frames[PERIODS.indexOf(period) - 1]!;
    return Number.isNaN(frame.span.time) ? undefined : frame.bar(this.instrument, frame.span.time, this.#changing());
  }

  /** The newest `limit` minutes, ascending; the last one may be forming. */
  recent(limit: number): Kline[] {
    const changing = this.#changing();
    if (limit <= changing.length) return changing.slice(changing.length - limit);
    return [...this.#series.newest(limit - changing.length), ...changing];
  }

  /** Takes finished minutes from before the first tick, ascending; they belong to no frame yet. */
  recall(minutes: readonly Kline[]): void {
    for (const minute of minutes.slice(-this.#limits.keep)) this.#series.push(minute);
    const last = minutes.at(-1);
    if (last !== undefined) this.knownTo = last.time + MINUTE_MS;
  }

  /**
   * Takes settled minutes, ascending, in the place of those that were made from too few ticks or not at all. Answers those that belong to
   * what it holds: older ones are the store's, and those that can still change stay as they are. Weeks and months are not made anew.
   */
  amend(minutes: readonly Kline[]): Kline[] {
    const held = this.#series.newest(this.#series.length);
    const from = held[0]?.time ?? this.#bars[0]?.start ?? Infinity;
    const to = this.#bars[0]?.start ?? Infinity;
    const taken = minutes.filter(({ time }) => time >= from && time < to);
    if (taken.length === 0) return taken;
    const all = new Map([...held, ...taken].map((bar) => [bar.time, bar]));
    this.#series = new BarSeries(this.instrument.id, this.#limits.keep);
    const kept = [...all.values()].toSorted((a, b) => a.time - b.time);
    for (const bar of kept) this.#series.push(bar);
    const own = kept.filter(({ time }) => time >= this.first || time >= this.knownTo);
    for (const frame of this.frames) frame.amend(this.instrument, own);
    return taken;
  }

  /** Notes that the newest minute ended without its last ticks being known. */
  breakOff(): void {
    const bar = this.#bars.at(-1);
    if (bar !== undefined) bar.gap = true;
  }
}
