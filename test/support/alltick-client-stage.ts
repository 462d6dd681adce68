/** An AllTick client of the vendor's service without a network, and what it told. */
import type { Trade } from "@tickwire/protocol/model";
import { AllTickClient } from "../../packages/client/src/alltick-client.ts";
import type { AllTickClientOptions, AllTickRefusal } from "../../packages/client/src/alltick-client-options.ts";
import type { ClientStatus, Hole } from "../../packages/client/src/status.ts";
import { Upstream } from "./alltick-upstream.ts";
import { settle } from "./fake-service.ts";

/** A client of a service, and what it told. */
export function stage(more: Partial<AllTickClientOptions> = {}) {
  const upstream = new Upstream();
  const told = {
    trades: [] as Trade[],
    holes: [] as Hole[],
    statuses: [] as ClientStatus[],
    refusals: [] as AllTickRefusal[],
    subscribed: 0,
  };
  const client = new AllTickClient({
    ...upstream.options,
    plan: "basic",
    random: () => 0,
    onTrade: (trade) => told.trades.push(trade),
    onHole: (hole) => told.holes.push(hole),
    onStatus: (status) => told.statuses.push(status),
    onRefusal: (refusal) => told.refusals.push(refusal),
    onSubscribed: () => told.subscribed++,
    ...more,
  });
  const pass = (ms: number): Promise<void> => upstream.timers.pass(ms);
  return { upstream, client, told, pass };
}

/** What was asked of a connection: the command and its codes, or what it cancels. */
export function asked(upstream: Upstream, at = -1): unknown[] {
  return upstream.connections
    .at(at)!
    .requests.map(({ request: { cmd_id, data } }) => [
      cmd_id,
      data.symbol_list?.map(({ code }) => code) ?? data.cancel_type,
    ]);
}

/** The next of an iterator within what has happened. */
export async function next<T>(iterator: AsyncIterator<T, undefined>): Promise<T | "ended" | "waits"> {
  let got: T | "ended" | "waits" = "waits";
  void iterator.next().then((result) => (got = result.done === true ? "ended" : result.value));
  await settle();
  return got;
}
