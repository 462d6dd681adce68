/** Public door of the client. */
export * from "./alltick.ts";
export * from "./connection.ts";
export * from "./ctp.ts";
export { BACK_OFF, backOffDelay, type BackOff } from "./keeper.ts";
export { EventQueue, QUEUE_LIMIT, type QueueOptions } from "./queue.ts";
export type { Row } from "./ctp-orders.ts";
export type * from "./status.ts";
