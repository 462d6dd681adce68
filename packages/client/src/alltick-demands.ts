/** What a client wants to hear of: the union of its standing list and of what its iterators want. */
import {
  endpointOfCode,
  type AllTickEndpoint,
  type AllTickPlan,
  type DepthSymbol,
  type KlineSymbol,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import type { AllTickKind, AllTickSubscriptions } from "./alltick-client-options.ts";
import { refusal } from "./errors.ts";

/** The lists of one endpoint, each entry once. */
export interface EndpointLists {
  readonly trades: readonly string[];
  readonly books: readonly DepthSymbol[];
  readonly klines: readonly KlineSymbol[];
  readonly tickers: readonly string[];
}

/** The kinds, in the order in which they are asked for. */
export const ALLTICK_KINDS = ["trades", "books", "tickers", "klines"] as const satisfies readonly AllTickKind[];

/** The code of an entry of any list. */
export function codeOf(entry: string | DepthSymbol | KlineSymbol): string {
  return typeof entry === "string" ? entry : entry.code;
}

/** Wants, each of which ends by itself. */
export class Demands {
  readonly #plan: AllTickPlan;
  readonly #wants = new Set<AllTickSubscriptions>();
  #standing: AllTickSubscriptions = {};

  /** `plan`: how many codes there may be of a kind. */
  constructor(plan: AllTickPlan) {
    this.#plan = plan;
  }

  /** Replaces the standing list. Throws a `ClientError` 603, and changes nothing, where the plan does not allow the union. */
  stand(standing: AllTickSubscriptions): void {
    this.#check([standing, ...this.#wants]);
    this.#standing = standing;
  }

  /** Adds a want, {@link stand} otherwise; the function that is returned ends it. */
  add(want: AllTickSubscriptions): () => void {
    this.#check([this.#standing, ...this.#wants, want]);
    this.#wants.add(want);
    return () => void this.#wants.delete(want);
  }

  /** What is wanted of one endpoint. */
  of(endpoint: AllTickEndpoint): EndpointLists {
    return unionOf(endpoint, [this.#standing, ...this.#wants]);
  }

  #check(wants: readonly AllTickSubscriptions[]): void {
    for (const endpoint of ["general", "stock"] as const) {
      const lists = unionOf(endpoint, wants);
      for (const kind of ALLTICK_KINDS) {
        const count = new Set(lists[kind].map(codeOf)).size;
        if (count <= this.#plan.codes) continue;
        const { ret, msg } = ALLTICK_ERRORS.overPlan;
        throw refusal(`${count} codes for ${kind}, where the plan allows ${this.#plan.codes}`, ret, msg);
      }
    }
  }
}

function unionOf(endpoint: AllTickEndpoint, wants: readonly AllTickSubscriptions[]): EndpointLists {
  const trades = new Set<string>();
  const books = new Map<string, number>();
  const klines = new Map<string, KlineSymbol>();
  const tickers = new Set<string>();
  const here = (code: string): boolean => endpointOfCode(code) === endpoint;
  for (const want of wants) {
    for (const code of want.trades ?? []) if (here(code)) trades.add(code);
    for (const code of want.tickers ?? []) if (here(code)) tickers.add(code);
    for (const { code, period } of want.klines ?? []) if (here(code)) klines.set(`${period} ${code}`, { code, period });
    for (const book of want.books ?? []) {
      const { code, level } = typeof book === "string" ? { code: book, level: 0 } : book;
      if (here(code)) books.set(code, deeper(books.get(code), level));
    }
  }
  return {
    trades: [...trades],
    books: [...books].map(([code, level]) => ({ code, level })),
    klines: [...klines.values()],
    tickers: [...tickers],
  };
}

/** The level that serves both; 0 is all of them. */
function deeper(one: number | undefined, other: number): number {
  if (one === undefined) return other;
  return one === 0 || other === 0 ? 0 : Math.max(one, other);
}
