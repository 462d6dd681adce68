/** The client of the round trip in `orders.ts`, in a process of its own: sends orders at an even pace and times their reports. */

/** What it is told to do. */
export interface OrderClientOrder {
  readonly port: number;
  readonly code: string;
  /** Orders a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** What it found. */
export interface OrderClientNews {
  readonly orders: number;
  readonly p50ms: number;
  readonly p99ms: number;
  readonly maxMs: number;
}

/** Seconds that are not counted. */
const WARM_UP_SECONDS = 1;
const PACE_MS = 1;

process.once("message", (order: OrderClientOrder) => {
  void run(order).then((news) => process.send!(news));
});

async function run({ port, code, rate, seconds }: OrderClientOrder): Promise<OrderClientNews> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/td/`);
  await new Promise((done) => socket.addEventListener("open", done, { once: true }));
  const sent = new Map<string, number>();
  const times: number[] = [];
  const { promise: loggedIn, resolve: login } = Promise.withResolvers<number>();
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const total = Math.round(rate * (seconds + WARM_UP_SECONDS));
  let reports = 0;
  socket.addEventListener("message", ({ data }) => {
    const now = performance.now();
    const text = String(data);
    if (text.startsWith('{"MsgType":"RspUserLogin"')) {
      const reply = JSON.parse(text) as { RspInfo: { ErrorID: number }; RspUserLogin: { LastPrice?: number } };
      if (reply.RspInfo.ErrorID !== 0) throw new Error(text);
      send("ReqQryDepthMarketData", "QryDepthMarketData", { InstrumentID: code });
    } else if (text.startsWith('{"MsgType":"RspQryDepthMarketData"')) {
      login((JSON.parse(text) as { DepthMarketData: { LowerLimitPrice: number } }).DepthMarketData.LowerLimitPrice);
    } else if (text.startsWith('{"MsgType":"RtnOrder"')) {
      const { OrderRef, OrderStatus } = (JSON.parse(text) as { Order: { OrderRef: string; OrderStatus: string } })
        .Order;
      const at = sent.get(OrderRef);
      if (at === undefined || OrderStatus === "a") return;
      sent.delete(OrderRef);
      times.push(now - at);
      if (++reports === total) finish();
    } else if (text.startsWith('{"MsgType":"RspOrderInsert"')) throw new Error(text);
  });
  let requests = 0;
  const send = (msgType: string, key: string, body: object): void =>
    socket.send(JSON.stringify({ MsgType: msgType, RequestID: ++requests, [key]: body }));
  send("ReqUserLogin", "ReqUserLogin", { UserID: "bench", Password: "bench" });
  const price = await loggedIn;
  const insert = (ref: string): void => {
    sent.set(ref, performance.now());
    send("ReqOrderInsert", "InputOrder", {
      InstrumentID: code,
      OrderRef: ref,
      OrderPriceType: "2",
      Direction: "0",
      CombOffsetFlag: "0",
      CombHedgeFlag: "1",
      LimitPrice: price,
      VolumeTotalOriginal: 1,
      TimeCondition: "1",
      VolumeCondition: "1",
      MinVolume: 1,
      ContingentCondition: "1",
      ForceCloseReason: "0",
    });
  };
  const begin = performance.now();
  let given = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * rate));
    while (given < due) insert(String(++given));
    if (given === total) clearInterval(timer);
  }, PACE_MS);
  await finished;
  socket.close();
  const counted = times.slice(rate * WARM_UP_SECONDS).toSorted((a, b) => a - b);
  const at = (share: number): number => counted[Math.min(counted.length - 1, Math.floor(counted.length * share))]!;
  return { orders: counted.length, p50ms: at(0.5), p99ms: at(0.99), maxMs: counted.at(-1)! };
}
