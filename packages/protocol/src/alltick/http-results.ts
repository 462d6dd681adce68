/** Shapes of what HTTP calls answer: for documents, and for whoever wants to check an answer (alltick.md 5). */
import type { HttpCall } from "./http-calls.ts";
import { figure, list, record, text, whole, type Shape } from "./schema.ts";

const code = text("As it was asked for", { example: "BTCUSDT" });
const count = (description: string, example: string): Shape<string> => ({
  ...text(description, { example }),
  json: { description, type: "string", pattern: "^\\d+$", examples: [example] },
});
const seq = count("Grows, with gaps", "48210771");
const tickTime = count("Exchange time, unix milliseconds", "1786012345123");
const price = (description: string): Shape<number> => figure(description, "84160.55");

const bar = record("Kline", "A bar: seven strings.", {
  timestamp: count("When it begins, unix seconds", "1786012320"),
  open_price: price("First price"),
  close_price: price("Last price; of the bar in progress the latest"),
  high_price: price("Highest price"),
  low_price: price("Lowest price"),
  volume: figure("Volume", "2.0030"),
  turnover: figure("Money", "168570.800000"),
});
const klineType = whole("As it was asked for", { min: 1, max: 10 });

const trade = record("TradeTick", "The last trade of an instrument.", {
  code,
  seq,
  tick_time: tickTime,
  price: price("Price"),
  volume: figure("Volume", "0.01320"),
  turnover: figure("Money", "1110.919260"),
  trade_direction: whole("1 the buyer was aggressive, 2 the seller, 0 unknown", { values: [0, 1, 2] }),
});

const level = record("Level", "A price level.", { price: price("Price"), volume: figure("Volume", "0.8123") });
const book = record("DepthTick", "The book of an instrument, best levels first.", {
  code,
  seq,
  tick_time: tickTime,
  bids: list("Bids, best first", level),
  asks: list("Asks, best first", level),
});

const fact = (description: string): Shape<string> => text(description);
const staticInfo = record("StaticInfo", "Facts of a listing; empty where they are not known.", {
  board: fact("Board, such as HKEquity"),
  bps: fact("Book value per share"),
  circulating_shares: fact("Circulating shares"),
  currency: fact("Currency"),
  dividend_yield: fact("Dividend yield in per cent"),
  eps: fact("Earnings per share"),
  eps_ttm: fact("Earnings per share of the last twelve months"),
  exchange: fact("Exchange: SSE, SZSE, SEHK, NASD, NYSE"),
  hk_shares: fact("Shares in Hong Kong"),
  lot_size: fact("Shares in a round lot"),
  name_cn: fact("Name, simplified Chinese"),
  name_en: fact("Name, English"),
  name_hk: fact("Name, traditional Chinese"),
  symbol: fact("Code"),
  total_shares: fact("Shares in total"),
});

const maybe = (description: string): Shape<number> => ({ ...figure(description, "84160.55"), fallback: NaN });
const ticker = record("Ticker", "An instrument's day; what does not exist or is not known is left out.", {
  code,
  tick_time: tickTime,
  trading_day: text("YYYYMMDD", { example: "20260806" }),
  last_price: maybe("Last price"),
  base_price: maybe("What the change is counted from: previous settlement of futures, else previous close"),
  change: maybe("last_price - base_price"),
  change_percent: maybe("Change in per cent of the base"),
  open_price: maybe("First price of the day"),
  high_price: maybe("Highest price of the day"),
  low_price: maybe("Lowest price of the day"),
  volume: maybe("Volume of the day"),
  turnover: maybe("Money of the day"),
  open_interest: maybe("Of futures only"),
  bid_price: maybe("Best bid"),
  bid_volume: maybe("Its volume"),
  ask_price: maybe("Best ask"),
  ask_volume: maybe("Its volume"),
});

const time = text("HH:MM", { example: "09:30" });
const session = record("Session", "From and to, wall clock of the zone; an end before its start is after midnight.", {
  start: time,
  end: time,
});
const instrument = record("Instrument", "What a client needs to know of an instrument.", {
  code,
  name: text("Name"),
  kind: text("future, stock, index, forex, metal, energy, commodity, crypto, cfd-index"),
  market: text("CN-FUTURES, CN, HK, US, GLOBAL"),
  exchange: text("Exchange or venue"),
  product: text("Product of a future, else the code"),
  currency: text("Currency"),
  price_tick: figure("Smallest price step", "0.01"),
  price_decimals: whole("Decimals of prices", { min: 0 }),
  volume_decimals: whole("Decimals of volumes", { min: 0 }),
  multiplier: { ...figure("Turnover = price × volume × multiplier", "1"), json: { type: "number" } },
  levels: whole("Book levels per side", { min: 0 }),
  expire_date: text("Last trading day YYYYMMDD; of futures only", { fallback: "" }),
  hours: record("Hours", "When it trades.", {
    zone: text("IANA zone"),
    holidays: text("CN, HK, US, WEEKDAYS, NONE"),
    day: list("Sessions of the day", session),
    night: { ...session, fallback: { start: "", end: "" } },
    day_start: time,
  }),
});

const ticks = (item: Shape<unknown>): Shape<unknown> =>
  record(`${item.json.title}s`, "One for each known code that has one.", { tick_list: list("In order", item) });

/** What `data` of each call's answer is. */
export const HTTP_RESULTS: Readonly<Record<HttpCall, Shape<unknown>>> = {
  kline: record("Klines", "Bars, ascending.", { code, kline_type: klineType, kline_list: list("Bars", bar) }),
  "batch-kline": record("BatchKlines", "Groups in the order of the request.", {
    kline_list: list(
      "Groups",
      record("KlineGroup", "Bars, ascending.", { code, kline_type: klineType, kline_data: list("Bars", bar) }),
    ),
  }),
  "trade-tick": ticks(trade),
  "depth-tick": ticks(book),
  static_info: record("StaticInfos", "One for each known code.", { static_info_list: list("In order", staticInfo) }),
  ticker: record("Tickers", "One for each known code that has one.", { ticker_list: list("In order", ticker) }),
  instruments: record("Instruments", "One page.", {
    total_count: whole("On all pages", { min: 0 }),
    instrument_list: list("On this page", instrument),
  }),
};
