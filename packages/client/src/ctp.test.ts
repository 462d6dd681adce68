import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dialect } from "@tickwire/protocol/ctp";
import type { Snapshot } from "@tickwire/protocol/model";
import { ClientError } from "./connection.ts";
import { connectCtp, ctpUrl, type CtpLinkOptions } from "./ctp.ts";
import type { CtpLink } from "./ctp-link.ts";
import { FakeService, settle } from "../../../test/support/fake-service.ts";

type Frame = Record<string, unknown>;
const OK = { ErrorID: 0, ErrorMsg: "" };

/** A service that speaks as one dialect's gateways do. */
function friendly(dialect: Dialect = "seed"): FakeService {
  const on = dialect === "classic" ? "" : "On";
  const service = new FakeService();
  service.answer = (frame: Frame) => {
    const type = String(frame["MsgType"]);
    if (type === "ReqUserLogin") {
      service.send({
        MsgType: `${on}RspUserLogin`,
        RspInfo: OK,
        RspUserLogin: { TradingDay: "20251223", SessionID: 7 },
        RequestID: 0,
        IsLast: true,
      });
    } else if (type.includes("MarketData")) {
      const body = (frame[type] ?? frame) as Frame;
      const name = type.includes("UnSub") ? "RspUnSubMarketData" : "RspSubMarketData";
      for (const id of body["InstrumentID"] as string[]) {
        service.send({
          MsgType: on + name,
          RspInfo: OK,
          SpecificInstrument: { InstrumentID: id },
          RequestID: 0,
          IsLast: true,
        });
      }
    }
  };
  return service;
}

function connect(service: FakeService, more: Partial<CtpLinkOptions> = {}): Promise<CtpLink> {
  return connectCtp({ url: "ws://gateway:8081", user: "u", password: "secret", ...service.options, ...more });
}

describe("ctpUrl", () => {
  it("adds the dialect's path where there is none", () => {
    assert.equal(ctpUrl("ws://h:1", "seed"), "ws://h:1/");
    assert.equal(ctpUrl("ws://h:1/", "classic"), "ws://h:1/md/");
    assert.equal(ctpUrl("ws://h:1", "legacy"), "ws://h:1/?dialect=legacy");
    assert.equal(ctpUrl("ws://h:1/own?x=1", "classic"), "ws://h:1/own?x=1");
    for (const url of ["nonsense", "http://h:1", "https://h/md/", "h:8080", "", "ws://h/#md"]) {
      assert.throws(
        () => ctpUrl(url, "seed"),
        { name: "ClientError", temporary: false, message: /^url: expected/ },
        url,
      );
    }
    assert.throws(
      () => ctpUrl("http://u:secret@h/?token=secret", "auto"),
      ({ message }: Error) => !message.includes("secret"),
    );
  });
});

describe("connecting", () => {
  it("logs in as the seed document says", async () => {
    const service = friendly();
    await connect(service, { brokerId: "9999" });
    assert.deepEqual(service.urls, ["ws://gateway:8081/"]);
    assert.deepEqual(service.frames, [
      { MsgType: "ReqUserLogin", RequestID: 0, ReqUserLogin: { UserID: "u", Password: "secret", BrokerID: "9999" } },
    ]);
  });

  it("rejects when the login is refused, and closes", async () => {
    const service = new FakeService();
    service.answer = () =>
      service.send({
        MsgType: "OnRspUserLogin",
        RspInfo: { ErrorID: 3, ErrorMsg: "CTP:不合法的登录" },
        RspUserLogin: {},
        RequestID: 0,
        IsLast: true,
      });
    await assert.rejects(connect(service), (error: unknown) => {
      assert.ok(error instanceof ClientError);
      assert.deepEqual([error.kind, error.ret, error.message], ["refused", 3, "login: 3 CTP:不合法的登录"]);
      return true;
    });
    await service.timers.pass(10_000);
    assert.equal(service.timers.waiting, 0);
  });

  it("rejects when the gateway could not authenticate itself, and hears of that later, too", async () => {
    const service = new FakeService();
    const refused = {
      MsgType: "RspAuthenticate",
      RspInfo: { ErrorID: 63, ErrorMsg: "CTP:客户端认证失败" },
    };
    service.answer = () => service.send(refused);
    await assert.rejects(connect(service), { message: "login: 63 CTP:客户端认证失败", temporary: false });
    const later = friendly("classic");
    const link = await connect(later);
    later.send(refused);
    assert.match((await link.closed).reason, /RspAuthenticate 63/);
  });

  it("rejects when the login is malformed to the gateway, is not answered, or the connection ends", async () => {
    const service = new FakeService();
    service.answer = () =>
      service.send({ MsgType: "ReqUserLogin", RspInfo: { ErrorID: -400, ErrorMsg: "参数有误" }, Detail: "what" });
    await assert.rejects(connect(service), /login: -400 参数有误 \(what\)/);

    const mute = new FakeService();
    const late = assert.rejects(connect(mute), /login: no reply within 10 s/);
    await mute.timers.pass(10_000);
    await late;

    const brief = new FakeService();
    brief.answer = () => brief.end(1008, "policy");
    await assert.rejects(connect(brief), /login: the connection ended \(1008 policy\)/);
  });
});

