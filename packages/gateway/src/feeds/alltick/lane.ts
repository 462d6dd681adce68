/** One connection of a pool, as far as what is asked for on it goes: its share of the codes, and what became of them. */
import type { AllTickRefusal } from "@tickwire/client";
import { findPlan, type AllTickEndpoint, type AllTickPlanName } from "@tickwire/protocol/alltick";
import type { EpochMs } from "@tickwire/protocol/model";
import { Watchdog } from "../watchdog.ts";
import { Admission } from "./admission.ts";

/** The codes are unknown, or not part of the plan: others of the list may be fine (alltick.md 6). */
const BAD_CODES: ReadonlySet<number | undefined> = new Set([600, 604]);
/** The list is too long for the plan. */
const TOO_MANY = 603;

/** One connection to be: an endpoint with one token. */
export interface Lane {
  readonly endpoint: AllTickEndpoint;
  /** What is asked for, and of that the books: a plan may have a code's trades and not its books. */
  readonly admission: Admission;
  readonly bookAdmission: Admission;
  readonly watchdog: Watchdog;
  /** Codes that it takes. */
  capacity: number;
  /** Codes that are its own now, those of them that are asked for, those of these that have books, and those that flow. */
  share: readonly string[];
  watched: ReadonlySet<string>;
  books: readonly string[];
  flowing: ReadonlySet<string>;
  /** Whether what is asked for was refused, or its books were. */
  refused: boolean;
  booksRefused: boolean;
}

/** A lane on which nothing was asked for yet. */
export function makeLane(endpoint: AllTickEndpoint, plan: AllTickPlanName): Lane {
  return {
    endpoint,
    admission: new Admission(),
    bookAdmission: new Admission(),
    watchdog: new Watchdog(),
    capacity: findPlan(plan).codes,
    share: [],
    watched: new Set(),
    books: [],
    flowing: new Set(),
    refused: false,
    booksRefused: false,
  };
}

/** What a refusal shows, which the lane takes note of: the anomalies that it is, and whether something else is to be asked for now. */
export function judgeRefusal(
  lane: Lane,
  { kind, codes, error }: AllTickRefusal,
  now: EpochMs,
): { readonly anomalies: readonly string[]; readonly changes: boolean } {
  const ofBooks = kind === "books";
  const list = ofBooks ? lane.books : lane.admission.asked;
  const fits = list.length - codes.length;
  // A list that is no longer wanted says nothing about the one that is.
  const isOld = codes.some((code, at) => code !== list[fits + at]);
  const { ret } = error;
  if (ret === TOO_MANY && !(ofBooks && fits === 0)) {
    if (isOld) return { anomalies: [], changes: false };
    // The others of the list were taken: so many fit.
    lane.capacity = Math.max(1, Math.min(lane.capacity, fits));
    return { anomalies: ["alltick-over-plan"], changes: true };
  }
  const refusedBefore = ofBooks ? lane.booksRefused : lane.refused;
  // No books at all are no plan's way to sell fewer codes.
  const isBad = ret === TOO_MANY || BAD_CODES.has(ret);
  if (isBad && (refusedBefore || fits !== 0 || isOld)) return { anomalies: [], changes: false };
  if (ofBooks) lane.booksRefused = true;
  else lane.refused = true;
  // Nothing tells what to do about it: it is counted, and asked for again when something else is, or on another connection.
  if (!isBad) return { anomalies: ["alltick-list-refused"], changes: false };
  const found = (ofBooks ? lane.bookAdmission : lane.admission).rejected(now);
  return { anomalies: found.map(() => (ofBooks ? "alltick-book-refused" : "alltick-code-refused")), changes: true };
}
