/** Requests under way on one CTP connection, and whose each reply is. */
import type { ServerFrame } from "@tickwire/protocol/ctp";
import { ClientError, type Connection } from "./connection.ts";
import { about, refusal } from "./ctp-errors.ts";
import { REPLY_TIMEOUT_MS } from "./requests.ts";

/** A frame that may answer a request. */
export type ReplyFrame = Extract<ServerFrame, { readonly requestId: number }>;

/** A request that waits for one frame or several. */
export interface Call {
  /** Names it in errors. */
  readonly what: string;
  /** Its MsgType: what the gateway's own refusals are named after. */
  readonly msgType: string;
  /** Its RequestID; 0: its reply is known by its kind alone. */
  readonly number: number;
  /** Whether a frame is of the kind that it waits for. */
  readonly fits: (frame: ReplyFrame) => boolean;
  /** Takes a frame of its own; true: it was the last. */
  readonly take: (frame: ReplyFrame) => boolean;
}

interface Waiting extends Call {
  readonly resolve: () => void;
  readonly reject: (error: ClientError) => void;
  cancelTimeout: () => void;
}

/**
 * The requests of a connection in the order in which they were sent. A reply with a number belongs to the request that has it; one
 * without to the oldest that waits for its kind. A number that nobody has any more is that of a request that was given up.
 */
export class Calls {
  readonly #connection: Connection;
  readonly #waiting = new Set<Waiting>();
  #numbered = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Sends a request; resolves when its last frame was taken, rejects with a {@link ClientError} when that does not come. */
  ask(call: Call, text: string): Promise<void> {
    if (!this.#connection.isOpen) {
      return Promise.reject(new ClientError("closed", `${call.what}: the connection has ended`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { ...call, resolve, reject, cancelTimeout: () => undefined };
    this.#waiting.add(waiting);
    this.#await(waiting);
    this.#connection.send(text);
    return promise;
  }

  /** Gives a frame to whom it belongs; false: nobody waits for it. */
  hear(frame: ReplyFrame): boolean {
    for (const call of this.#waiting) {
      if (!isOf(frame, call)) continue;
      if (call.number !== 0 && call.number === frame.requestId) this.#numbered = true;
      if (frame.kind === "error") this.#fail(call, refusal(frame.info, frame.detail));
      else if (call.take(frame)) {
        this.#end(call);
        call.resolve();
      } else this.#await(call);
      return true;
    }
    return false;
  }

  /** Nothing more is coming. */
  fail(why: string): void {
    for (const call of this.#waiting) this.#fail(call, new ClientError("closed", why));
  }

  /** Each frame begins the time anew: thousands of rows may take longer than any one of them. */
  #await(call: Waiting): void {
    call.cancelTimeout();
    call.cancelTimeout = this.#connection.timers.after(REPLY_TIMEOUT_MS, () => this.#expire(call));
  }

  #expire(call: Waiting): void {
    this.#fail(call, new ClientError("timeout", `no reply within ${REPLY_TIMEOUT_MS / 1000} s`));
    // Without numbers the reply, should it come yet, would be taken for that of the next request of its kind.
    if (call.number !== 0 && !this.#numbered) this.#connection.giveUp(`no reply to ${call.what}`);
  }

  #fail(call: Waiting, error: ClientError): void {
    this.#end(call);
    call.reject(about(call.what, error));
  }

  #end(call: Waiting): void {
    call.cancelTimeout();
    this.#waiting.delete(call);
  }
}

/** Whether a frame belongs to a request: by its number where both have one. */
function isOf(frame: ReplyFrame, call: Call): boolean {
  if (frame.kind === "error" ? !["", call.msgType].includes(frame.msgType) : !call.fits(frame)) return false;
  return frame.requestId === 0 || call.number === 0 || frame.requestId === call.number;
}