describe("subscriptions", () => {
  for (const [dialect, sent] of [
    ["seed", { MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: ["rb2605", "au2606"] } }],
    ["classic", { MsgType: "SubscribeMarketData", InstrumentID: ["rb2605", "au2606"] }],
    ["legacy", { MsgType: "SubscribeMarketData", InstrumentID: ["rb2605", "au2606"] }],
  ] as const) {
    it(`are sent as ${dialect} gateways want them`, async () => {
      const service = friendly(dialect);
      const client = await connect(service, { dialect });
      const outcomes = await client.subscribe(["rb2605", "au2606", "rb2605"]);
      assert.deepEqual(service.frames[1], sent);
      assert.deepEqual(outcomes, [
        { id: "rb2605", errorId: 0, errorMsg: "" },
        { id: "au2606", errorId: 0, errorMsg: "" },
      ]);
      assert.deepEqual(await client.unsubscribe(["rb2605"]), [{ id: "rb2605", errorId: 0, errorMsg: "" }]);
    });
  }

  it("wait for each other, because replies do not say whose they are", async () => {
    const service = friendly();
    const client = await connect(service);
    const { answer } = service;
    const held: Frame[] = [];
    service.answer = (frame) => void held.push(frame);
    const both = Promise.all([client.subscribe(["a"]), client.subscribe(["b"])]);
    await settle();
    assert.equal(held.length, 1);
    service.answer = answer;
    answer(held[0]!);
    assert.deepEqual(
      (await both).flat().map(({ id }) => id),
      ["a", "b"],
    );
  });

  it("tell what became of each, and are not held up by one that failed", async () => {
    const service = friendly();
    const client = await connect(service);
    service.answer = () =>
      service.send({
        MsgType: "ReqSubMarketData",
        RspInfo: { ErrorID: -401, ErrorMsg: "未登录" },
        RequestID: 0,
        IsLast: true,
      });
    await assert.rejects(client.subscribe(["a"]), /subscribe: -401 未登录/);
    service.answer = () =>
      service.send({
        MsgType: "OnRspSubMarketData",
        RspInfo: { ErrorID: 6000, ErrorMsg: "too many" },
        SpecificInstrument: { InstrumentID: "b" },
        RequestID: 0,
        IsLast: true,
      });
    assert.deepEqual(await client.subscribe(["b"]), [{ id: "b", errorId: 6000, errorMsg: "too many" }]);
    assert.deepEqual(await client.subscribe([]), []);
  });
});

describe("pushes", () => {
  const tick = {
    InstrumentID: "rb2605",
    LastPrice: 3500,
    Volume: 10,
    Turnover: 350_000,
    OpenInterest: 5,
    UpdateTime: "09:30:15",
    UpdateMillisec: 500,
    BidPrice1: 3499,
    BidVolume1: 1,
    AskPrice1: 3501,
    AskVolume1: 2,
    TradingDay: "20251223",
  };

  it("arrive as the model's snapshots, in Chinese time where nothing else is known", async () => {
    const service = friendly();
    const snapshots: Snapshot[] = [];
    await connect(service, { onSnapshot: (snapshot) => snapshots.push(snapshot) });
    service.send({ MsgType: "OnRtnDepthMarketData", DepthMarketData: tick });
    service.send({ MsgType: "RtnDepthMarketData", DepthMarketData: { ...tick, UpdateTime: "" } });
    assert.equal(snapshots.length, 1);
    const { id, time, last, volume, bids, asks } = snapshots[0]!;
    assert.deepEqual(
      { id, time, last, volume, bids, asks },
      {
        id: "rb2605",
        time: Date.parse("2025-12-23T09:30:15.500+08:00"),
        last: 3500,
        volume: 10,
        bids: { prices: [3499], volumes: [1] },
        asks: { prices: [3501], volumes: [2] },
      },
    );
  });

  it("are read by their instrument's terms where these are known", async () => {
    const service = friendly();
    const snapshots: Snapshot[] = [];
    const hours = { zone: "America/New_York", holidays: "US", day: [["09:30", "16:00"]], dayStart: "00:00" } as const;
    await connect(service, {
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      terms: () => ({ exchange: "NASDAQ", multiplier: 1, hours }),
    });
    service.send({ MsgType: "OnRtnDepthMarketData", DepthMarketData: tick });
    assert.equal(snapshots[0]?.time, Date.parse("2025-12-23T09:30:15.500-05:00"));
  });

  it("Ping is answered, for gateways that drop whoever does not", async () => {
    const service = friendly();
    await connect(service);
    service.send({ MsgType: "Ping" });
    assert.deepEqual(service.frames.at(-1), { MsgType: "Pong" });
  });
});
