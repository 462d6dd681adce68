/** What keeps a client connected: one connection at a time, another after it whenever it ends, for ever. */
import { BACK_OFF, backOffDelay, type BackOff } from "./back-off.ts";
import { ClientError, HOST_TIMERS, type Timers } from "./connection.ts";
import { closedError, endOf, toClientError, type KeptLink } from "./kept-link.ts";
import type { ClientState, ClientStatus } from "./status.ts";

/** What a keeper takes. */
export interface KeeperOptions<L extends KeptLink> {
  /**
   * Makes a connection; rejects with a {@link ClientError}. Never called while another is open. Once `signal` is aborted nobody
   * wants it any more: it should reject at once; a connection that comes all the same is closed.
   */
  readonly connect: (signal: AbortSignal) => Promise<L>;
  /**
   * Brings a new connection up to date; the client is live when it resolves. A rejection ends the connection; like one of `connect` it
   * is tried again where the error is `temporary` and otherwise the end.
   */
  readonly restore: (link: L) => Promise<void>;
  /**
   * Asked after a connection was refused without a reason, as WebSockets do not tell theirs: after the first such refusal in a row, the
   * second, the fourth, the eighth and so on, as each question costs a request. An error that is not temporary is the end. It runs while the next attempt is waited for.
   */
  readonly explain?: ((error: ClientError) => Promise<ClientError | undefined>) | undefined;
  /** Hears of every change of the state, the first (`connecting`) included, after `status` shows it. */
  readonly onStatus?: ((status: ClientStatus) => void) | undefined;
  /** Default {@link BACK_OFF}. */
  readonly backOff?: Partial<BackOff> | undefined;
  readonly timers?: Timers | undefined;
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A connection that was live for so long was a good one: the waits begin anew after it. */
const STABLE_MS = 10_000;

/** Keeps one connection. It begins with {@link start} and ends with {@link close} or an error that no retry can mend. */
export class Keeper<L extends KeptLink> {
  readonly #options: KeeperOptions<L>;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #backOff: BackOff;
  readonly #abort = new AbortController();
  readonly #ready: PromiseWithResolvers<L>[] = [];
  #run: Promise<void> | undefined;
  #link: L | undefined;
  #state: ClientState = "connecting";
  #since: number;
  #attempt = 0;
  /** Failures that the next wait is for; unlike `#attempt` it remembers a connection that was live for a moment only. */
  #failures = 0;
  /** Refusals without a reason in a row. */
  #refusals = 0;
  #cause = "";
  #retryAt = 0;
  #lastMessage = 0;
  #connections = 0;
  #failure: ClientError | undefined;
  #dropped: ClientError | undefined;
  #wake: () => void = () => undefined;

  constructor(options: KeeperOptions<L>) {
    this.#options = options;
    this.#timers = options.timers ?? HOST_TIMERS;
    this.#now = options.now ?? Date.now;
    this.#backOff = { ...BACK_OFF, ...options.backOff };
    this.#since = this.#now();
  }

