import assert from "node:assert/strict";
import { it } from "node:test";
import type { Kline } from "@tickwire/protocol/model";
import { ClientError } from "./connection.ts";
import { KlinePoller } from "./kline-poller.ts";

it("a series that is refused for good takes no other with it, and is told so alone", async () => {
  const asked: string[] = [];
  const bars: readonly Kline[] = [];
  const http = {
    batchKline: async (symbols: readonly { readonly code: string; readonly period: "1m" }[]) => {
      asked.push(symbols.map(({ code }) => code).join());
      if (symbols.some(({ code }) => code === "BAD")) throw new ClientError("refused", "600 code invalid", 600);
      return symbols.map(({ code, period }) => ({ code, period, bars }));
    },
  } as unknown as ConstructorParameters<typeof KlinePoller>[0];
  let round: (() => void) | undefined;
  const timers = {
    after: (_: number, run: () => void) => {
      round = run;
      return () => {};
    },
    every: () => () => {},
  };
  const poller = new KlinePoller(http, timers, 1_000);
  const told: string[] = [];
  const watch = (code: string): (() => void) =>
    poller.watch(code, "1m", {
      onBars: () => told.push(code),
      onError: () => {
        told.push(`${code} refused`);
        stops.get(code)!();
      },
    });
  const stops = new Map<string, () => void>();
  for (const code of ["GOOD", "BAD", "FINE"]) stops.set(code, watch(code));
  for (let turn = 0; turn < 2; turn++) {
    round?.();
    await new Promise((done) => setImmediate(done));
  }
  assert.deepEqual(told, ["GOOD", "BAD refused", "FINE", "GOOD", "FINE"]);
  assert.deepEqual(asked, ["GOOD,BAD,FINE", "GOOD", "BAD", "FINE", "GOOD,FINE"]);
});
