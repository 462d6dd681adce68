/** The two answers to an order or cancel that the front refuses, in CTP's order. */
import type { CtpErrorName } from "@tickwire/protocol/errors";

/** The part of an order or cancel by which a report about it is known. */
export interface Refusable {
  readonly instrument: string;
  readonly ref: string;
  readonly requestId: number;
}

/** Answers the session that asked. */
export type Refuse = (error: CtpErrorName) => void;

/** A request that may be refused: `forget` when it was not, `settle` when its result is told. */
export interface Expectation {
  readonly forget: () => void;
  readonly settle: Refuse;
}

interface Expected {
  readonly input: Refusable;
  readonly reply: Refuse;
}

/**
 * What one session has asked for and may hear refused. A refusal reaches it twice: as the result of the call, and as a report to
 * every session of its user, which may come before the result can be told. The reply to the session goes before the report (ctp.md
 * d.4), whichever of the two brings the news.
 */
export class CtpRefusals {
  readonly #expected = new Set<Expected>();

  /** Notes a request that is about to be made; `reply` runs once. */
  expect(input: Refusable, reply: Refuse): Expectation {
    const entry: Expected = { input, reply };
    this.#expected.add(entry);
    return { forget: () => void this.#expected.delete(entry), settle: (error) => this.#settle(entry, error) };
  }

  /** A report about a refusal of this session has come: its reply goes first. */
  heard(input: Refusable, error: CtpErrorName): void {
    for (const entry of this.#expected) {
      if (isAbout(input, entry.input)) return this.#settle(entry, error);
    }
  }

  #settle(entry: Expected, error: CtpErrorName): void {
    if (this.#expected.delete(entry)) entry.reply(error);
  }
}

/** Whether a report is about a request; a request without reference may have been given one. */
function isAbout(told: Refusable, asked: Refusable): boolean {
  return (
    told.requestId === asked.requestId &&
    told.instrument === asked.instrument &&
    (asked.ref === "" || told.ref === asked.ref)
  );
}
