import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settle, type FakeService } from "../../../test/support/fake-service.ts";
import { OK, friendly, make } from "../../../test/support/seed-service.ts";
import type { Hole } from "./status.ts";

type Frame = Record<string, unknown>;

const types = ({ frames }: FakeService): unknown[] => frames.map(({ MsgType }) => MsgType);

describe("bringing up", () => {
  it("opens nothing before it is asked for something; then logs in, subscribes and looks orders up", async () => {
    const service = friendly();
    const client = make(service);
    await settle();
    assert.deepEqual(service.urls, []);
    assert.deepEqual(await client.subscribe(["a", "b"]), [
      { id: "a", errorId: 0, errorMsg: "" },
      { id: "b", errorId: 0, errorMsg: "" },
    ]);
    assert.deepEqual(types(service).toSorted(), ["ReqQryOrder", "ReqQryTrade", "ReqSubMarketData", "ReqUserLogin"]);
    assert.equal(client.login?.sessionId, 7);
    assert.deepEqual(client.statuses.md, client.statuses.td);
    await client.close();
    assert.equal(service.timers.waiting, 0);
  });

  it("a gateway without a trading side serves the market all the same; whoever asks for orders is told", async () => {
    const service = friendly();
    const { answer } = service;
    service.answer = (frame) =>
      String(frame["MsgType"]).startsWith("ReqQry")
        ? service.send({ MsgType: frame["MsgType"], RspInfo: { ErrorID: -404, ErrorMsg: "Not implemented" } })
        : answer(frame);
    const client = make(service);
    await client.subscribe(["a"]);
    assert.equal(client.status.state, "live");
    await assert.rejects(client.orders.list(), /-404/);
    await client.close();
  });

  it("a login that is not answered is tried again after ten seconds", async () => {
    const service = friendly();
    const { answer } = service;
    service.answer = () => undefined;
    const client = make(service);
    const ready = client.ready();
    await service.timers.pass(9_999);
    assert.equal(service.urls.length, 1);
    service.answer = answer;
    await service.timers.pass(1_000);
    await ready;
    assert.equal(service.urls.length, 2);
    assert.match(client.status.cause, /no (answer|reply)/);
    await client.close();
  });
});

/** The reply to a login that nobody asked for. */
function loginAs(more: Frame): Frame {
  const RspUserLogin = { TradingDay: "20260105", SessionID: 7, MaxOrderRef: "1", ...more };
  return { MsgType: "OnRspUserLogin", RspInfo: OK, RspUserLogin, IsLast: true };
}

describe("a front that was restarted", () => {
  it("and at which the gateway logged in again by itself, is another session: everything is asked for anew", async () => {
    for (const more of [{ SessionID: 8 }, { TradingDay: "20260106" }]) {
      const service = friendly();
      const holes: Hole[] = [];
      const client = make(service, { onHole: (hole) => holes.push(hole) });
      await client.subscribe(["a"]);
      service.send(loginAs({}));
      await settle();
      assert.equal(client.status.state, "live", "the same session");
      service.send(loginAs(more));
      await service.timers.pass(1_000);
      await client.ready();
      assert.deepEqual([service.urls.length, client.status.state, holes.length], [2, "live", 1]);
      await client.close();
    }
  });

  it("and at which nobody is logged in any more, is logged in to once; where that does not help, who asked is told", async () => {
    for (const helps of [true, false]) {
      const service = friendly();
      const client = make(service);
      await client.ready();
      const { answer } = service;
      service.answer = (frame) =>
        frame["MsgType"] === "ReqQryTradingAccount" && !(helps && service.urls.length > 1)
          ? service.send({ MsgType: "ReqQryTradingAccount", RspInfo: { ErrorID: -401, ErrorMsg: "未登录" } })
          : answer(frame);
      const asked = assert.rejects(client.account(), helps ? /no account/ : /-401/);
      await service.timers.pass(1_000);
      await asked;
      assert.deepEqual([service.urls.length, client.status.state], [2, "live"]);
      await client.close();
    }
  });
});

describe("silence", () => {
  it("of a gateway that pings is the end of the connection; of another it is none", async () => {
    const service = friendly();
    const client = make(service);
    await client.subscribe(["a"]);
    await service.timers.pass(600_000);
    assert.equal(service.urls.length, 1);
    service.send({ MsgType: "Ping" });
    await service.timers.pass(89_000);
    service.send({ MsgType: "Ping" });
    await service.timers.pass(85_000);
    assert.equal(service.urls.length, 1);
    await service.timers.pass(40_000);
    await client.ready();
    assert.equal(service.urls.length, 2);
    await client.close();
  });

  it("is as long as it is asked to be", async () => {
    const service = friendly();
    const causes: string[] = [];
    const client = make(service, { silenceMs: 3_000, onHole: ({ cause }) => causes.push(cause) });
    await client.subscribe(["a"]);
    await service.timers.pass(5_000);
    assert.deepEqual(causes, ["1006 silent for 3 s"]);
    await client.close();
  });
});

