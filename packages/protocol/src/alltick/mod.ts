/** Public door of the AllTick wire. */
export * from "./codes.ts";
export * from "./frames.ts";
export * from "./limits.ts";
export * from "./messages.ts";
export * from "./pushes.ts";
export * from "./replies.ts";
export * from "./requests.ts";
