/** Which instruments a ReqQryInstrument asks for. */
import { passesFilter, type InstrumentFilter } from "@tickwire/protocol/ctp";
import type { Instrument } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";

/** All instruments that pass the filter, in the desk's order; one that is named may be made for the asking. */
export function findInstruments(desk: Desk, filter: InstrumentFilter): readonly Instrument[] {
  const id = filter.instrumentId || filter.exchangeInstId;
  if (id === "") return [...desk.instruments()].filter((instrument) => passesFilter(instrument, filter));
  const instrument = desk.instrument(id);
  return instrument !== undefined && passesFilter(instrument, filter) ? [instrument] : [];
}
