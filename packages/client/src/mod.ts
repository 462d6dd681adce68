/** Public door of the client. */
export * from "./alltick.ts";
export * from "./connection.ts";
export * from "./ctp.ts";
export type { Row } from "./ctp-orders.ts";
export type * from "./status.ts";
