/**
 * Finds streams that are open but mute: of one instrument, or of a whole upstream. It knows when an instrument trades (closed is
 * not broken) and how often it is heard of. Pure: all times are told to it, those of one clock, the receiver's.
 */
import { sessionsOf, tradingDaySpan, type EpochMs, type Instrument, type TradingHours } from "@tickwire/protocol/model";
import { Rhythm } from "./rhythm.ts";

/** How strict a watchdog is; every part may be left out. */
export interface WatchdogOptions {
  /** No shorter silence is ever reported; 15,000 when left out. */
  readonly floorMs?: number;
  /** A silence of so many typical gaps is strange; 12 when left out. */
  readonly factor?: number;
  /** Silence of an upstream of which nothing is learned yet; 120,000 when left out. */
  readonly firstMs?: number;
  /** From a session's start so long, silence does not count; 30,000 when left out. */
  readonly graceMs?: number;
}

/** A silence that is longer than it should be. */
export interface MuteReport {
  /** The instrument that is mute while others are heard of; empty: nothing at all comes from the upstream. */
  readonly id: string;
  /** When it was last heard of; where it never was, when it was asked for. */
  readonly since: EpochMs;
  /** The silence that counts: in a session, and since the last {@link Watchdog.restart}. */
  readonly silentMs: number;
}

const FLOOR_MS = 15_000;
const FACTOR = 12;
const FIRST_MS = 120_000;
const GRACE_MS = 30_000;
/** Of a silence that was reported this many bounds are learned at most: an outage is no rhythm. */
const LEARNED_BOUNDS = 2;

interface Watched {
  readonly hours: TradingHours;
  readonly rhythm: Rhythm;
  /** When it was last heard of, or asked for. */
  last: EpochMs;
  /** How often this silence was reported, and whether the upstream's was. */
  reports: number;
  suspect: boolean;
}

/** A session under way, or the time between two. */
interface Phase {
  readonly open: boolean;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Watches one upstream. Memory is bounded by what is watched. */
export class Watchdog {
  readonly #floor: number;
  readonly #factor: number;
  readonly #first: number;
  readonly #grace: number;
  readonly #watched = new Map<string, Watched>();
  readonly #phases = new WeakMap<TradingHours, Phase>();
  /** When anything was last heard, and when it was last begun anew. */
  #last: EpochMs = -Infinity;
  #restarted: EpochMs = -Infinity;
  #reports = 0;

  constructor({ floorMs, factor, firstMs, graceMs }: WatchdogOptions = {}) {
    this.#floor = floorMs ?? FLOOR_MS;
    this.#factor = factor ?? FACTOR;
    this.#first = firstMs ?? FIRST_MS;
    this.#grace = graceMs ?? GRACE_MS;
  }

  /** How many instruments it watches. */
  get size(): number {
    return this.#watched.size;
  }

  /** Watches an instrument that was asked for at `now`. What was learned of one that is watched already stays. */
  watch({ id, hours }: Pick<Instrument, "id" | "hours">, now: EpochMs): void {
    const known = this.#watched.get(id);
    if (known?.hours === hours) return;
    const rhythm = known?.rhythm ?? new Rhythm();
    this.#watched.set(id, { hours, rhythm, last: known?.last ?? now, reports: 0, suspect: false });
  }

  /** Watches it no longer, and forgets it. */
  unwatch(id: string): void {
    this.#watched.delete(id);
  }

  /** The upstream was connected anew and is asked for everything: what was silent until `now` is not held against it. */
  restart(now: EpochMs): void {
    this.#restarted = now;
  }

