/** Instruments by their codes: those of the catalogue as it has them, others as their spelling tells (alltick.md 8). Pure. */
import { levelsOf, MAX_CODE_CHARS } from "@tickwire/protocol/alltick";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { EpochMs, Instrument, Listing } from "@tickwire/protocol/model";

const KNOWN: ReadonlyMap<string, Instrument> = new Map(securities().map((instrument) => [instrument.id, instrument]));

/** An instrument whose hours, decimals and currency are those of its kind. Throws where the catalogue lacks it: a mistake in here. */
function pattern(id: string): Instrument {
  const instrument = KNOWN.get(id);
  if (instrument === undefined) throw new Error(`the catalogue has no ${id}`);
  return instrument;
}

const US_STOCK = pattern("AAPL.US");
const US_INDEX = pattern(".DJI.US");
const HK_STOCK = pattern("700.HK");
const HK_INDEX = pattern("HSI.HK");
const SH_STOCK = pattern("600519.SH");
const SZ_STOCK = pattern("000858.SZ");
const SH_INDEX = pattern("000001.SH");
const SZ_INDEX = pattern("399001.SZ");
const FOREX = pattern("EURUSD");
const YEN = pattern("USDJPY");
const METAL = pattern("GOLD");
const COIN = pattern("DOGEUSDT");
const CFD = pattern("US500");
const STOCK_SUFFIX = /\.(?:US|HK|SH|SZ)$/;

/** Currencies that forex codes are made of. */
const CURRENCIES = new Set(
  (
    "USD EUR GBP JPY AUD NZD CAD CHF CNH CNY HKD SGD INR KRW TWD THB MYR IDR PHP VND SEK NOK DKK PLN HUF CZK " +
    "RON RUB TRY ZAR MXN BRL CLP COP ILS AED SAR KWD"
  ).split(" "),
);

/** What a spelling tells; the first that fits counts. */
const SPELLINGS: readonly (readonly [RegExp, (code: string) => Instrument | undefined])[] = [
  [/^\.[A-Z]{1,8}\.US$/, () => US_INDEX],
  [/^[A-Z][A-Z0-9.-]{0,9}\.US$/, () => US_STOCK],
  [/^[1-9]\d{0,4}\.HK$/, () => HK_STOCK],
  [/^[A-Z]{2,10}\.HK$/, () => HK_INDEX],
  [/^000\d{3}\.SH$/, () => SH_INDEX],
  [/^[5-9]\d{5}\.SH$/, () => SH_STOCK],
  [/^399\d{3}\.SZ$/, () => SZ_INDEX],
  [/^[0-3]\d{5}\.SZ$/, () => SZ_STOCK],
  [/^XA[UG][A-Z]{3}$/, () => METAL],
  [/^[A-Z]{6}$/, forexOf],
  [/^[A-Z0-9]{2,12}(?:USDT|USDC)$/, () => COIN],
];

/** Whether AllTick itself could have a code of this spelling; a future of China it does not have. */
export function isAllTickCode(code: string): boolean {
  return KNOWN.has(code) || bySpelling(code) !== undefined;
}

/**
 * The instrument that `code` names; undefined where neither the catalogue knows it nor its spelling tells what it is. Prices
 * and volumes of those that are only spelled have the decimals that are usual for their kind.
 */
export function instrumentOf(code: string, near: EpochMs): Instrument | undefined {
  if (code.length > MAX_CODE_CHARS) return undefined;
  const known = KNOWN.get(code) ?? futureOf(code, near);
  if (known !== undefined) return known;
  const like = bySpelling(code);
  if (like === undefined) return undefined;
  return { ...like, id: code, product: code, name: code, levels: levelsOf(like.kind, like.market) };
}

/**
 * The instrument of a code that an operator names though nothing tells what it is: something over the counter or a stock, by the
 * endpoint that has it.
 */
export function unknownInstrument(code: string): Instrument {
  const stock = STOCK_SUFFIX.exec(code)?.[0];
  const like =
    stock === undefined ? CFD : { ".US": US_STOCK, ".HK": HK_STOCK, ".SH": SH_STOCK, ".SZ": SZ_STOCK }[stock]!;
  return { ...like, id: code, product: code, name: code };
}

/**
 * The instrument with room for a price and a volume that have more decimals than it was thought to have; the same object where there
 * is room: nothing that the upstream says is rounded away.
 */
export function withRoom(instrument: Instrument, price: number, volume: number): Instrument {
  const priceDecimals = decimalsFor(price, instrument.priceDecimals);
  const volumeDecimals = decimalsFor(volume, instrument.volumeDecimals);
  if (priceDecimals === instrument.priceDecimals && volumeDecimals === instrument.volumeDecimals) return instrument;
  const priceTick = priceDecimals === instrument.priceDecimals ? instrument.priceTick : 10 ** -priceDecimals;
  return { ...instrument, priceTick, priceDecimals, volumeDecimals };
}

/** No more decimals are made room for. */
const MAX_DECIMALS = 12;
/** What binary numbers lose when a decimal one is read and multiplied, as a part of it. */
const NOISE = 5e-16;

/** Decimals that a value needs, `least` where those do. */
function decimalsFor(value: number, least: number): number {
  let decimals = least;
  for (; decimals < MAX_DECIMALS; decimals++) {
    const scaled = value * 10 ** decimals;
    // What is no number needs none.
    if (!(Math.abs(scaled - Math.round(scaled)) > scaled * NOISE)) break;
  }
  return decimals;
}

/** The instrument with what its listing tells; the same object where that is nothing new. */
export function withListing(instrument: Instrument, listing: Listing): Instrument {
  const chinese = instrument.market !== "US";
  const name = (chinese ? listing.nameCn || listing.nameEn : listing.nameEn || listing.nameCn) || instrument.name;
  const exchange = EXCHANGES[listing.exchange] ?? instrument.exchange;
  const currency = listing.currency || instrument.currency;
  if (name === instrument.name && exchange === instrument.exchange && currency === instrument.currency)
    return instrument;
  // What the catalogue knows has the name that its users know.
  return { ...instrument, name: KNOWN.has(instrument.id) ? instrument.name : name, exchange, currency };
}

/** Venues by the names that static_info gives them (alltick.md 5.3). */
const EXCHANGES: Readonly<Record<string, string>> = {
  SEHK: "HKEX",
  NASD: "NASDAQ",
  NYSE: "NYSE",
  SSE: "SSE",
  SZSE: "SZSE",
};

function bySpelling(code: string): Instrument | undefined {
  return SPELLINGS.find(([spelling]) => spelling.test(code))?.[1](code);
}

function forexOf(code: string): Instrument | undefined {
  const base = code.slice(0, 3);
  const quote = code.slice(3);
  if (base === quote || !CURRENCIES.has(base) || !CURRENCIES.has(quote)) return undefined;
  return { ...(quote === "JPY" ? YEN : FOREX), currency: quote };
}
