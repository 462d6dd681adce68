/** The AllTick HTTP service of a running gateway, as clients of the real one meet it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { HTTP_RESULTS } from "@tickwire/protocol/alltick";
import { TestClient } from "./support/client.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { openGateway } from "./support/gateway.ts";
import { faultsOf, resolve } from "./support/json-schema.ts";
import { Command } from "./support/process.ts";

const halts = join(makeDataFolder(), "halts.json");
writeFileSync(halts, '{"nasdaq":[{"symbol":"ABCD","haltReason":"LUDP","publishDate":"2026-08-04 10:41:12"}]}');

const { http, ws, gateway } = await openGateway({ TICKWIRE_FEED: "sim?rate=20", TICKWIRE_ALLTICK_SUSPENSIONS: halts });
after(() => gateway.close());
// What is asked for has a last price from here on.
const client = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
client.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "BTCUSDT" }] } });
await client.next(({ cmd_id }) => cmd_id === 22998);
client.ws.close();

interface Bar {
  readonly timestamp: string;
  readonly close_price: string;
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly ret: number;
    readonly msg: string;
    readonly data: {
      readonly kline_list?: readonly Bar[];
      readonly tick_list?: readonly { readonly code: string; readonly price: string }[];
    };
  };
}

async function get(path: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(http + path, init);
  return { status: answer.status, body: (await answer.json()) as Answer["body"] };
}

const call = (path: string, data: unknown): Promise<Answer> =>
  get(`/${path}?token=demo&query=${encodeURIComponent(JSON.stringify({ trace: "t", data }))}`);

const bars = (code: string, kline_type: number, query_kline_num: number, kline_timestamp_end = 0) => ({
  code,
  kline_type,
  query_kline_num,
  kline_timestamp_end,
  adjust_type: 0,
});

/** The newest two days of BTCUSDT, and what its ticker compares with. */
const readDays = async (): Promise<readonly Bar[]> =>
  (await call("quote-b-api/kline", bars("BTCUSDT", 8, 2))).body.data.kline_list!;
const readBase = async (): Promise<string> => {
  const ticker = await call("quote-b-api/ticker", { symbol_list: [{ code: "BTCUSDT" }] });
  return (ticker.body.data as { ticker_list: [{ base_price: string }] }).ticker_list[0].base_price;
};

describe("bars", () => {
  test("a first chart is full: 500 minutes, ascending, the last one in progress or just over", async () => {
    const { status, body } = await call("quote-b-api/kline", bars("BTCUSDT", 1, 1000));
    assert.deepEqual([status, body.ret], [200, 200]);
    assert.equal(body.data.kline_list?.length, 500);
    const { kline: shape } = HTTP_RESULTS;
    assert.deepEqual(faultsOf(shape.json, body.data, shape.json), []);
    const stamps = body.data.kline_list.map(({ timestamp }) => Number(timestamp));
    for (const [at, stamp] of stamps.entries()) {
      assert.equal(stamp % 60, 0);
      if (at > 0) assert.ok(stamp > stamps[at - 1]!);
    }
    assert.ok(Math.abs(Date.now() / 1000 - stamps.at(-1)!) < 180);
  });

  test("pages join without gap or overlap", async () => {
    const newest = (await call("quote-b-api/kline", bars("ETHUSDT", 1, 60))).body.data.kline_list!;
    const end = Number(newest[30]!.timestamp);
    const older = (await call("quote-b-api/kline", bars("ETHUSDT", 1, 31, end))).body.data.kline_list!;
    assert.deepEqual(older, newest.slice(0, 31));
    const before = (await call("quote-b-api/kline", bars("ETHUSDT", 1, 5, Number(newest[0]!.timestamp) - 1))).body.data;
    assert.equal(before.kline_list?.length, 5);
    assert.equal(Number(newest[0]!.timestamp) - Number(before.kline_list.at(-1)!.timestamp), 60);
  });

  test("every period of a stock and of a future, two bars each in one batch", async () => {
    const types = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const data_list = ["700.HK", "rb2605"].flatMap((code) => types.map((type) => bars(code, type, 5)));
    const body = JSON.stringify({ trace: "b", data: { data_list } });
    const answer = await get("/quote-stock-b-api/batch-kline?token=demo", { method: "POST", body });
    const groups = answer.body.data.kline_list as unknown as { code: string; kline_type: number; kline_data: Bar[] }[];
    assert.deepEqual(
      groups.map(({ code, kline_type, kline_data }) => [code, kline_type, kline_data.length]),
      data_list.map(({ code, kline_type }) => [code, kline_type, 2]),
    );
  });

  test("yesterday's close is the older of two daily bars, and the ticker's base", async () => {
    let [yesterday, today] = await readDays();
    let base = await readBase();
    const [, then] = await readDays();
    // Between the questions a new day may have begun; that happens once.
    if (then!.timestamp !== today!.timestamp) {
      [yesterday, today] = await readDays();
      base = await readBase();
    }
    assert.equal(Number(today!.timestamp) - Number(yesterday!.timestamp), 86_400);
    assert.equal(base, yesterday!.close_price);
  });
});

