/** One WebSocket connection as both dialects need it: text in, text out, and a clear end. */

/** The part of a WebSocket that is used; browsers, Node and the package `ws` all have it. */
export interface WebSocketLike {
  binaryType: string;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** The package `ws` has it: ends without a word. */
  terminate?(): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: unknown }) => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** How a WebSocket is made. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** Timers, injected so that tests own them. */
export interface Timers {
  /** Calls `run` after about `ms`; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` about every `ms` until cancelled. */
  every(ms: number, run: () => void): () => void;
}

/** What both clients take. */
export interface ConnectionOptions {
  /** Default: `globalThis.WebSocket`. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** Default: the host's timers. */
  readonly timers?: Timers | undefined;
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Aborted when the connection is no longer wanted while it is being made. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of every text frame, exactly as it is on the wire. */
  readonly onFrame?: ((direction: FrameDirection, text: string) => void) | undefined;
}

/** Seen from the client. */
export type FrameDirection = "sent" | "received";

/** How a connection ended. 1006 means that it broke without a word. */
export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
  /** Whether this side asked for it. */
  readonly wanted: boolean;
}

/**
 * What went wrong with a service. `connect`: no connection was made; `closed`: it ended too early; `timeout`: no answer;
 * `refused`: the service said no, with its own code in `ret`.
 */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly kind: "connect" | "closed" | "timeout" | "refused";
  readonly ret: number | undefined;
  /** Whether the same can succeed later without anything else changing. */
  readonly temporary: boolean;

  /** `temporary` where nothing is said: everything but a refusal, which is looked up in the tables of errors by whoever has them. */
  constructor(kind: ClientError["kind"], message: string, ret?: number, temporary = kind !== "refused") {
    super(message);
    this.kind = kind;
    this.ret = ret;
    this.temporary = temporary;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
/** How long a service may take to answer a close before the connection counts as ended. */
const CLOSE_TIMEOUT_MS = 2_000;

/** The host's timers. */
export const HOST_TIMERS: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

/** An open connection. Made by {@link openConnection}. */
export class Connection {
  /** Resolves when it has ended, for whatever reason; never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly timers: Timers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly #socket: WebSocketLike;
  readonly #onFrame: ConnectionOptions["onFrame"];
  readonly #end: (info: CloseInfo) => void;
  #lastMessage = 0;
  #onText: (text: string) => void = () => undefined;
  #state: "open" | "closing" | "ended" = "open";

  /** `socket` is open or about to be. */
  constructor(socket: WebSocketLike, options: ConnectionOptions) {
    const { promise, resolve } = Promise.withResolvers<CloseInfo>();
    this.closed = promise;
    this.timers = options.timers ?? HOST_TIMERS;
    this.#socket = socket;
    this.#onFrame = options.onFrame;
    this.now = options.now ?? Date.now;
    this.#end = resolve;
    socket.addEventListener("message", ({ data }) => {
      if (this.#state !== "open") return;
      this.#lastMessage = this.now();
      const text = typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer);
      this.#onFrame?.("received", text);
      this.#onText(text);
    });
    socket.addEventListener("close", ({ code, reason }) => this.#ended(code, reason));
  }

  /** Who gets the frames, binary ones as UTF-8. To be called before the first can come: neither service speaks first. */
  listen(onText: (text: string) => void): void {
    this.#onText = onText;
  }

  /** Whether frames still go out. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** When the newest frame was received; 0 before the first. */
  get lastMessage(): number {
    return this.#lastMessage;
  }

  /** Sends one text frame; does nothing once the connection is closing. */
  send(text: string): void {
    if (this.#state !== "open") return;
    this.#onFrame?.("sent", text);
    this.#socket.send(text);
  }

  /** Ends the connection; idempotent. Nothing is received after it. Resolves when it has ended. */
  async close(code = 1000, reason = ""): Promise<void> {
    if (this.#state === "open") {
      this.#state = "closing";
      this.#socket.close(code, reason);
      const cancel = this.timers.after(CLOSE_TIMEOUT_MS, () => {
        this.#ended(1006, "the service did not answer the close");
        // Whoever connects again must not have two connections.
        this.#socket.terminate?.();
      });
      void this.closed.then(cancel);
    }
    await this.closed;
  }

  /** Gives a dead connection up: it has ended at once, with 1006 and this reason. */
  giveUp(reason: string): void {
    if (this.#state !== "open") return;
    this.#ended(1006, reason);
    if (this.#socket.terminate === undefined) this.#socket.close();
    else this.#socket.terminate();
  }

  #ended(code: number, reason: string): void {
    if (this.#state === "ended") return;
    const wanted = this.#state === "closing";
    this.#state = "ended";
    this.#end({ code, reason, wanted });
  }
}

/** Connects. Rejects with a {@link ClientError} of kind `connect`; the message never shows the query, where tokens are. */
export function openConnection(url: string, options: ConnectionOptions): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const shown = url.replace(/\?.*$/, "");
  const fail = (why: string): void => reject(new ClientError("connect", `cannot connect to ${shown}: ${why}`));
  const Constructor = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (Constructor === undefined) {
    fail("this host has no WebSocket; pass one in the options");
    return promise;
  }
  if (options.signal?.aborted === true) {
    fail("no longer wanted");
    return promise;
  }
  let socket: WebSocketLike;
  try {
    socket = new Constructor(url);
  } catch {
    fail("not a WebSocket address");
    return promise;
  }
  socket.binaryType = "arraybuffer";
  const connection = new Connection(socket, options);
  const giveUp = (why: string): void => {
    fail(why);
    void connection.close();
  };
  const cancel = connection.timers.after(CONNECT_TIMEOUT_MS, () =>
    giveUp(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`),
  );
  const stop = (): void => giveUp("no longer wanted");
  options.signal?.addEventListener("abort", stop);
  const settled = (): void => {
    cancel();
    options.signal?.removeEventListener("abort", stop);
  };
  socket.addEventListener("open", () => {
    settled();
    resolve(connection);
  });
  let status: number | undefined;
  // Without this listener the package `ws` would throw. It alone tells the status of a refusal, in the words of its message.
  socket.addEventListener("error", ({ message } = {}) => (status = statusIn(message)));
  // Elsewhere a WebSocket does not tell its owner why: 1006 is all that a browser shows of a refused handshake.
  socket.addEventListener("close", () => {
    settled();
    if (status === undefined) {
      fail("nothing listens there, or it refused the handshake (token unknown or missing, or too many connections)");
    } else
      reject(
        new ClientError("connect", `${shown} refused: ${status}${REFUSALS[status] ?? ""}`, status, status !== 401),
      );
  });
  return promise;
}

/** Words for the statuses with which a service refuses a handshake (alltick.md 4). */
const REFUSALS: Readonly<Record<number, string>> = {
  401: " token unknown, missing or expired",
  429: " too many connections, or again too soon",
};

/** `Unexpected server response: 401` */
function statusIn(message: unknown): number | undefined {
  const [, status] = /response: (\d{3})\b/.exec(typeof message === "string" ? message : "") ?? [];
  return status === undefined ? undefined : Number(status);
}
