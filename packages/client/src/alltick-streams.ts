/** The iterators of an AllTick client: who is open, what it wants, and what ends it. */
import { endpointOfCode, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import type { Book, Kline, Ticker, Trade } from "@tickwire/protocol/model";
import type { AllTickKind, AllTickRefusal, AllTickSubscriptions, StreamOptions } from "./alltick-client-options.ts";
import type { Demands } from "./alltick-demands.ts";
import { ClientError } from "./connection.ts";
import { FanOut } from "./fan-out.ts";
import { EventQueue } from "./queue.ts";
import type { Hole } from "./status.ts";

/** An iterator that is open, whatever its events are. */
interface OpenStream {
  readonly codes: ReadonlySet<string>;
  readonly onHole: StreamOptions["onHole"];
  /** What it subscribed to; undefined: it lives without the connection. */
  kind: AllTickKind | undefined;
  end(error?: Error): void;
}

/** An iterator under its client's eyes. */
export interface Stream<E> {
  readonly queue: EventQueue<E>;
  /** Wants this from now on, until it ends. Throws as {@link Demands} does. */
  want(kind: AllTickKind, want: AllTickSubscriptions): void;
  /** Is called when it ends. */
  onEnd(run: () => void): void;
}

/** The open iterators of a client, and the listeners among them. */
export class Streams {
  readonly trades = new FanOut<Trade>();
  readonly books = new FanOut<Book>();
  readonly klines = new FanOut<Kline>();
  readonly tickers = new FanOut<Ticker>();
  readonly #open = new Set<OpenStream>();
  readonly #demands: Demands;
  readonly #onChange: () => void;
  #closed = false;

  /** `onChange` is called when what is wanted has changed. */
  constructor(demands: Demands, onChange: () => void) {
    this.#demands = demands;
    this.#onChange = onChange;
  }

  /** Opens one. Throws a {@link ClientError} once the client is closed. */
  open<E>(codes: readonly string[], options: StreamOptions, limit: number): Stream<E> {
    if (this.#closed) throw new ClientError("closed", "the client is closed", undefined, false);
    const ends: (() => void)[] = [];
    const queue = new EventQueue<E>({
      limit: options.limit ?? limit,
      onLost: options.onLost,
      onDone: () => {
        this.#open.delete(stream);
        for (const run of ends) run();
      },
    });
    const end = (error?: Error): void => queue.end(error);
    const stream: OpenStream = { codes: new Set(codes), onHole: options.onHole, kind: undefined, end };
    this.#open.add(stream);
    const want = (kind: AllTickKind, list: AllTickSubscriptions): void => {
      const release = this.#demands.add(list);
      stream.kind = kind;
      ends.push(() => {
        release();
        this.#onChange();
      });
      this.#onChange();
    };
    return { queue, want, onEnd: (run) => (queue.ended ? run() : void ends.push(run)) };
  }

  /** A list was not taken: those who wanted nothing else end. */
  refuse({ kind, codes, error }: AllTickRefusal): void {
    const refused = new Set(codes);
    for (const stream of this.#open) {
      if (stream.kind === kind && [...stream.codes].every((code) => refused.has(code))) stream.end(error);
    }
  }

  /** There will be no connection to an endpoint: those who wanted something of it end. */
  fail(endpoint: AllTickEndpoint, error: ClientError): void {
    for (const stream of this.#open) {
      if (stream.kind === undefined) continue;
      if ([...stream.codes].some((code) => endpointOfCode(code) === endpoint)) stream.end(error);
    }
  }

  /** Tells a hole in trades and books to whom it concerns. */
  tell(hole: Hole): void {
    for (const { kind, codes, onHole } of this.#open) {
      if (onHole === undefined || (kind !== "trades" && kind !== "books")) continue;
      const own = hole.codes.filter((code) => codes.has(code));
      if (own.length > 0) onHole({ ...hole, codes: own });
    }
  }

  /** Ends all of them, for good. */
  close(): void {
    this.#closed = true;
    for (const { end } of this.#open) end();
  }
}
