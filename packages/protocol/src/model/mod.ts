/** Public door of the model. */
export * from "./instrument.ts";
export * from "./ticks.ts";
export * from "./zone.ts";
export * from "./holidays.ts";
export * from "./calendar.ts";
export * from "./decimal.ts";
export * from "./kline.ts";
