/** Trading hours of real markets: for the tests of all packages. */
import type { TradingHours } from "@tickwire/protocol/model";

/** Commodity futures with the exchanges' own sessions; `night`: when the session that begins at 21:00 ends, where there is one. */
export function commodityHours(night?: string): TradingHours {
  return {
    zone: "Asia/Shanghai",
    holidays: "CN",
    day: [
      ["09:00", "10:15"],
      ["10:30", "11:30"],
      ["13:30", "15:00"],
    ],
    ...(night === undefined ? {} : { night: ["21:00", night] as const }),
    dayStart: "18:00",
  };
}

/** Most commodity futures: with a night session until 23:00. */
export const COMMODITY_HOURS = commodityHours("23:00");

/** Futures without pauses by day; with a night session until 02:30. */
export const PLAIN_FUTURES_HOURS: TradingHours = { ...commodityHours("02:30"), day: [["09:00", "15:00"]] };

export const HONG_KONG_HOURS: TradingHours = {
  zone: "Asia/Hong_Kong",
  holidays: "HK",
  day: [
    ["09:30", "12:00"],
    ["13:00", "16:00"],
  ],
  dayStart: "00:00",
};

export const NEW_YORK_HOURS: TradingHours = {
  zone: "America/New_York",
  holidays: "US",
  day: [["09:30", "16:00"]],
  dayStart: "00:00",
};

/** From Sunday 17:00 to Friday 17:00 in New York. */
export const FOREX_HOURS: TradingHours = {
  zone: "America/New_York",
  holidays: "WEEKDAYS",
  day: [["17:00", "17:00"]],
  dayStart: "17:00",
};

/** Round the clock, every day. */
export const CRYPTO_HOURS: TradingHours = {
  zone: "UTC",
  holidays: "NONE",
  day: [["00:00", "24:00"]],
  dayStart: "00:00",
};
