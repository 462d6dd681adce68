/** What CTP's dialects write, shared by all connections so that it is written once. */
import { encodeInstrument, makeTickEncoder, type Dialect } from "@tickwire/protocol/ctp";
import type { Instrument } from "@tickwire/protocol/model";
import type { Encoding } from "../core/hub.ts";

function makeTicks(dialect: Dialect): Encoding<"snapshot"> {
  return { key: `ctp-${dialect}`, kind: "snapshot", conflate: true, encode: makeTickEncoder(dialect) };
}

/** The encodings of one gateway. */
export class CtpEncodings {
  /** Ticks, by dialect. To a slow reader only the latest matters: every tick carries the whole state of the day. */
  readonly ticks: Readonly<Record<Dialect, Encoding<"snapshot">>> = {
    seed: makeTicks("seed"),
    legacy: makeTicks("legacy"),
    classic: makeTicks("classic"),
  };
  readonly #instruments = { seed: new WeakMap<Instrument, string>(), sibling: new WeakMap<Instrument, string>() };

  /** The `Instrument` body of a dialect as JSON: a query for everything costs no encoding after the first. */
  instrument(dialect: Dialect, instrument: Instrument): string {
    const known = this.#instruments[dialect === "seed" ? "seed" : "sibling"];
    let text = known.get(instrument);
    if (text === undefined) known.set(instrument, (text = encodeInstrument(dialect, instrument)));
    return text;
  }
}
