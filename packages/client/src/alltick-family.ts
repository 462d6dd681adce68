/** One endpoint of a client: its connection, kept, with its subscriptions brought up to date on every new one. */
import type { AllTickEndpoint, DepthSymbol, KlineSymbol } from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import type { Book, Trade } from "@tickwire/protocol/model";
import type { AllTickLink } from "./alltick.ts";
import type { AllTickKind, AllTickRefusal } from "./alltick-client-options.ts";
import { ALLTICK_KINDS, codeOf, type EndpointLists } from "./alltick-demands.ts";
import { ClientError, type Timers } from "./connection.ts";
import { Keeper, type KeeperOptions } from "./keeper.ts";
import { News } from "./news.ts";
import type { ClientStatus, Hole } from "./status.ts";

/** What a family needs of its client. */
export interface FamilyOptions extends Omit<KeeperOptions<AllTickLink>, "restore" | "onStatus" | "timers" | "now"> {
  readonly endpoint: AllTickEndpoint;
  readonly timers: Timers;
  readonly now: () => number;
  readonly debounceMs: number;
  /** Whether the service has tickwire's extensions, asked over `link` if need be. Rejects when the connection ends. */
  readonly extensions: (link: AllTickLink) => Promise<boolean>;
  readonly onStatus: (status: ClientStatus) => void;
  /** A stretch is over in which trades and books were not heard of. */
  readonly onHole: (hole: Hole) => void;
  readonly onRefusal: (refusal: AllTickRefusal) => void;
  /** Every subscription was answered, on this connection. */
  readonly onSubscribed: (link: AllTickLink) => void;
}

/** What is wanted of one kind, and the text that tells it from other lists. */
interface Wanted {
  readonly list: EndpointLists[AllTickKind];
  readonly key: string;
}

const NOTHING: Wanted = { list: [], key: "[]" };

/** One endpoint. It connects when something is wanted of it, and stays connected. */
export class Family {
  readonly keeper: Keeper<AllTickLink>;
  readonly #options: FamilyOptions;
  readonly #wanted = new Map<AllTickKind, Wanted>();
  /** What the service was asked for on this connection, by key; and what it took. */
  readonly #asked = new Map<AllTickKind, string>();
  readonly #taken = new Map<AllTickKind, EndpointLists[AllTickKind]>();
  /** Most entries of a list that the service takes, after it has refused more. */
  readonly #most = new Map<AllTickKind, number>();
  #syncing = false;
  #cancelDebounce: (() => void) | undefined;
  readonly #trades = new News();
  readonly #books = new News();
  #newest = 0;
  #liveSince: number | undefined;
  /** Holes that are open; a code is in one of them at most. */
  #holes: Pick<Hole, "from" | "codes" | "cause">[] = [];

