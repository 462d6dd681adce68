/** A real recorded day through both dialects at once. The recordings are not part of the repository. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { openGateway } from "./support/gateway.ts";
import { TestClient, type Json } from "./support/client.ts";
import { ROOT } from "./support/process.ts";

const FILE = `${ROOT}../shared/data/ru1901/20181008.tick-ctp.csv.gz`;
const skip = existsSync(FILE) ? false : `no recorded day at ${FILE}`;

interface Row {
  readonly tradingDay: string;
  readonly time: string;
  readonly volume: number;
  readonly last: number;
}

/** The file's rows, read here independently of the product. */
function readRows(): Row[] {
  const [header, ...lines] = gunzipSync(readFileSync(FILE)).toString().trim().split(/\r?\n/);
  const names = header!.split(",").map((name) => name.replaceAll('"', ""));
  const at = (name: string): number => names.indexOf(name);
  return lines.map((line) => {
    const cells = line.split(",").map((cell) => cell.replaceAll('"', ""));
    const cell = (name: string): string => cells[at(name)]!;
    return {
      tradingDay: cell("TradingDay"),
      time: `${cell("UpdateTime")}.${cell("UpdateMillisec").padStart(3, "0")}`,
      volume: Number(cell("Volume")),
      last: Number(cell("LastPrice")),
    };
  });
}

test(
  "every tick of ru1901 on 2018-10-08 arrives through CTP JSON, and its trades through AllTick",
  { skip },
  async () => {
    const rows = readRows();
    await using gateway = await openGateway({
      TICKWIRE_FEED: `replay?file=${encodeURIComponent(FILE)}&speed=3000&skipGaps=0.5`,
    });
    const ctp = await TestClient.open(`${gateway.ws}/?dialect=classic`);
    ctp.send({ MsgType: "ReqUserLogin", RequestID: 1, ReqUserLogin: { UserID: "demo", Password: "demo" } });
    ctp.send({ MsgType: "SubscribeMarketData", InstrumentID: ["ru1901"] });
    const alltick = await TestClient.open(`${gateway.ws}/quote-stock-b-ws-api?token=demo`);
    alltick.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "ru1901" }] } });
    assert.equal((await alltick.next())["ret"], 200);

    const depth = ({ DepthMarketData: data }: Json): Json => data as Json;
    const newest = rows.at(-1)!;
    const ticks: Json[] = [];
    for (;;) {
      const tick = depth(await ctp.next(({ MsgType }) => MsgType === "RtnDepthMarketData"));
      ticks.push(tick);
      if (
        tick["Volume"] === newest.volume &&
        tick["TradingDay"] === newest.tradingDay &&
        `${String(tick["UpdateTime"])}.${String(tick["UpdateMillisec"]).padStart(3, "0")}` === newest.time
      )
        break;
    }
    const got = ticks.map(
      (tick) =>
        `${String(tick["TradingDay"])} ${String(tick["UpdateTime"])}.${String(tick["UpdateMillisec"]).padStart(3, "0")} ${String(tick["Volume"])} ${String(tick["LastPrice"])}`,
    );
    const all = rows.map(({ tradingDay, time, volume, last }) => `${tradingDay} ${time} ${volume} ${last}`);
    // The clients joined a moment after the first rows: what follows is every row, in order.
    const start = all.indexOf(got[0]!);
    assert.ok(start >= 0 && start < all.length / 10, `joined at row ${start}`);
    assert.deepEqual(got, all.slice(start));

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
