/** A real recorded day through both dialects at once. The recordings are not part of the repository. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { makeFeed } from "../packages/gateway/src/feeds/registry.ts";
import type { Clock } from "../packages/gateway/src/ports/clock.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { TestClient, type Json } from "./support/client.ts";
import { openGateway } from "./support/gateway.ts";
import { ROOT } from "./support/process.ts";
import { readCsv } from "./support/replayed.ts";

const FILE = `${ROOT}../shared/data/ru1901/20181008.tick-ctp.csv.gz`;
const skip = existsSync(FILE) ? false : `no recorded day at ${FILE}`;

/** The system's clock, whose timers begin to run when `release` is called: so long nothing is played. */
function makeHeldClock(): { readonly clock: Clock; release(): void } {
  const system = makeSystemClock();
  let held: (() => void)[] | undefined = [];
  const after: Clock["after"] = (ms, run) => {
    if (held === undefined) return system.after(ms, run);
    held.push(run);
    return () => {};
  };
  const release = (): void => {
    const runs = held ?? [];
    held = undefined;
    for (const run of runs) run();
  };
  return { clock: { ...system, after }, release };
}

/** What a tick says, as the recording writes it. */
function describe(tick: Readonly<Record<string, unknown>>): string {
  const millis = String(tick["UpdateMillisec"]).padStart(3, "0");
  return `${tick["TradingDay"]} ${tick["UpdateTime"]}.${millis} ${Number(tick["Volume"])} ${Number(tick["LastPrice"])}`;
}

test(
  "every tick of ru1901 on 2018-10-08 arrives through CTP JSON, and its trades through AllTick",
  { skip },
  async () => {
    const rows = readCsv(FILE).map(describe);
    const { clock, release } = makeHeldClock();
    const feed = makeFeed(`replay?file=${encodeURIComponent(FILE)}&speed=3000&skipGaps=0.5`, {
      clock,
      secrets: new Map(),
    });
    await using gateway = await openGateway({}, [feed]);
    const ctp = await TestClient.open(`${gateway.ws}/?dialect=classic`);
    ctp.send({ MsgType: "ReqUserLogin", RequestID: 1, ReqUserLogin: { UserID: "demo", Password: "demo" } });
    ctp.send({ MsgType: "SubscribeMarketData", InstrumentID: ["ru1901"] });
    const alltick = await TestClient.open(`${gateway.ws}/quote-stock-b-ws-api?token=demo`);
    alltick.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "ru1901" }] } });
    assert.equal((await alltick.next())["ret"], 200);
    await ctp.next(({ MsgType }) => MsgType === "RspSubMarketData");
    release();

    const ticks: Json[] = [];
    while (ticks.length < rows.length) {
      const { DepthMarketData: tick } = await ctp.next(({ MsgType }) => MsgType === "RtnDepthMarketData");
      ticks.push(tick as Json);
    }
    assert.deepEqual(ticks.map(describe), rows);
    await assertTrades(alltick, ticks);
    await Promise.all([ctp.close(), alltick.close()]);
  },
);

/** Trades of each trading day add up to the change of Volume on that day, as CTP told it. */
async function assertTrades(alltick: TestClient, ticks: readonly Json[]): Promise<void> {
  const lastDay = String(ticks.at(-1)!["TradingDay"]);
  const night = ticks.filter((tick) => tick["TradingDay"] === lastDay);
  assert.notEqual(String(ticks[0]!["TradingDay"]), lastDay, "the file holds two trading days");
  const expected = Number(night.at(-1)!["Volume"]);
  const firstOfNight = Date.parse("2018-10-08T20:00:00+08:00");
  let sum = 0;
  while (sum < expected) {
    const trade = (await alltick.next(({ cmd_id: id }) => id === 22998))["data"] as Json;
    if (Number(trade["tick_time"]) >= firstOfNight) sum += Number(trade["volume"]);
  }
  assert.equal(sum, expected);
}
