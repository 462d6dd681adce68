/** The SDK's client as the feed uses it: tests have their own. */
import type { AllTickClient, AllTickClientOptions } from "@tickwire/client";

/** The part of a client that is used. */
export type UpstreamClient = Pick<
  AllTickClient,
  "setSubscriptions" | "statusOf" | "kline" | "batchKline" | "staticInfo" | "reconnect" | "close"
>;

/** Makes a client; injected, so that tests need no network. */
export type MakeClient = (options: AllTickClientOptions) => UpstreamClient;
