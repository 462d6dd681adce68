/** What a CTP upstream lists, as instruments. CTP says nothing about trading hours: the catalogue does. Pure. */
import { futureOf, futureProductOf, securities } from "@tickwire/protocol/catalog";
import { CHINA_HOURS, toInstrument } from "@tickwire/protocol/ctp";
import { decimalsOf, type EpochMs, type FutureTerms, type Instrument } from "@tickwire/protocol/model";

const SECURITIES: ReadonlyMap<string, Instrument> = new Map(
  securities().map((instrument) => [instrument.id, instrument]),
);
/** The first instrument of each venue that lists no futures, a stock where it has any: others there have its hours and currency. */
const OF_VENUE: ReadonlyMap<string, Instrument> = new Map(
  securities()
    .toReversed()
    .map((instrument) => [instrument.exchange, instrument]),
);
/** CTP ProductClass of what is served: futures and spot (ctp.md d.11). Options and combinations are no instruments here. */
const SERVED = new Set(["", "1", "4"]);

/** Ids of options and combinations (`rb2605C3000`, `m2605-C-3000`, `SPD RM605&RM609`): the seed's nine fields have no ProductClass. */
const NOT_SERVED = /\d-?[CP]-?\d|[ &]/;

/** The instrument with this id as the catalogue has it; of decades that an id does not tell the one that is near `near`. */
export function catalogued(id: string, near: EpochMs): Instrument | undefined {
  return SECURITIES.get(id) ?? futureOf(id, near);
}

/**
 * An `Instrument` as the upstream told it. What it left out, and the hours, are the catalogue's. Undefined for what is not served:
 * options and combinations, and what is neither a future nor of a venue that is known.
 */
export function listed(row: Readonly<Record<string, unknown>>, near: EpochMs): Instrument | undefined {
  const id = row["InstrumentID"];
  if (typeof id !== "string" || !SERVED.has(String(row["ProductClass"] ?? ""))) return undefined;
  const known = catalogued(id, near);
  if (known === undefined && !row["ProductClass"] && NOT_SERVED.test(id)) return undefined;
  if (known !== undefined && known.future === undefined) return known;
  const hours = known?.hours ?? futureProductOf(String(row["ProductID"] ?? ""))?.hours ?? CHINA_HOURS;
  const told = toInstrument(row, hours);
  if (told?.future === undefined) return told === undefined ? undefined : ofVenue(told);
  const priceTick = isGiven(row["PriceTick"]) ? told.priceTick : (known?.priceTick ?? told.priceTick);
  return {
    ...told,
    exchange: told.exchange || (known?.exchange ?? ""),
    product: told.product === id ? (known?.product ?? id) : told.product,
    name: told.name === id ? (known?.name ?? id) : told.name,
    priceTick,
    priceDecimals: decimalsOf(priceTick),
    multiplier: isGiven(row["VolumeMultiple"]) ? told.multiplier : (known?.multiplier ?? told.multiplier),
    future: completed(told.future, row, known?.future),
  };
}

/** What lists no futures and is not in the catalogue: as its neighbours at the venue. */
function ofVenue(told: Instrument): Instrument | undefined {
  const like = OF_VENUE.get(told.exchange);
  if (like === undefined) return undefined;
  const { id, name, priceTick } = told;
  return { ...like, id, product: id, name, priceTick };
}

/** The terms with what the upstream left out: those of the seed document's nine fields have neither limits nor margins. */
function completed(
  told: FutureTerms,
  row: Readonly<Record<string, unknown>>,
  known: FutureTerms | undefined,
): FutureTerms {
  if (known === undefined) return told;
  const terms: Record<string, unknown> = { ...known };
  for (const [name, value] of Object.entries(told)) {
    const field = name.charAt(0).toUpperCase() + name.slice(1);
    if (isGiven(row[field])) terms[name] = value;
  }
  return terms as unknown as FutureTerms;
}

/** Whether a field says something: DBL_MAX, 0 and an empty text do not. */
function isGiven(value: unknown): boolean {
  return typeof value === "number" ? value > 0 && value < 1e300 : typeof value === "string" && value !== "";
}
