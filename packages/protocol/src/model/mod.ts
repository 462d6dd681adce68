/** Public door of the model. */
export * from "./calendar.ts";
export * from "./decimal.ts";
export * from "./holidays.ts";
export * from "./id-patterns.ts";
export * from "./instrument.ts";
export * from "./kline.ts";
export * from "./price-grid.ts";
export * from "./ticker.ts";
export * from "./same.ts";
export * from "./snapshot-order.ts";
export * from "./ticks.ts";
export * from "./trading.ts";
export * from "./zone.ts";
export * from "./listing.ts";
export * from "./sum.ts";
