/** Which instruments a simulation has from its start. */
import { futureOf, listedFutures, securities } from "@tickwire/protocol/catalog";
import { isPattern, makeIdFilter, type EpochMs, type Instrument } from "@tickwire/protocol/model";
import type { SimOptions } from "./options.ts";

/**
 * Those of the catalogue that the options ask for, and contracts that they name though nobody lists them at `now`. Throws where
 * there is none, or where one that is named does not exist.
 */
export function chooseInstruments({ instruments }: SimOptions, now: EpochMs): Instrument[] {
  const accepts = makeIdFilter(instruments);
  const chosen = [...listedFutures(), ...securities()].filter(({ id }) => accepts(id));
  const ids = new Set(chosen.map(({ id }) => id));
  for (const entry of instruments) {
    if (isPattern(entry) || ids.has(entry)) continue;
    const made = futureOf(entry, now);
    if (made === undefined) throw new Error(`instruments: there is no instrument ${JSON.stringify(entry)}`);
    chosen.push(made);
    ids.add(entry);
  }
  if (chosen.length === 0) throw new Error(`instruments: nothing matches ${instruments.join(",")}`);
  return chosen;
}
