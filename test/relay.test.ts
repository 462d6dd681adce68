/** A tickwire that is fed only by another one serves the same ticks, through both dialects, whichever of them it is fed through. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { Instrument } from "@tickwire/protocol/model";
import { MORNING } from "./support/sim-market.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import type { Clock } from "../packages/gateway/src/ports/clock.ts";
import { TestClient, type Json } from "./support/client.ts";
import { openGateway, type TestGateway } from "./support/gateway.ts";
import { ToldFeed } from "./support/ticks-told.ts";
import { pathOf } from "./support/upstream.ts";

/** Ticks of each instrument that both have to serve. */
const ENOUGH = 8;
const PATIENCE_MS = 20_000;

/** Real time, on a morning on which everything trades. */
function makeMorningClock(): Clock {
  const clock = makeSystemClock();
  const offset = MORNING - clock.now();
  return { ...clock, now: () => clock.now() + offset };
}

/** What clients of one gateway got, by kind and instrument, without what a gateway numbers by itself. */
class Witness {
  readonly trades = new Map<string, Json[]>();
  readonly books = new Map<string, Json[]>();
  readonly snapshots = new Map<string, Json[]>();
  readonly #clients: TestClient[] = [];

  static async of(gateway: TestGateway, ids: readonly string[]): Promise<Witness> {
    const witness = new Witness();
    for (const path of new Set(ids.map(pathOf))) {
      const client = await witness.#open(`${gateway.ws}${path}?token=demo`);
      const codes = ids.filter((id) => pathOf(id) === path).map((code) => ({ code, depth_level: 5 }));
      for (const cmd of [22004, 22002]) {
        client.send({ cmd_id: cmd, seq_id: cmd, trace: "t", data: { symbol_list: codes } });
        await client.next((frame) => frame["cmd_id"] === cmd + 1 && frame["ret"] === 200);
      }
    }
    const ctp = await witness.#open(`${gateway.ws}/`);
    ctp.send({ MsgType: "ReqUserLogin", RequestID: 0, ReqUserLogin: { UserID: "demo", Password: "demo" } });
    await ctp.next((frame) => frame["MsgType"] === "OnRspUserLogin");
    ctp.send({ MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: ids } });
    return witness;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  async #open(url: string): Promise<TestClient> {
    const client = await TestClient.open(url);
    client.ws.on("message", () => this.#take(client.frames.at(-1)!));
    this.#clients.push(client);
    return client;
  }

  #take(frame: Json): void {
    const { seq: _seq, ...data } = (frame["data"] ?? {}) as Json;
    if (frame["cmd_id"] === 22998) keep(this.trades, data["code"], data);
    if (frame["cmd_id"] === 22999) keep(this.books, data["code"], data);
    if (frame["MsgType"] !== "OnRtnDepthMarketData") return;
    const tick = frame["DepthMarketData"] as Json;
    keep(this.snapshots, tick["InstrumentID"], tick);
  }
}

function keep(into: Map<string, Json[]>, id: unknown, what: Json): void {
  const list = into.get(String(id));
  if (list === undefined) into.set(String(id), [what]);
  else list.push(what);
}

/** What the second served must be, without the first `skip`, a stretch of what the first served. */
function assertSame(first: readonly Json[], second: readonly Json[], skip: number, what: string): void {
  const served = second.slice(skip);
  assert.ok(served.length >= ENOUGH - skip, `${what}: ${served.length} are too few to judge`);
  const begin = first.findIndex((each) => JSON.stringify(each) === JSON.stringify(served[0]));
  assert.ok(begin >= 0, `${what}: ${JSON.stringify(served[0])} was never served by the first`);
  assert.deepEqual(served, first.slice(begin, begin + served.length), what);
}

interface Pair extends AsyncDisposable {
  readonly source: ToldFeed["source"];
  readonly first: Witness;
  readonly second: Witness;
}

