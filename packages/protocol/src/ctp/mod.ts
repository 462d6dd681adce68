/** Public door of CTP JSON: both directions of the seed, legacy and classic dialects. */
export type * from "./messages.ts";
export { isDialect } from "./messages.ts";
export * from "./fields.ts";
export * from "./requests.ts";
export * from "./dialects.ts";
export * from "./codec.ts";
export * from "./trading.ts";
