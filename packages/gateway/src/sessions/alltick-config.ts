/** What an operator can choose about the AllTick dialect. */
import type { DayAnchor } from "@tickwire/protocol/alltick";

/** Choices where the vendor's documents contradict each other, or where its own rule breaks its own examples. */
export interface AllTickConfig {
  /** `ret` of the reply to a request whose header cannot be read. */
  readonly malformedRet: 201 | 202 | 400;
  /** A list longer than the plan allows: keep its beginning, or refuse it with 603. */
  readonly overLimit: "truncate" | "reject";
  /** Request spacing: stop floods only, or enforce the plan's own rules, its reconnect gap and its HTTP rates as well. */
  readonly pacing: "generous" | "vendor";
  /** What keeps a connection alive: 22000 only, or any frame and any WebSocket ping. */
  readonly heartbeat: "strict" | "lenient";
  /** A connection that was not kept alive for this long, and the grace on top, is closed. */
  readonly heartbeatTimeoutMs: number;
  /** Real clients send at exactly the timeout (alltick.md 3.1). */
  readonly heartbeatGraceMs: number;
  /** Where timestamps of bars of a day and more stand over HTTP (alltick.md 11.17). */
  readonly dayBars: DayAnchor;
  /** IANA zone of the service's own wall clock: HTTP counters of a day start again at its midnight (alltick.md 11.17). */
  readonly zone: string;
}