/** Lets both run until every instrument has been served often enough by the second, then stops the source. */
async function relay(
  as: "trades" | "snapshots",
  instruments: readonly Instrument[],
  specOf: (first: TestGateway) => string,
): Promise<Pair> {
  await using opened = new AsyncDisposableStack();
  const clock = makeMorningClock();
  const feed = new ToldFeed(as, instruments, clock, 7);
  const ids = instruments.map(({ id }) => id);
  const upstream = opened.use(await openGateway({}, [feed], { clock }));
  const env = { TICKWIRE_FEED: specOf(upstream), RELAY_SECRET: "demo" };
  const downstream = opened.use(await openGateway(env, undefined, { clock }));
  const witness = async (gateway: TestGateway): Promise<Witness> =>
    opened.adopt(await Witness.of(gateway, ids), (each) => each.close());
  const [first, second] = [await witness(upstream), await witness(downstream)];
  const isEnough = ({ trades, books, snapshots }: Witness): boolean =>
    [trades, books, snapshots].every((kind) => ids.every((id) => (kind.get(id)?.length ?? 0) >= ENOUGH));
  const deadline = Date.now() + PATIENCE_MS;
  while (!isEnough(second)) {
    const counts = JSON.stringify(
      [second.trades, second.books, second.snapshots].map((kind) =>
        [...kind].map(([id, { length }]) => `${id} ${length}`),
      ),
    );
    assert.ok(Date.now() < deadline, `too little in ${PATIENCE_MS} ms: ${counts}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  feed.source.stop();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const rest = opened.move();
  return { source: feed.source, first, second, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** Snapshots that may come before the upstream has answered what was traded today before it was joined. */
const JOINED_WITHIN = 4;

/**
 * The number of the last trade in a snapshot. Trade n has the volume n, and the book that follows it n at its best; undefined where the
 * day's volume is not that of all trades up to it.
 */
function lastOf({ Volume: volume, BidVolume1: best }: Json): number | undefined {
  return [Number(best), Number(best) + 1].find((n) => (n * (n + 1)) / 2 === Number(volume));
}

const specOfCtp = ({ ws }: TestGateway): string => `ctp?url=${ws}/&user=demo&password=env:RELAY_SECRET`;

describe("a second tickwire, fed only by a first one", { concurrency: true }, () => {
  it("through AllTick: serves the same trades and books, and through CTP the state that they make", async () => {
    const codes = ["BTCUSDT", "EURUSD", "GOLD"];
    const instruments = securities().filter(({ id }) => codes.includes(id));
    const spec = ({ http }: TestGateway): string =>
      `alltick?token=env:RELAY_SECRET&plan=unlimited&codes=${codes.join(",")}&url=${http}`;
    await using pair = await relay("trades", instruments, spec);
    const { first, second, source } = pair;
    for (const id of codes) {
      assertSame(first.trades.get(id)!, second.trades.get(id)!, 0, `trades of ${id}`);
      assertSame(first.books.get(id)!, second.books.get(id)!, 0, `books of ${id}`);
      const ticks = second.snapshots.get(id)!;
      const joined = ticks.findIndex((tick) => lastOf(tick) !== undefined);
      const days = `${id}, ${source.told.get(id)!.length} ticks: ${JSON.stringify(ticks.map(({ Volume: volume }) => volume))}`;
      assert.ok(joined >= 0 && joined <= JOINED_WITHIN, `the day was not joined: ${days}`);
      for (const tick of ticks.slice(joined)) {
        const n = lastOf(tick);
        assert.ok(n !== undefined, `the day's volume of ${days}`);
        const like = first.trades.get(id)!.find(({ volume }) => Number(volume) === n);
        if (like !== undefined)
          assert.equal(tick["LastPrice"], Number(like["price"]), `the last price of ${id} at ${n}`);
      }
    }
  });

  it("through CTP: serves the same snapshots, and through AllTick the same trades and books", async () => {
    const ids = ["rb2605", "au2606", "TA605", "j2605", "IF2606"];
    const instruments = ids.map((id) => futureOf(id, MORNING)!);
    await using pair = await relay("snapshots", instruments, specOfCtp);
    const { first, second } = pair;
    for (const id of ids) {
      assertSame(first.snapshots.get(id)!, second.snapshots.get(id)!, 0, `snapshots of ${id}`);
      assertSame(first.books.get(id)!, second.books.get(id)!, 0, `books of ${id}`);
      // The first one only tells the price: nobody knows the size of a trade before the first snapshot.
      assertSame(first.trades.get(id)!, second.trades.get(id)!, 1, `trades of ${id}`);
    }
  });
});
