import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settle } from "../../../test/support/fake-service.ts";
import { DAY, OK, friendly, make } from "../../../test/support/seed-service.ts";
import type { ClientError } from "./connection.ts";

type Frame = Record<string, unknown>;

describe("subscriptions", () => {
  it("of iterators and of subscribe are counted: the last who leaves ends them", async () => {
    const service = friendly();
    const client = make(service);
    const stream = client.snapshots(["a", "b"]);
    await client.subscribe(["b"]);
    const before = service.frames.length;
    await stream.return!();
    await settle();
    assert.deepEqual(service.frames.slice(before), [
      { MsgType: "ReqUnSubMarketData", ReqUnSubMarketData: { InstrumentID: ["a"] } },
    ]);
    await client.unsubscribe(["b"]);
    assert.deepEqual(service.frames.at(-1), {
      MsgType: "ReqUnSubMarketData",
      ReqUnSubMarketData: { InstrumentID: ["b"] },
    });
    await client.close();
  });

  it("of an instrument that is refused end its iterator; others go on", async () => {
    const service = friendly();
    const { answer } = service;
    service.answer = (frame) => {
      if (frame["MsgType"] !== "ReqSubMarketData") return answer(frame);
      for (const id of (frame["ReqSubMarketData"] as { InstrumentID: string[] }).InstrumentID) {
        const info = id === "b" ? { ErrorID: 6000, ErrorMsg: "CTP:sub too many insts" } : OK;
        service.send({
          MsgType: "OnRspSubMarketData",
          RspInfo: info,
          SpecificInstrument: { InstrumentID: id },
          IsLast: true,
        });
      }
    };
    const client = make(service);
    const [good, bad] = [client.snapshots(["a"]), client.snapshots(["b"])];
    await assert.rejects(
      bad.next(),
      (error: ClientError) => error.ret === 6000 && /subscription of b: 6000/.test(error.message),
    );
    service.send({
      MsgType: "OnRtnDepthMarketData",
      DepthMarketData: { ...DAY, InstrumentID: "a", UpdateTime: "10:00:00" },
    });
    assert.equal((await good.next()).value?.id, "a");
    await client.close();
  });

  it("that come while one is answered go together afterwards; the newest snapshot comes first to who comes late", async () => {
    const service = friendly();
    const client = make(service);
    await client.subscribe(["a"]);
    const tick = { ...DAY, InstrumentID: "a", LastPrice: 5, UpdateTime: "10:00:00" };
    service.send({ MsgType: "OnRtnDepthMarketData", DepthMarketData: tick });
    const before = service.frames.length;
    await Promise.all([client.subscribe(["b"]), client.subscribe(["c"]), client.subscribe(["d", "a"])]);
    const asked = service.frames.slice(before).map((frame) => (frame["ReqSubMarketData"] as Frame)["InstrumentID"]);
    assert.deepEqual(asked.flat(), ["b", "c", "d"]);
    assert.equal((await client.snapshots(["a"]).next()).value?.last, 5);
    await client.close();
  });
});
