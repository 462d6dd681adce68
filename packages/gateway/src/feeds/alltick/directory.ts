/** What an upstream of AllTick has, as far as it is known: instruments by the upstream's codes and by the house's ids. */
import { findAlias, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import { makeIdFilter, type EpochMs } from "@tickwire/protocol/model";
import type { FeedMemory, FeedSink } from "../../ports/feed.ts";
import { SessionHours } from "../sessions.ts";
import { instrumentOf, isAllTickCode, unknownInstrument } from "./instruments.ts";
import { Known } from "./known.ts";
import { idOf } from "./mapper.ts";
import type { AllTickFeedOptions } from "./options.ts";

/** Instruments made because a client asked for them. */
const MAX_INSTRUMENTS = 10_000;

/** See the file's head. */
export class Directory {
  /** To be set before the first instrument is announced. */
  memory: FeedMemory | undefined;
  readonly #accepts: (id: string) => boolean;
  readonly #hours: SessionHours;
  /** By the code that the upstream uses. */
  readonly #known = new Map<string, Known>();
  /** The standing list by id, each instrument once: of several names the first one is used. */
  readonly #codes = new Map<string, string>();

  constructor({ codes, instruments, sessions }: Pick<AllTickFeedOptions, "codes" | "instruments" | "sessions">) {
    this.#hours = new SessionHours(sessions);
    for (const code of codes) if (!this.#codes.has(idOf(code))) this.#codes.set(idOf(code), code);
    const chosen = makeIdFilter(instruments.includes("*") ? [] : instruments);
    this.#accepts = (id) => this.#codes.has(id) || (instruments.length === 0 ? isAllTickCode(id) : chosen(id));
  }

  /** The codes of the standing list that an endpoint has and that were announced: others belong to another feed. */
  standing(endpoint: AllTickEndpoint): readonly string[] {
    return [...this.#codes.values()].filter((code) => this.#known.get(code)?.endpoint === endpoint);
  }

  /** The instrument that the upstream calls `code`; a service may answer by the other name of what it was asked for. */
  byCode(code: string): Known | undefined {
    return this.#known.get(code) ?? this.byId(idOf(code));
  }

  /** The instrument with this id. */
  byId(id: string): Known | undefined {
    return this.#known.get(this.#codes.get(id) ?? id);
  }

  /** Everything that was announced. */
  all(): Iterable<Known> {
    return this.#known.values();
  }

  /** Whether an instrument is on the standing list. */
  stands(id: string): boolean {
    return this.#codes.has(id);
  }

  /** Announces the instruments of the standing list. */
  admitStanding(sink: FeedSink, now: EpochMs): void {
    for (const id of this.#codes.keys()) this.#admit(id, sink, now);
  }

  /** Announces an instrument that a client asks for; undefined when it is none of this feed's, or nothing tells what it is. */
  want(id: string, sink: FeedSink, now: EpochMs): Known | undefined {
    // An alias is another name of something, never a thing of its own.
    if (findAlias(id) !== undefined || !this.#accepts(id)) return undefined;
    if (this.#known.size >= MAX_INSTRUMENTS) {
      sink.anomaly("alltick-full");
      return undefined;
    }
    return this.#admit(id, sink, now);
  }

  #admit(id: string, sink: FeedSink, now: EpochMs): Known | undefined {
    const code = this.#codes.get(id) ?? id;
    const listed = instrumentOf(id, now) ?? (this.#codes.has(id) ? unknownInstrument(id) : undefined);
    const instrument = listed && this.#hours.apply(listed);
    // Asked before it is announced: then the tail is gone.
    const tail = this.memory?.tail(id);
    if (instrument === undefined || !sink.instrument(instrument)) return undefined;
    const known = new Known(code, instrument, tail);
    this.#known.set(code, known);
    return known;
  }
}