describe("a hole", () => {
  it("goes on until everything flows, however often it breaks meanwhile", async () => {
    const service = friendly();
    const { answer } = service;
    const holes: Hole[] = [];
    const client = make(service, { onHole: (hole) => holes.push(hole) });
    await client.subscribe(["a"]);
    await service.timers.pass(5_000);
    service.end(1006, "first");
    service.answer = (frame) => {
      if (frame["MsgType"] !== "ReqQryOrder") answer(frame);
    };
    await service.timers.pass(2_000);
    service.end(1006, "second");
    service.answer = answer;
    assert.equal(holes.length, 0);
    await service.timers.pass(2_000);
    await client.ready();
    assert.equal(service.urls.length, 3);
    assert.deepEqual(
      holes.map(({ from, codes, cause }) => [from, codes, cause]),
      [[5_000, ["a"], "1006 first"]],
    );
    assert.ok(holes[0]!.to > 7_000);
    await client.close();
  });

  it("that nothing follows is told when the client gives up for good, or is closed; a good connection's end is none", async () => {
    for (const way of ["refused", "closed", "live"] as const) {
      const service = friendly();
      const { answer } = service;
      const holes: Hole[] = [];
      const client = make(service, { onHole: (hole) => holes.push(hole) });
      await client.subscribe(["a"]);
      service.answer = (frame) =>
        frame["MsgType"] === "ReqUserLogin"
          ? service.send({ MsgType: "OnRspUserLogin", RspInfo: { ErrorID: 3, ErrorMsg: "no" }, RspUserLogin: {} })
          : answer(frame);
      if (way !== "live") service.end(1006, "broken");
      await (way === "refused" ? service.timers.pass(5_000) : settle());
      assert.equal(client.status.state === "failed", way === "refused");
      await client.close();
      await settle();
      const told = holes.map(({ codes, cause, filledBy, from, to }) => [codes, cause, filledBy, to >= from]);
      assert.deepEqual(told, way === "live" ? [] : [[["a"], "1006 broken", undefined, true]], way);
    }
  });
});

describe("replies", () => {
  it("with the number of a request that was given up are nobody's", async () => {
    const service = friendly();
    const anomalies: string[] = [];
    const client = make(service, { onAnomaly: (cause) => anomalies.push(cause) });
    await client.ready();
    const { answer } = service;
    service.answer = () => undefined;
    const first = assert.rejects(client.account(), /no reply within 10 s/);
    await service.timers.pass(10_000);
    await first;
    const late = service.frames.at(-1)!;
    service.answer = answer;
    const account = (of: Frame, name: string): void =>
      service.send({
        MsgType: "OnRspQryTradingAccount",
        RspInfo: OK,
        TradingAccount: { AccountID: name },
        RequestID: of["RequestID"],
        IsLast: true,
      });
    service.answer = (frame) => {
      account(late, "late");
      account(frame, "asked");
    };
    assert.equal((await client.account()).user, "asked");
    assert.deepEqual([anomalies, service.urls.length], [["unasked"], 1]);
    await client.close();
  });

  it("belong to their requests, whatever order they come in, row by row", async () => {
    const service = friendly();
    const client = make(service);
    await client.ready();
    service.answer = () => undefined;
    const asked = service.frames.length;
    const queries = ["a", "b"].map((id) => client.instruments({ instrumentId: id }));
    await settle();
    const row = (nth: number, id: string, isLast: boolean): void =>
      service.send({
        MsgType: "OnRspQryInstrument",
        RspInfo: OK,
        Instrument: { InstrumentID: id },
        RequestID: service.frames[asked + nth]!["RequestID"],
        IsLast: isLast,
      });
    row(1, "b1", false);
    row(0, "a1", false);
    row(1, "b2", true);
    row(0, "a2", true);
    const ids = (await Promise.all(queries)).map((instruments) => instruments.map(({ id }) => id));
    assert.deepEqual(ids, [
      ["a1", "a2"],
      ["b1", "b2"],
    ]);
    await client.close();
  });

  it("without numbers cannot be told apart from late ones: the connection is given up", async () => {
    const service = friendly();
    const { answer } = service;
    service.answer = (frame) => answer({ ...frame, RequestID: 0 });
    const client = make(service);
    await client.ready();
    const { answer: unnumbered } = service;
    service.answer = () => undefined;
    const first = assert.rejects(client.account(), /no reply within 10 s/);
    await service.timers.pass(10_000);
    await first;
    service.answer = unnumbered;
    await service.timers.pass(1_000);
    assert.deepEqual([service.urls.length, client.status.state], [2, "live"]);
    await client.close();
  });
});
