/** Public door of the client. */
export * from "./alltick.ts";
export * from "./alltick-client.ts";
export type * from "./alltick-client-options.ts";
export type { KlineQuestion, SuspensionRange } from "./alltick-http.ts";
export * from "./connection.ts";
export * from "./ctp.ts";
export { CtpLink } from "./ctp-link.ts";
export type { SubscriptionOutcome } from "./ctp-subscriptions.ts";
export * from "./ctp-client.ts";
export type * from "./ctp-client-options.ts";
export { isTemporary } from "./errors.ts";
export * from "./back-off.ts";
export { isNewBar, readKlines, type AskKlines } from "./kline-history.ts";
export { EventQueue, QUEUE_LIMIT, type QueueOptions } from "./queue.ts";
export type { Row } from "./ctp-orders.ts";
export type * from "./status.ts";
