/** Instruments of the catalogue, for ticks of the CTP dialect: they carry a wall clock, and only their instrument's terms say whose. */
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { Instrument } from "@tickwire/protocol/model";

/** Makes a function that finds them by their id. */
export function makeCatalog(): (id: string) => Instrument | undefined {
  const byId = new Map(securities().map((instrument) => [instrument.id, instrument]));
  return (id) => {
    let found = byId.get(id);
    if (found === undefined && (found = futureOf(id)) !== undefined) byId.set(id, found);
    return found;
  };
}
