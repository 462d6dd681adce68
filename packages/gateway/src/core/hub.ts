/**
 * Topics and who listens to them. A topic is one instrument and one kind of event; below it subscribers are grouped by
 * encoding, so that an event is written once per encoding, however many listen, and not at all when nobody does.
 * Everything is synchronous: when `publish` returns, every outlet has the message (house.md 2, 3).
 */
import type { Book, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";

/** The events an instrument has, by kind. */
export interface EventOf {
  readonly trade: Trade;
  readonly book: Book;
  readonly snapshot: Snapshot;
}

/** A kind of event. */
export type Kind = keyof EventOf;

/** How one dialect writes one kind of event. Encodings with equal `key` must write equal text: their text is shared. */
export interface Encoding<K extends Kind> {
  readonly key: string;
  readonly kind: K;
  /** Whether to a slow reader only the latest message of the topic matters (books, snapshots: yes; trades: never). */
  readonly conflate: boolean;
  encode(event: EventOf[K], instrument: Instrument): string;
}

/** What an outlet gets: one encoded event, shared by all its receivers. */
export interface Message {
  readonly text: string;
  /** Identity under which a newer message may replace this one in a slow reader's queue; null: it must be delivered. */
  readonly conflation: object | null;
  /** Belongs to the outlet: the wire form, made at the first delivery and reused at the others. */
  frame: Buffer | null;
}

/** A receiver. `deliver` must return without calling back into the hub. */
export interface Outlet {
  deliver(message: Message): void;
}

/** One outlet's place in a topic. */
export interface Subscription {
  /** Ends it; idempotent. After it returns the outlet gets nothing more of this topic. */
  cancel(): void;
}

/** All outlets that get one encoding of one topic. Doubles as the conflation identity of its messages. */
class Group<K extends Kind> {
  readonly encoding: Encoding<K>;
  readonly outlets: Outlet[] = [];
  #newest: Message | null = null;
  #newestOf: EventOf[K] | null = null;

  constructor(encoding: Encoding<K>) {
    this.encoding = encoding;
  }

  message(event: EventOf[K], instrument: Instrument): Message {
    if (this.#newestOf === event && this.#newest !== null) return this.#newest;
    const message: Message = {
      text: this.encoding.encode(event, instrument),
      conflation: this.encoding.conflate ? this : null,
      frame: null,
    };
    this.#newest = message;
    this.#newestOf = event;
    return message;
  }
}

type Groups = { readonly [K in Kind]: Map<string, Group<K>> };

/** One instrument's topics, with the last event of each kind. Made by {@link Hub.channel}. */
export class Channel {
  readonly id: string;
  /** Undefined while clients wait for an instrument that no feed has announced. */
  instrument: Instrument | undefined;
  readonly last: { trade?: Trade; book?: Book; snapshot?: Snapshot } = {};
  readonly #groups: Groups = { trade: new Map(), book: new Map(), snapshot: new Map() };

  constructor(id: string) {
    this.id = id;
  }

  /** Makes `event` the last of its kind and hands it to everyone who listens. Returns how many that were. */
  publish<K extends Kind>(kind: K, event: EventOf[K]): number {
    this.last[kind] = event;
    const instrument = this.instrument;
    if (instrument === undefined) return 0;
    let count = 0;
    for (const group of (this.#groups[kind] as Map<string, Group<K>>).values()) {
      const message = group.message(event, instrument);
      const outlets = group.outlets;
      for (let i = 0; i < outlets.length; i++) outlets[i]!.deliver(message);
      count += outlets.length;
    }
    return count;
  }

  /** Adds `outlet` to the topic; with `replayLast` it gets the last known event first, if there is one. */
  subscribe<K extends Kind>(encoding: Encoding<K>, outlet: Outlet, replayLast: boolean): Subscription {
    const groups = this.#groups[encoding.kind] as Map<string, Group<K>>;
    let group = groups.get(encoding.key);
    if (group === undefined) groups.set(encoding.key, (group = new Group(encoding)));
    const { outlets } = group;
    outlets.push(outlet);
    const event = this.last[encoding.kind] as EventOf[K] | undefined;
    if (replayLast && event !== undefined && this.instrument !== undefined) {
      outlet.deliver(group.message(event, this.instrument));
    }
    let live = true;
    return {
      cancel: () => {
        if (!live) return;
        live = false;
        outlets.splice(outlets.indexOf(outlet), 1);
        if (outlets.length === 0) groups.delete(encoding.key);
      },
    };
  }

  /** Whether anybody listens to any topic of this instrument. */
  get watched(): boolean {
    return this.#groups.trade.size + this.#groups.book.size + this.#groups.snapshot.size > 0;
  }
}

/** The registry of channels. Channels of unknown instruments live only while somebody listens: no client can grow it. */
export class Hub {
  readonly #channels = new Map<string, Channel>();

  /** The channel of `id`, made on first use. */
  channel(id: string): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) this.#channels.set(id, (channel = new Channel(id)));
    return channel;
  }

  /** Subscribes by id; an instrument that is announced later begins to flow then. */
  subscribe<K extends Kind>(id: string, encoding: Encoding<K>, outlet: Outlet, replayLast: boolean): Subscription {
    const channel = this.channel(id);
    const subscription = channel.subscribe(encoding, outlet, replayLast);
    return {
      cancel: () => {
        subscription.cancel();
        // A second cancel must not take the channel that others got in the meantime.
        const current = this.#channels.get(id) === channel;
        if (current && channel.instrument === undefined && !channel.watched) this.#channels.delete(id);
      },
    };
  }

  /** How many instruments are listened to. */
  get watched(): number {
    let count = 0;
    for (const channel of this.#channels.values()) if (channel.watched) count++;
    return count;
  }
}