  /** Begins; idempotent. Nothing happens after {@link close}. */
  start(): void {
    if (!this.#abort.signal.aborted) this.#run ??= this.#keep();
  }

  /** Whether it was started. */
  get started(): boolean {
    return this.#run !== undefined;
  }

  /** As it is now. */
  get status(): ClientStatus {
    return {
      state: this.#state,
      since: this.#since,
      attempt: this.#attempt,
      cause: this.#cause,
      retryAt: this.#retryAt,
      lastMessage: Math.max(this.#lastMessage, this.#link?.lastMessage ?? 0),
      connections: this.#connections,
    };
  }

  /** Connections made so far: the number of the newest one. */
  get connections(): number {
    return this.#connections;
  }

  /** The open connection, up to date or not yet. */
  get link(): L | undefined {
    return this.#link;
  }

  /** The connection when everything flows. */
  get live(): L | undefined {
    return this.#state === "live" ? this.#link : undefined;
  }

  /** Why there will be no other attempt. */
  get failure(): ClientError | undefined {
    return this.#failure;
  }

  /** Resolves with the connection when the client is live, at once where it is; rejects when it never will be. Starts it. */
  ready(): Promise<L> {
    this.start();
    if (this.live !== undefined) return Promise.resolve(this.live);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#abort.signal.aborted) return Promise.reject(closedError());
    const ready = Promise.withResolvers<L>();
    this.#ready.push(ready);
    return ready.promise;
  }

  /** Ends the connection because it is no good, for `cause`; another one follows after the usual wait. */
  drop(cause: string): void {
    if (this.#link === undefined || this.#closing) return;
    this.#dropped ??= new ClientError("closed", cause);
    void this.#link.close();
  }

  /** Ends everything; idempotent. Resolves when no connection is open. Those who wait for {@link ready} are let go. */
  async close(): Promise<void> {
    if (!this.#abort.signal.aborted) {
      this.#abort.abort();
      this.#wake();
      if (this.#failure === undefined) this.#enter("closed", "closed");
      for (const { reject } of this.#ready.splice(0)) reject(this.#failure ?? closedError());
      void this.#link?.close();
    }
    await this.#run;
  }

  get #closing(): boolean {
    return this.#abort.signal.aborted;
  }

  async #keep(): Promise<void> {
    while (!this.#closing) {
      this.#attempt++;
      this.#enter("connecting", this.#cause);
      const error = await this.#connection();
      if (this.#closing) return;
      if (!error.temporary) return this.#fail(error);
      await this.#wait(error);
    }
  }

  /** One connection from its making to its end; resolves with why it ended. */
  async #connection(): Promise<ClientError> {
    if (this.#closing) return closedError();
    this.#dropped = undefined;
    let link: L;
    try {
      link = await this.#options.connect(this.#abort.signal);
    } catch (error) {
      return toClientError(error);
    }
    this.#connections++;
    this.#refusals = 0;
    this.#link = link;
    try {
      if (!this.#closing) await Promise.race([this.#options.restore(link), endOf(link)]);
      if (this.#closing) return closedError();
      this.#enter("live", this.#cause);
      return await endOf(link);
    } catch (error) {
      return this.#dropped ?? link.fault ?? toClientError(error);
    } finally {
      await link.close();
      this.#lastMessage = Math.max(this.#lastMessage, link.lastMessage);
      this.#link = undefined;
    }
  }

  async #wait(reason: ClientError): Promise<void> {
    const wasLive = this.#state === "live";
    if (wasLive && this.#now() - this.#since >= STABLE_MS) this.#failures = 0;
    const delay = backOffDelay(++this.#failures, this.#backOff, (this.#options.random ?? Math.random)());
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cancel = this.#timers.after(delay, resolve);
    this.#retryAt = this.#now() + delay;
    if (wasLive) this.#attempt = 0;
    this.#enter("waiting", reason.message);
    const isBare = reason.kind === "connect" && reason.ret === undefined;
    const fatal = isBare && isPowerOfTwo(++this.#refusals) ? await this.#explain(reason, promise) : undefined;
    if (fatal === undefined) await promise;
    cancel();
    this.#retryAt = 0;
    if (fatal !== undefined && !this.#closing) this.#fail(fatal);
  }

  /** The reason of a refusal if it is found out in time and leaves no hope. */
  async #explain(refused: ClientError, tooLate: Promise<void>): Promise<ClientError | undefined> {
    const asked = this.#options.explain?.(refused).catch(() => undefined);
    const found = await Promise.race([asked, tooLate]);
    return found instanceof ClientError && !found.temporary ? found : undefined;
  }

  #fail(error: ClientError): void {
    this.#failure = error;
    this.#enter("failed", error.message);
    this.#abort.abort();
    for (const { reject } of this.#ready.splice(0)) reject(error);
  }

  #enter(state: ClientState, cause: string): void {
    this.#state = state;
    this.#since = this.#now();
    this.#cause = cause;
    if (state !== "waiting") this.#retryAt = 0;
    if (state === "live") {
      this.#attempt = 0;
      for (const { resolve } of this.#ready.splice(0)) resolve(this.#link!);
    }
    tell(() => this.#options.onStatus?.(this.status));
  }
}

/** Calls a listener. What it throws is thrown outside: a listener's fault must not stop the one who tells. */
export function tell(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}
