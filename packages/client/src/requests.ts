/** Requests that wait for their turn, then for their replies. */
import { ClientError, type Connection } from "./connection.ts";
import type { Pacer } from "./pacer.ts";

/** How long a request waits for its reply. */
export const REPLY_TIMEOUT_MS = 10_000;

interface Pending<R> {
  readonly what: string;
  readonly resolve: (reply: R) => void;
  readonly reject: (error: ClientError) => void;
  readonly cancelTimeout: () => void;
}

/** Requests of one connection by their number. */
export class Requests<R> {
  readonly #connection: Connection;
  readonly #pacer: Pacer<object>;
  readonly #pending = new Map<number, Pending<R>>();
  #number = 0;

  /** `pacer` says when a request may go; the connection is its key there. */
  constructor(connection: Connection, pacer: Pacer<object>) {
    this.#connection = connection;
    this.#pacer = pacer;
    void connection.closed
      .then(({ code, reason }) => this.#rejectAll(`the connection ended (${code}${reason && ` ${reason}`})`))
      .then(() => pacer.drop(connection));
  }

  /** The next request number; for frames that want no reply. */
  nextNumber(): number {
    return ++this.#number;
  }

  /**
   * Sends the frame that `encode` makes for a request number when it is its turn, and resolves with the reply. Rejects
   * with a {@link ClientError} when none comes or the connection ends. `what` names the request in errors.
   */
  async ask(what: string, encode: (number: number) => string): Promise<R> {
    if (this.#connection.isOpen) await this.#pacer.turn(this.#connection);
    if (!this.#connection.isOpen) throw new ClientError("closed", `${what}: the connection has ended`);
    const number = this.nextNumber();
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const sent = this.#connection.now();
    const cancelTimeout = this.#connection.timers.after(REPLY_TIMEOUT_MS, () => {
      this.#pacer.done(this.#connection, sent);
      this.fail(number, new ClientError("timeout", `${what}: no reply within ${REPLY_TIMEOUT_MS / 1000} s`));
    });
    this.#pending.set(number, { what, resolve, reject, cancelTimeout });
    this.#connection.send(encode(number));
    return promise;
  }

  /** Gives the reply to the request with this number; false when none waits for it. */
  answer(number: number, reply: R): boolean {
    const pending = this.#take(number);
    if (pending !== undefined) this.#pacer.done(this.#connection);
    pending?.resolve(reply);
    return pending !== undefined;
  }

  /** The oldest request that waits, for replies that do not say whose they are. */
  get oldest(): number | undefined {
    return this.#pending.keys().next().value;
  }

  /** Ends the request with this number in an error. */
  fail(number: number, error: ClientError): void {
    this.#take(number)?.reject(error);
  }

  #take(number: number): Pending<R> | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.cancelTimeout();
    return pending;
  }

  #rejectAll(why: string): void {
    for (const [number, { what }] of this.#pending) this.fail(number, new ClientError("closed", `${what}: ${why}`));
  }
}
