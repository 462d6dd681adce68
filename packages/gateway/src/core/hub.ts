/**
 * Topics and who listens to them. A topic is one instrument and one kind of event; below it subscribers are grouped by
 * encoding, so that an event is written once per encoding, however many listen, and not at all when nobody does.
 * Everything is synchronous: when `publish` returns, every outlet has the message.
 */
import type { Instrument } from "@tickwire/protocol/model";
import type { EventOf, Kind } from "../ports/market.ts";

/** How one dialect writes one kind of event. Encodings with equal `key` must write equal text: their text is shared. */
export interface Encoding<K extends Kind> {
  readonly key: string;
  readonly kind: K;
  /** Whether to a slow reader only the latest message of the topic matters (books, snapshots: yes; trades: never). */
  readonly conflate: boolean;
  /** Of an encoding that is conflated: whether this event must be delivered all the same (a bar that has closed). */
  readonly mustArrive?: (event: EventOf[K]) => boolean;
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

  constructor(encoding: Encoding<K>) {
    this.encoding = encoding;
  }

  /** Not kept: a frame that lives on costs the collector more than encoding it again for a newcomer. */
  message(event: EventOf[K], instrument: Instrument): Message {
    const { encoding } = this;
    const replaceable = encoding.conflate && encoding.mustArrive?.(event) !== true;
    return {
      text: encoding.encode(event, instrument),
      conflation: replaceable ? this : null,
      frame: null,
    };
  }
}

/** Told of an instrument that somebody listens to now, whatever kind it is, and of one that nobody listens to any more. */
export type Watch = (id: string, watched: boolean) => void;

/** One instrument's topics, with the last event of each kind. Made by {@link Hub.channel}. */
export class Channel {
  readonly id: string;
  /** Undefined while clients wait for an instrument that no feed has announced. */
  instrument: Instrument | undefined;
  last: { -readonly [K in Kind]?: EventOf[K] } = {};
  /** Makes the newest event of a kind that is not published at each change; what it answers comes before `last`. */
  recall: ((kind: Kind) => EventOf[Kind] | undefined) | undefined;
  /** Kinds that somebody listens to; no group is empty. */
  readonly #groups: { [K in Kind]?: Map<string, Group<K>> } = {};
  readonly #onWatch: Watch;

  constructor(id: string, onWatch: Watch) {
    this.id = id;
    this.#onWatch = onWatch;
  }

  /** Makes `event` the last of its kind and hands it to everyone who listens. Returns how many that were. */
  publish<K extends Kind>(kind: K, event: EventOf[K]): number {
    (this.last as { [P in K]: EventOf[P] })[kind] = event;
    const groups = this.#groups[kind] as Map<string, Group<K>> | undefined;
    const instrument = this.instrument;
    if (groups === undefined || instrument === undefined) return 0;
    let count = 0;
    for (const group of groups.values()) {
      const message = group.message(event, instrument);
      const { outlets } = group;
      for (let i = 0; i < outlets.length; i++) outlets[i]!.deliver(message);
      count += outlets.length;
    }
    return count;
  }

  /** Forgets the last events: another feed tells this instrument's story from now on. */
  forget(): void {
    this.last = {};
  }

  /** Whether anybody listens to this kind: what is made for listeners only need not be made. */
  watches(kind: Kind): boolean {
    return this.#groups[kind] !== undefined;
  }

  /** Adds `outlet` to the topic; with `replayLast` it gets the last known event first, if there is one. */
  subscribe<K extends Kind>(encoding: Encoding<K>, outlet: Outlet, replayLast: boolean): Subscription {
    const first = !this.watched;
    const groups = this.#groupsOf(encoding.kind);
    let group = groups.get(encoding.key);
    if (group === undefined) groups.set(encoding.key, (group = new Group(encoding)));
    const { outlets } = group;
    outlets.push(outlet);
    const event = (replayLast ? (this.recall?.(encoding.kind) ?? this.last[encoding.kind]) : undefined) as
      | EventOf[K]
      | undefined;
    if (replayLast && event !== undefined && this.instrument !== undefined) {
      outlet.deliver(group.message(event, this.instrument));
    }
    if (first) this.#onWatch(this.id, true);
    let live = true;
    return {
      cancel: () => {
        if (!live) return;
        live = false;
        outlets.splice(outlets.indexOf(outlet), 1);
        if (outlets.length > 0) return;
        groups.delete(encoding.key);
        if (groups.size === 0) delete this.#groups[encoding.kind];
        if (!this.watched) this.#onWatch(this.id, false);
      },
    };
  }

  /** Whether anybody listens to any topic of this instrument. */
  get watched(): boolean {
    return Object.keys(this.#groups).length > 0;
  }

  #groupsOf<K extends Kind>(kind: K): Map<string, Group<K>> {
    const known = this.#groups[kind] as Map<string, Group<K>> | undefined;
    if (known !== undefined) return known;
    const groups = new Map<string, Group<K>>();
    (this.#groups as { [P in K]?: Map<string, Group<P>> })[kind] = groups;
    return groups;
  }
}

/** The registry of channels. Channels of unknown instruments live only while somebody listens: no client can grow it. */
export class Hub {
  readonly #channels = new Map<string, Channel>();
  readonly #watches: Watch[] = [];

  /** Lets `watch` hear of the instruments that are listened to from now on. It returns at once and does not call back. */
  onWatch(watch: Watch): void {
    this.#watches.push(watch);
  }

  /** The channel of `id`, made on first use. */
  channel(id: string): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) this.#channels.set(id, (channel = new Channel(id, this.#tell)));
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

  readonly #tell: Watch = (id, watched) => {
    for (const watch of this.#watches) watch(id, watched);
  };
}
