/** A gateway as the seed document has it, without a network, and a client of it. */
import { CtpClient } from "../../packages/client/src/ctp-client.ts";
import type { CtpClientOptions } from "../../packages/client/src/ctp-client-options.ts";
import { FakeService } from "./fake-service.ts";

type Frame = Record<string, unknown>;
/** RspInfo of a success. */
export const OK = { ErrorID: 0, ErrorMsg: "" };
/** The dates of a tick. */
export const DAY = { TradingDay: "20260105", ActionDay: "20260105", UpdateMillisec: 0 };

/** A gateway as the seed document has it: both sides on one socket. */
export function friendly(): FakeService {
  const service = new FakeService();
  service.answer = (frame: Frame) => {
    const type = String(frame["MsgType"]);
    const tail = { RspInfo: OK, RequestID: frame["RequestID"] ?? 0, IsLast: true };
    const name = type.replace("Req", "OnRsp");
    if (type === "ReqUserLogin") {
      service.send({
        MsgType: name,
        RspUserLogin: { TradingDay: "20260105", SessionID: 7, MaxOrderRef: "1" },
        ...tail,
      });
    } else if (type.startsWith("ReqQry")) service.send({ MsgType: name, ...tail });
    else if (type.endsWith("MarketData")) {
      for (const id of (frame[type] as { InstrumentID: string[] }).InstrumentID) {
        service.send({ MsgType: name, SpecificInstrument: { InstrumentID: id }, ...tail });
      }
    }
  };
  return service;
}

/** A client of it, which opens nothing yet. */
export function make(service: FakeService, more: Partial<CtpClientOptions> = {}): CtpClient {
  const options = { url: "ws://gateway:8081", user: "u", password: "p", random: () => 0.5, ...service.options };
  return new CtpClient({ ...options, ...more });
}
