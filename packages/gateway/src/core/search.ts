/**
 * Finding instruments by what people type: a code, a name, the initials of a name's pinyin (`lwg` for 螺纹钢), whole or
 * the beginning or a part of it. Pure; how initials are made is handed in.
 */
import type { Instrument } from "@tickwire/protocol/model";
import type { MarketTap } from "../ports/market.ts";

/** Most results of one search. */
export const MAX_SEARCH_RESULTS = 100;
/** Longest text that is looked for, in characters; what is beyond it is not looked at. */
const MAX_SEARCH_CHARS = 64;
/** Words of a text that are looked for; all of them must be found. */
const MAX_WORDS = 4;

/** Better matches are smaller; the second digit tells what matched: code, name, initials. */
const EXACT = 0;
const PREFIX = 10;
const SUBSTRING = 20;
const NO_MATCH = Infinity;

/** A name without Chinese has no initials of its own. */
const ASCII = /^[\x20-\x7e]*$/;
/** The delivery month at the end of a contract's name. */
const MONTH = /\d+$/;

/** An instrument with its texts as they are compared. */
interface Entry {
  readonly instrument: Instrument;
  /** Code, name, initials of the name; folded. */
  readonly texts: readonly string[];
}

/** An index of all instruments. Put into the market as a tap, it knows them as they are announced. */
export class InstrumentSearch implements MarketTap {
  readonly #initialsOf: (text: string) => string;
  readonly #entries = new Map<string, Entry>();
  /** Announced and not yet looked for: a gateway that nobody searches spends nothing on names. */
  readonly #fresh = new Map<string, Instrument>();
  /** Initials by names without their month: no more than there are instruments. */
  readonly #stems = new Map<string, string>();

  /** `initialsOf` gives the first letters of a Chinese text's syllables, and everything else in it unchanged. */
  constructor(initialsOf: (text: string) => string) {
    this.#initialsOf = initialsOf;
  }

  instrument(instrument: Instrument): void {
    this.#fresh.set(instrument.id, instrument);
  }

  tick(): void {}

  advance(): void {}

  /**
   * The instruments that match every word of `query`, best first, at most `limit` and {@link MAX_SEARCH_RESULTS}: whole texts before
   * beginnings before parts, within each codes before names before initials, then the shorter code, then by code. Case and
   * width do not matter. `accepts` leaves out what the asker may not see. An empty query finds nothing.
   */
  search(query: string, limit: number, accepts: (instrument: Instrument) => boolean = () => true): Instrument[] {
    this.#index();
    const words = fold(query.slice(0, MAX_SEARCH_CHARS)).split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
    if (words.length === 0) return [];
    const found: { readonly instrument: Instrument; readonly rank: number }[] = [];
    for (const { instrument, texts } of this.#entries.values()) {
      let rank = 0;
      for (const word of words) rank += rankOf(word, texts);
      if (rank < NO_MATCH && accepts(instrument)) found.push({ instrument, rank });
    }
    found.sort((a, b) => a.rank - b.rank || compareIds(a.instrument.id, b.instrument.id));
    return found.slice(0, Math.min(limit, MAX_SEARCH_RESULTS)).map(({ instrument }) => instrument);
  }

  #index(): void {
    for (const [id, instrument] of this.#fresh) {
      const name = fold(instrument.name);
      const initials = this.#initials(name);
      this.#entries.set(id, { instrument, texts: initials === name ? [fold(id), name] : [fold(id), name, initials] });
    }
    this.#fresh.clear();
  }

  /** A folded name's initials. Contracts of a product differ in their month only: the name before it is looked up once. */
  #initials(name: string): string {
    if (ASCII.test(name)) return name;
    const stem = name.replace(MONTH, "");
    let initials = this.#stems.get(stem);
    if (initials === undefined) this.#stems.set(stem, (initials = fold(this.#initialsOf(stem))));
    return initials + name.slice(stem.length);
  }
}

/** Case and full-width forms folded away. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** How well `word` matches the best of `texts`. */
function rankOf(word: string, texts: readonly string[]): number {
  let best = NO_MATCH;
  for (const [index, text] of texts.entries()) {
    const at = text.indexOf(word);
    if (at < 0) continue;
    const rank = (at > 0 ? SUBSTRING : text.length > word.length ? PREFIX : EXACT) + index;
    if (rank < best) best = rank;
  }
  return best;
}

/** Shorter first, then by code unit: the same order on every machine. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