  constructor(options: FamilyOptions) {
    this.#options = options;
    const restore = (link: AllTickLink): Promise<void> => this.#restore(link);
    this.keeper = new Keeper({ ...options, restore, onStatus: (status) => this.#onStatus(status) });
  }

  /** These lists are wanted from now on. They are sent together with what else changes within the debounce. */
  want(lists: EndpointLists): void {
    let some = false;
    for (const kind of ALLTICK_KINDS) {
      this.#wanted.set(kind, { list: lists[kind], key: JSON.stringify(lists[kind]) });
      some ||= lists[kind].length > 0;
    }
    if (some) this.keeper.start();
    if (this.keeper.live === undefined || this.#cancelDebounce !== undefined) return;
    this.#cancelDebounce = this.#options.timers.after(this.#options.debounceMs, () => {
      this.#cancelDebounce = undefined;
      if (this.keeper.live !== undefined) void this.#update(this.keeper.live);
    });
  }

  /** Whether everything that is wanted was asked for and answered, on a live connection. */
  get settled(): boolean {
    return this.keeper.live !== undefined && !this.#syncing && this.#next() === undefined;
  }

  /** Takes note of a trade; whether it is news. */
  isNewTrade({ id, time, seq }: Trade): boolean {
    if (time > this.#newest) this.#newest = time;
    return this.#trades.isNews(id, time, seq, this.keeper.connections);
  }

  /** Takes note of a book; whether it is news. */
  isNewBook({ id, time, seq }: Book): boolean {
    if (time > this.#newest) this.#newest = time;
    return this.#books.isNews(id, time, seq, this.keeper.connections);
  }

  /** Ends it; idempotent. */
  close(): Promise<void> {
    this.#cancelDebounce?.();
    return this.keeper.close();
  }

  async #restore(link: AllTickLink): Promise<void> {
    this.#asked.clear();
    this.#taken.clear();
    this.#most.clear();
    await this.#sync(link);
  }

  /** Sends what has changed on a connection that is live already. */
  async #update(link: AllTickLink): Promise<void> {
    if (this.#syncing) return;
    try {
      await this.#sync(link);
    } catch (error) {
      if (this.keeper.link === link) this.keeper.drop(error instanceof Error ? error.message : String(error));
      return;
    }
    if (this.keeper.live === link && this.settled) this.#options.onSubscribed(link);
  }

  /** Asks for list after list until nothing differs, whatever is wanted meanwhile. */
  async #sync(link: AllTickLink): Promise<void> {
    this.#syncing = true;
    try {
      for (let kind = this.#next(); kind !== undefined; kind = this.#next()) await this.#ask(link, kind);
    } finally {
      this.#syncing = false;
    }
  }

  #next(): AllTickKind | undefined {
    return ALLTICK_KINDS.find((kind) => this.#wantedOf(kind).key !== (this.#asked.get(kind) ?? NOTHING.key));
  }

  #wantedOf(kind: AllTickKind): Wanted {
    return this.#wanted.get(kind) ?? NOTHING;
  }

  async #ask(link: AllTickLink, kind: AllTickKind): Promise<void> {
    const { list, key } = this.#wantedOf(kind);
    const shown = list.slice(0, this.#most.get(kind));
    try {
      const ours = kind === "klines" || kind === "tickers";
      if (ours && shown.length > 0 && !(await this.#options.extensions(link))) {
        throw new ClientError("refused", `the service does not push ${kind}`, undefined, false);
      }
      await subscribe(link, kind, shown);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.ret === ALLTICK_ERRORS.overPlan.ret && shown.length > 1) {
        this.#most.set(kind, Math.floor(shown.length / 2));
        return;
      }
      this.#asked.set(kind, key);
      this.#refused(kind, list, error);
      return;
    }
    this.#asked.set(kind, key);
    this.#taken.set(kind, shown);
    if (shown.length === list.length) return;
    const { ret, msg } = ALLTICK_ERRORS.overPlan;
    const error = new ClientError("refused", `the service takes ${shown.length} of ${list.length} codes: ${msg}`, ret);
    this.#refused(kind, list.slice(shown.length), error);
  }

  #refused(kind: AllTickKind, list: EndpointLists[AllTickKind], error: ClientError): void {
    this.#options.onRefusal({ endpoint: this.#options.endpoint, kind, codes: list.map(codeOf), error });
  }

  /** What was taken has flowed, even where the connection broke before everything did: between two breaks as well. */
  #break({ cause, since }: ClientStatus): void {
    const missing = new Set(this.#holes.flatMap((hole) => hole.codes));
    const taken = [...(this.#taken.get("trades") ?? []), ...(this.#taken.get("books") ?? [])].map(codeOf);
    const codes = [...new Set(taken)].filter((code) => !missing.has(code));
    // The service's clock may be ahead.
    const from = Math.min(this.#newest || (this.#liveSince ?? since), since);
    if (codes.length > 0) this.#holes.push({ from, codes, cause });
  }

  #onStatus(status: ClientStatus): void {
    const { state, since } = status;
    if (state === "live") this.#liveSince = since;
    else if (state !== "connecting") {
      if (state !== "closed") this.#break(status);
      this.#liveSince = undefined;
    }
    if (state === "live" || state === "failed") {
      for (const hole of this.#holes.splice(0)) this.#options.onHole({ ...hole, to: since, filledBy: undefined });
    }
    this.#options.onStatus(status);
    const { live } = this.keeper;
    if (state !== "live" || live === undefined) return;
    // What was wanted since the last list was answered is sent now: until here nobody was live to be asked.
    if (this.#next() === undefined) this.#options.onSubscribed(live);
    else void this.#update(live);
  }
}

function subscribe(link: AllTickLink, kind: AllTickKind, list: EndpointLists[AllTickKind]): Promise<void> {
  switch (kind) {
    case "trades":
      return link.subscribeTrades(list as readonly string[]);
    case "books":
      return link.subscribeBooks(list as readonly DepthSymbol[]);
    case "klines":
      return link.subscribeKlines(list as readonly KlineSymbol[]);
    case "tickers":
      return link.subscribeTickers(list as readonly string[]);
  }
}

/** Whether the service has refused a list, as opposed to the connection. */
function isRefusal(error: unknown): error is ClientError {
  if (!(error instanceof ClientError) || error.kind !== "refused" || error.temporary) return false;
  return error.ret !== ALLTICK_ERRORS.tokenInvalid.ret;
}
