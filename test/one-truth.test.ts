/** One hub: every instrument can be watched through either dialect, and both tell the same. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openGateway } from "./support/gateway.ts";
import { TestClient, type Json } from "./support/client.ts";

const { ws, gateway } = await openGateway({ TICKWIRE_FEED: "sim?rate=10" });
after(() => gateway.close());

async function watchAllTick(path: string, cmd: number, codes: readonly string[]): Promise<TestClient> {
  const client = await TestClient.open(`${ws}${path}?token=demo`);
  client.send({
    cmd_id: cmd,
    seq_id: 1,
    trace: "t",
    data: { symbol_list: codes.map((code) => ({ code, depth_level: 5 })) },
  });
  const ack = await client.next();
  assert.deepEqual([ack["ret"], ack["cmd_id"], ack["seq_id"], ack["trace"]], [200, cmd + 1, 1, "t"]);
  return client;
}

async function watchCtp(ids: readonly string[], path = "/"): Promise<TestClient> {
  const client = await TestClient.open(`${ws}${path}`);
  client.send({ MsgType: "ReqUserLogin", RequestID: 0, ReqUserLogin: { UserID: "demo", Password: "demo" } });
  const login = await client.next();
  assert.equal(login["MsgType"], "OnRspUserLogin");
  assert.deepEqual(login["RspInfo"], { ErrorID: 0, ErrorMsg: "" });
  client.send({ MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: ids } });
  for (const id of ids) {
    const reply = await client.next();
    assert.equal(reply["MsgType"], "OnRspSubMarketData");
    assert.deepEqual(reply["SpecificInstrument"], { InstrumentID: id });
  }
  return client;
}

const dataOf = (frame: Json): Json => frame["data"] as Json;
const depthOf = (frame: Json): Json => frame["DepthMarketData"] as Json;
const isTick = (frame: Json): boolean => frame["MsgType"] === "OnRtnDepthMarketData";

test("a futures contract ticks on both AllTick endpoints as trades and as a book", async () => {
  for (const path of ["/quote-b-ws-api", "/quote-stock-b-ws-api"]) {
    const trades = await watchAllTick(path, 22004, ["rb2605"]);
    const trade = dataOf(await trades.next((frame) => frame["cmd_id"] === 22998 && dataOf(frame)["volume"] !== "0"));
    assert.equal(trade["code"], "rb2605");
    assert.ok(Number.isInteger(trade["seq"]) && Number.isInteger(trade["tick_time"]));
    // turnover = price × volume × 10 up to the prices within the interval
    const implied = Number(trade["turnover"]) / Number(trade["volume"]) / 10;
    assert.ok(Math.abs(implied / Number(trade["price"]) - 1) < 0.02, JSON.stringify(trade));
    await trades.close();
    const books = await watchAllTick(path, 22002, ["rb2605"]);
    const book = dataOf(await books.next((frame) => frame["cmd_id"] === 22999));
    assert.equal((book["bids"] as unknown[]).length, 5);
    await books.close();
  }
});

test("crypto, Hong Kong and US stocks tick through CTP JSON with a day of their own", async () => {
  const ids = ["BTCUSDT", "700.HK", "AAPL.US", "EURUSD"];
  const client = await watchCtp(ids);
  const seen = new Map<string, Json>();
  while (seen.size < ids.length) {
    const tick = depthOf(await client.next(isTick));
    if (Number(tick["Volume"]) > 0) seen.set(String(tick["InstrumentID"]), tick);
  }
  for (const [id, tick] of seen) {
    const [low, last, high] = [Number(tick["LowestPrice"]), Number(tick["LastPrice"]), Number(tick["HighestPrice"])];
    assert.ok(low > 0 && low <= last && last <= high, `${id}: ${JSON.stringify(tick)}`);
    assert.match(String(tick["UpdateTime"]), /^\d\d:\d\d:\d\d$/);
    assert.match(String(tick["TradingDay"]), /^\d{8}$/);
  }
  await client.close();
});

test("both dialects tell the same trades: volumes pushed through AllTick add up to the change of CTP's Volume", async () => {
  const alltick = await watchAllTick("/quote-b-ws-api", 22004, ["au2602"]);
  const ctp = await watchCtp(["au2602"]);
  const first = depthOf(await ctp.next(isTick));
  let last = first;
  while (Number(last["Volume"]) - Number(first["Volume"]) < 3) last = depthOf(await ctp.next(isTick));
  const until = Number(last["Volume"]) - Number(first["Volume"]);
  const since = timeOf(first);
  let sum = 0;
  while (sum < until) {
    const trade = dataOf(await alltick.next((frame) => frame["cmd_id"] === 22998));
    if (Number(trade["tick_time"]) > since) sum += Number(trade["volume"]);
  }
  assert.equal(sum, until);
  await Promise.all([alltick.close(), ctp.close()]);
});

/** A futures tick's time: China has no daylight saving. */
function timeOf(tick: Json): number {
  const day = String(tick["ActionDay"]);
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  return Date.parse(`${date}T${String(tick["UpdateTime"])}+08:00`) + Number(tick["UpdateMillisec"]);
}

test("no AllTick frame ever holds null, true or false", async () => {
  const codes = ["BTCUSDT", "EURUSD", "GOLD", "XAUUSD", "USOIL", "rb2605", "IF2601"];
  const books = await watchAllTick("/quote-b-ws-api", 22002, codes);
  const texts: string[] = [];
  books.ws.on("message", (data) => texts.push(String(data)));
  const seen = new Set<string>();
  while (seen.size < codes.length || texts.length < 2 * codes.length)
    seen.add(String(dataOf(await books.next((frame) => frame["cmd_id"] === 22999))["code"]));
  for (const text of texts) assert.doesNotMatch(text, /\b(null|true|false|NaN|Infinity)\b|e\+?\d/);
  await books.close();
});
