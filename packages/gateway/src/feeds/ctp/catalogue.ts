/** What a CTP upstream has, as far as it is known: what it listed, or else what the house's own catalogue knows. Pure. */
import { localDate, type EpochMs, type Instrument } from "@tickwire/protocol/model";
import type { SessionHours } from "../sessions.ts";
import { catalogued, listed } from "./instruments.ts";

/** Instruments that are kept; more are left out. */
const MAX_INSTRUMENTS = 50_000;

/** What a new list means. */
export interface News {
  /** What is new, or not as it was before. */
  readonly told: readonly Instrument[];
  /** Ids of what is no longer listed. */
  readonly gone: readonly string[];
  /** Whether it names the same instruments as the one before: one that does not may still be growing, and is to be asked for again. */
  readonly isWhole: boolean;
}

/** The instruments of one upstream. */
export class Catalogue {
  readonly #accepts: (id: string) => boolean;
  readonly #hours: SessionHours;
  readonly #instruments = new Map<string, Instrument>();
  /** Missing in the newest list, and not in the one before. */
  #missing: ReadonlySet<string> = new Set();
  #isListed = false;

  /** `accepts`: whether an instrument is to be served at all; `hours`: when it trades. */
  constructor(accepts: (id: string) => boolean, hours: SessionHours) {
    this.#hours = hours;
    this.#accepts = accepts;
  }

  get size(): number {
    return this.#instruments.size;
  }

  has(id: string): boolean {
    return this.#instruments.has(id);
  }

  get(id: string): Instrument | undefined {
    return this.#instruments.get(id);
  }

  /** Takes an instrument that was announced. */
  put(instrument: Instrument): void {
    this.#instruments.set(instrument.id, instrument);
  }

  /** An instrument that the upstream may have, as long as it has not said what it has; undefined: it has it not. */
  make(id: string, near: EpochMs): Instrument | undefined {
    if (this.#isListed || !this.#accepts(id) || this.#instruments.size >= MAX_INSTRUMENTS) return undefined;
    const known = catalogued(id, near);
    return known && this.#hours.apply(known);
  }

  /**
   * Takes the rows of a list. An empty one says nothing, and a short one little: fronts answer so while they start. What has not
   * expired is gone when two lists in a row do not have it.
   */
  list(rows: readonly Readonly<Record<string, unknown>>[], near: EpochMs): News {
    if (rows.length === 0) return { told: [], gone: [], isWhole: false };
    const told: Instrument[] = [];
    const ids = new Set<string>();
    let isWhole = true;
    for (const row of rows) {
      const plain = ids.size < MAX_INSTRUMENTS ? listed(row, near) : undefined;
      if (plain === undefined || !this.#accepts(plain.id)) continue;
      const instrument = this.#hours.apply(plain);
      ids.add(instrument.id);
      const known = this.#instruments.get(instrument.id);
      if (known === undefined || this.#missing.has(instrument.id)) isWhole = false;
      if (!isSame(instrument, known)) told.push(instrument);
    }
    const missing = [...this.#instruments.values()].filter(({ id }) => !ids.has(id));
    const gone = missing.filter((each) => this.#missing.has(each.id) || isExpired(each, near)).map(({ id }) => id);
    for (const id of gone) this.#instruments.delete(id);
    this.#missing = new Set(missing.map(({ id }) => id).filter((id) => this.#instruments.has(id)));
    isWhole &&= this.#missing.size === 0;
    this.#isListed ||= isWhole;
    return { told, gone, isWhole };
  }
}

function isExpired({ future, hours }: Instrument, near: EpochMs): boolean {
  return future !== undefined && future.expireDate !== "" && future.expireDate < localDate(hours.zone, near);
}

function isSame(a: Instrument, b: Instrument | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