  /**
   * An event of the instrument was received. Answers the silence that ended with it when that was reported as the instrument's
   * own; else undefined. Events of instruments that are not watched count for the upstream. `isNews`: it is not what was told before, as
   * services repeat on a new connection: only news shows that a connection was mute rather than the market.
   */
  note(id: string, now: EpochMs, isNews = true): MuteReport | undefined {
    if (now > this.#last) this.#last = now;
    this.#reports = 0;
    const watched = this.#watched.get(id);
    if (watched === undefined) return undefined;
    const { last, reports } = watched;
    const silentMs = this.#learn(watched, now, isNews);
    watched.last = Math.max(last, now);
    watched.reports = 0;
    watched.suspect = false;
    return reports > 0 ? { id, since: last, silentMs } : undefined;
  }

  /**
   * Who is silent for too long at `now`. Each silence is reported once, and again when it has doubled, so that acting on a report
   * costs little where the calendar is wrong. While the whole upstream is mute its instruments are not reported one by one.
   */
  check(now: EpochMs): MuteReport[] {
    const silent = this.#upstream(now);
    if (silent !== undefined) return silent;
    const reports: MuteReport[] = [];
    for (const [id, watched] of this.#watched) {
      const silentMs = now - this.#silentFrom(watched, watched.last, now);
      const bound = Math.max(this.#floor, watched.rhythm.bound(this.#factor));
      if (!(silentMs > bound * 2 ** watched.reports)) continue;
      watched.reports++;
      reports.push({ id, since: watched.last, silentMs });
    }
    return reports;
  }

  /**
   * Judges the upstream: each instrument that is open brings the share of its own bound that nothing was heard for. Together
   * they may make a silence strange that is normal for each. Undefined: it is not mute.
   */
  #upstream(now: EpochMs): MuteReport[] | undefined {
    let longest = 0;
    let shares = 0;
    let unknown = 0;
    for (const watched of this.#watched.values()) {
      const silent = now - this.#silentFrom(watched, Math.max(this.#last, watched.last), now);
      if (!(silent > 0)) continue;
      longest = Math.max(longest, silent);
      if (watched.rhythm.isKnown) shares += silent / watched.rhythm.bound(this.#factor);
      else unknown = Math.max(unknown, silent / this.#first);
    }
    // What is never heard of says nothing about an upstream when others do.
    const share = shares > 0 ? shares : unknown;
    if (longest <= this.#floor || share <= 1) return undefined;
    const patience = 2 ** this.#reports;
    if (longest <= this.#floor * patience || share <= patience) return [];
    this.#reports++;
    let since = this.#last;
    for (const watched of this.#watched.values()) {
      watched.suspect = true;
      if (since === -Infinity) since = watched.last;
    }
    return [{ id: "", since, silentMs: longest }];
  }

  /** Learns from the gap that ends at `now`, where it tells something of the rhythm. Answers the silence that counted. */
  #learn(watched: Watched, now: EpochMs, isNews: boolean): number {
    const { last, rhythm } = watched;
    const silent = now - this.#silentFrom(watched, last, now);
    const phase = this.#phase(watched.hours, now);
    if (!phase.open || last < phase.from || !(now >= last)) return Math.max(0, silent);
    if (watched.reports > 0 || watched.suspect) {
      // Another connection brought it back at once: it was the old one that was mute.
      if (isNews && this.#restarted > last && now - this.#restarted < this.#floor) return Math.max(0, silent);
      const bound = Math.max(this.#floor, rhythm.isKnown ? rhythm.bound(this.#factor) : this.#first);
      rhythm.learn(Math.min(now - last, LEARNED_BOUNDS * bound));
    } else if (last >= this.#restarted) rhythm.learn(now - last);
    return Math.max(0, silent);
  }

  /** From when on a silence that begins with `heard` counts; Infinity while it is closed. */
  #silentFrom({ hours }: Watched, heard: EpochMs, now: EpochMs): EpochMs {
    const { open, from } = this.#phase(hours, now);
    if (!open) return Infinity;
    return Math.max(heard, this.#restarted, hours.always === true ? -Infinity : from + this.#grace);
  }

  #phase(hours: TradingHours, now: EpochMs): Phase {
    const known = this.#phases.get(hours);
    if (known !== undefined && now >= known.from && now < known.to) return known;
    const phase = findPhase(hours, now);
    this.#phases.set(hours, phase);
    return phase;
  }
}

/** The session at `now`, or the time without one around it, within its trading day. */
function findPhase(hours: TradingHours, now: EpochMs): Phase {
  const { day, start, end } = tradingDaySpan(hours, now);
  let closedFrom = start;
  for (const [from, to] of sessionsOf(hours, day)) {
    if (now < from) return { open: false, from: closedFrom, to: from };
    if (now < to) return { open: true, from, to };
    closedFrom = to;
  }
  return { open: false, from: closedFrom, to: end };
}
