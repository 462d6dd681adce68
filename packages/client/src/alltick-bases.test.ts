import assert from "node:assert/strict";
import { test } from "node:test";
import { basesOf } from "./alltick-bases.ts";
import { ClientError } from "./connection.ts";

test("one address stands for both doors, as secure as it is", () => {
  const open = { ws: "ws://h:1", http: "http://h:1" };
  const secure = { ws: "wss://h/base", http: "https://h/base" };
  for (const [url, bases] of [
    ["ws://h:1", open],
    ["http://h:1/", open],
    ["ws://h:1/quote-stock-b-ws-api?token=t", open],
    ["http://h:1/quote-b-api", open],
    ["wss://h/base", secure],
    ["https://h/base/quote-b-ws-api", secure],
  ] as const) {
    assert.deepEqual(basesOf(url), bases, url);
  }
  for (const url of ["", "h:1", "ftp://h", "node:internal"]) assert.throws(() => basesOf(url), ClientError, url);
});