describe("what real clients send", () => {
  test("GET with a body, on a bare socket; braces and quotes not encoded", async () => {
    const body = '{"data":{"data_list":[{"code":"BTCUSDT","kline_type":"1","query_kline_num":"1"}]}}';
    const head = "Host: x\r\nConnection: close\r\n";
    const withBody = `GET /quote-b-api/batch-kline?token=demo HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    assert.match(await raw(withBody), /"kline_data":\[\{"timestamp":"\d+"/);
    const query = '{"data":{"symbol_list":[{"code":"BTCUSDT"}]}}';
    for (const text of [query, query.replaceAll('"', "'"), query.replaceAll(":", ":+")]) {
      const answer = await raw(`GET /quote-b-api/trade-tick?token=demo&query=${text} HTTP/1.1\r\n${head}\r\n`);
      assert.match(answer, /"code":"BTCUSDT","seq":"\d+","tick_time":"\d{13}"/);
    }
  });

  test("a forex code on the stock path is 600, an unknown path 402, no token 401, each with its status", async () => {
    const forex = await call("quote-stock-b-api/kline", bars("EURUSD", 1, 1));
    assert.deepEqual([forex.status, forex.body.ret], [200, 600]);
    assert.deepEqual((await get("/quote-b-api/quote?token=demo")).status, 402);
    const refused = await get("/quote-b-api/kline");
    assert.deepEqual(refused, { status: 401, body: { msg: "token is required", trace: "", ret: 401 } });
  });

  test("a fuzz of queries and bodies is answered, every time with JSON", async () => {
    const texts = ["", "%", "%7B", "{}", "null", "[]", '{"data":null}', '{"data":{"code":{}}}', "'".repeat(2_000)];
    for (const text of texts) {
      for (const path of ["kline", "batch-kline", "depth-tick", "instruments", "ticker"]) {
        const url = `/quote-b-api/${path}?token=demo`;
        for (const { status } of [
          await get(`${url}&query=${encodeURIComponent(text)}`),
          await get(url, { method: "POST", body: text }),
        ]) {
          assert.ok([200, 400, 402].includes(status), `${path} ${text}: ${status}`);
        }
      }
    }
  });
});

const listOf = async (exchange: string): Promise<unknown> => {
  const answer = await fetch(`${http}/api/suspension/${exchange}?token=demo`);
  return ((await answer.json()) as { data: unknown }).data;
};

describe("beside the service", () => {
  test("suspension lists are those of the operator's file", async () => {
    assert.deepEqual(await listOf("sse"), []);
    const [halt] = (await listOf("nasdaq")) as Record<string, unknown>[];
    assert.deepEqual([halt!["symbol"], halt!["haltReason"], halt!["resumeDate"]], ["ABCD", "LUDP", null]);
  });

  test("both documents are served, and the answers keep what they promise", async () => {
    const openApi = (await (await fetch(`${http}/openapi.json`)).json()) as Record<string, unknown>;
    const asyncApi = (await (await fetch(`${http}/asyncapi.json`)).json()) as Record<string, unknown>;
    assert.deepEqual([openApi["openapi"], asyncApi["asyncapi"]], ["3.1.0", "3.0.0"]);
    const { body } = await call("quote-b-api/depth-tick", { symbol_list: [{ code: "BTCUSDT" }] });
    const path = "#/paths/~1quote-b-api~1depth-tick/get/responses/200/content/application~1json/schema";
    assert.deepEqual(faultsOf(resolve(openApi, path), body, openApi), []);
  });

  test("web pages of other origins may read the service and its documents, not what is for operators", async () => {
    const origin = async (path: string): Promise<string | null> =>
      (await fetch(http + path)).headers.get("access-control-allow-origin");
    for (const path of ["/quote-b-api/kline", "/api/suspension/sse", "/openapi.json", "/asyncapi.json"]) {
      assert.equal(await origin(path), "*", path);
    }
    for (const path of ["/healthz", "/metrics", "/"]) assert.equal(await origin(path), null, path);
    const preflight = await fetch(`${http}/quote-b-api/batch-kline`, { method: "OPTIONS" });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, "*"]);
  });
});

test("vendor pacing: one batch-kline a second on the largest plan, in the vendor's words", async () => {
  await using strict = await openGateway({ TICKWIRE_FEED: "sim?rate=1", TICKWIRE_ALLTICK_PACING: "vendor" });
  const body = JSON.stringify({ data: { data_list: [bars("BTCUSDT", 1, 1)] } });
  const ask = (): Promise<Response> =>
    fetch(`${strict.http}/quote-b-api/batch-kline?token=demo`, { method: "POST", body });
  const [first, second] = [await ask(), await ask()];
  assert.deepEqual([first.status, second.status], [200, 429]);
  assert.equal(await second.text(), '{"error_msg":"Too many requests","ret":429,"msg":"Too many requests"}');
});

const noPython = spawnSync("python3", ["-c", ""]).status !== 0 && "no python3";

const run = (...args: readonly string[]) =>
  new Command([], {}, ["python3", "examples/alltick_http.py", "--base", `${http}/quote-b-api`, ...args]).ended;

test("the service's own Python example, but for the address", { skip: noPython }, async () => {
  const { code, stdout, stderr } = await run("--bars", "3", "BTCUSDT");
  assert.equal(code, 0, stderr);
  const kinds = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  assert.deepEqual(kinds, ["kline", "kline", "kline", "batch", "batch", "trade-tick", "depth-tick"]);
  const refused = await run("--token", "wrong", "BTCUSDT");
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /refused: 401 token invalid/);
});

/** What is answered to bytes on a bare socket. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(http);
  return new Promise((done, fail) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("data", (chunk) => void (answer += chunk.toString()));
    socket.on("error", fail);
    socket.on("close", () => done(answer));
  });
}
