/** What every history promises: one suite, run against the database and against its twin in memory. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { mergeKlines, periodSpan, PERIODS, type Book, type Kline, type Trade } from "@tickwire/protocol/model";
import fc from "fast-check";
import { openDuckDbHistory } from "../../packages/gateway/src/history/duckdb.ts";
import { MemoryHistory } from "../../packages/gateway/src/history/memory.ts";
import type { Gap } from "../../packages/gateway/src/ports/feed.ts";
import type { History } from "../../packages/gateway/src/ports/history.ts";
import { makeSystemClock } from "../../packages/gateway/src/system-clock.ts";
import { BTCUSDT, makeSnapshot, RB2605 } from "../support/samples.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 1);

const trade = (seq: number, time: number, id = "BTCUSDT"): Trade => ({
  id,
  seq,
  time,
  price: 100 + seq / 8,
  volume: seq,
  turnover: NaN,
  direction: (seq % 3) as 0 | 1 | 2,
});

const book: Book = {
  id: "BTCUSDT",
  seq: 9,
  time: START,
  bids: { prices: [1, 0.5], volumes: [3, 4] },
  asks: { prices: [], volumes: [] },
};

const bar = (time: number, stated: Partial<Kline> = {}): Kline => ({
  id: "BTCUSDT",
  period: "1m",
  time,
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 3,
  turnover: 30,
  openInterest: NaN,
  closed: true,
  revised: false,
  gap: false,
  ...stated,
});

interface Kit {
  readonly name: string;
  /** Opens a history and ends it after `run`. `again` opens what the first left behind, where it leaves anything. */
  use(run: (history: History, again: () => Promise<History>) => Promise<void>): Promise<void>;
  readonly durable: boolean;
}

const KITS: readonly Kit[] = [
  { name: "memory", durable: false, use: (run) => run(new MemoryHistory(), async () => assert.fail("keeps nothing")) },
  {
    name: "duckdb",
    durable: true,
    async use(run) {
      const folder = await mkdtemp(join(tmpdir(), "tickwire-history-"));
      const open = (): Promise<History> =>
        openDuckDbHistory(
          {
            database: { file: join(folder, "history.duckdb"), threads: 1 },
            retention: { keepTicksDays: 1e5, keepBarsDays: 1e5, maxBytes: Infinity },
          },
          makeSystemClock(),
        );
      const opened: History[] = [];
      const next = async (): Promise<History> => {
        await opened.at(-1)?.close();
        opened.push(await open());
        return opened.at(-1)!;
      };
      try {
        await run(await next(), next);
      } finally {
        for (const history of opened) await history.close();
        await rm(folder, { recursive: true });
      }
    },
  },
];

for (const { name, use, durable } of KITS) {
  describe(`history: ${name}`, () => {
    it("gives trades back as they were, in order of time and seq, in pages", () =>
      use(async (history) => {
        const given = [
          trade(3, START + 5),
          trade(1, START),
          trade(2, START + 5),
          trade(4, START + 6),
          trade(5, START + 9),
        ];
        for (const each of given) history.append("trade", each, false);
        history.append("trade", trade(6, START, "other"), false);
        history.append("book", book, false);
        await history.flush();
        const sorted = given.toSorted((a, b) => a.time - b.time || a.seq - b.seq);
        const all = await history.readTrades("BTCUSDT", START, START + 9, undefined, 10);
        assert.deepEqual(all, { trades: sorted.slice(0, 4), more: false });
        const pages: Trade[] = [];
        let after: { time: number; seq: number } | undefined;
        for (let more = true; more;) {
          const page = await history.readTrades("BTCUSDT", -Infinity, Infinity, after, 2);
          assert.ok(page.trades.length <= 2);
          pages.push(...page.trades);
          ({ more } = page);
          after = page.trades.at(-1);
        }
        assert.deepEqual(pages, sorted);
        assert.deepEqual(await history.readTrades("nobody", -Infinity, Infinity, undefined, 5), {
          trades: [],
          more: false,
        });
      }));

    it("of derived events keeps trades only", () =>
      use(async (history) => {
        history.append("trade", trade(1, START), true);
        history.append("book", book, true);
        history.append("snapshot", makeSnapshot("rb2605"), true);
        await history.flush();
        assert.equal(history.status().committed, 1);
        assert.deepEqual((await history.readTrades("BTCUSDT", 0, Infinity, undefined, 1)).trades, [trade(1, START)]);
      }));

    it("replaces a bar by its next version and keeps its fields", () =>
      use(async (history) => {
        history.appendBar(bar(START));
        history.appendBar(bar(START + MINUTE, { openInterest: 7, gap: true }));
        await history.flush();
        history.appendBar(bar(START, { high: 99, revised: true }));
        await history.flush();
        assert.deepEqual(await history.readBars("BTCUSDT", "1m", -Infinity, Infinity, 10), [
          bar(START, { high: 99, revised: true }),
          bar(START + MINUTE, { openInterest: 7, gap: true }),
        ]);
        assert.deepEqual(await history.readBars("BTCUSDT", "1m", START, START + MINUTE + 1, 1), [
          bar(START + MINUTE, { openInterest: 7, gap: true }),
        ]);
        assert.deepEqual(await history.readBars("BTCUSDT", "1m", START, START + MINUTE, 5), [
          bar(START, { high: 99, revised: true }),
        ]);
        assert.deepEqual(await history.readBars("BTCUSDT", "1d", -Infinity, Infinity, 10), []);
      }));

    it("bars of any period equal the merge of the newest versions of their parts, whatever came when", () =>
      use(async (history, again) => {
        const minutes = fc.array(
          fc.record({ at: fc.integer({ min: 0, max: 2_000 }), price: fc.integer({ min: 1, max: 99 }) }),
          { maxLength: 60 },
        );
        let current = history;
        await fc.assert(
          fc.asyncProperty(
            minutes,
            fc.array(fc.nat(300), { maxLength: 20 }),
            fc.nat(9),
            fc.constantFrom("Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"),
            async (drawn, days, cut, zone) => {
              const hours = { ...RB2605.hours, zone };
              const instrument = { ...RB2605, id: `x${cases++}`, hours };
              const parts: Kline[] = drawn.map(({ at, price }) =>
                bar(START + at * MINUTE, { id: instrument.id, high: 100 + price, close: price, volume: price / 8 }),
              );
              const daily = days.map((at) =>
                bar(periodSpan(instrument.hours, "1d", DAY_ONE + at * 1440 * MINUTE).time, {
                  id: instrument.id,
                  period: "1d",
                  close: at,
                }),
              );
              for (const [at, part] of [...parts, ...daily].entries()) {
                current.appendBar(part);
                if (at % 10 === cut) await current.flush();
              }
              await current.flush();
              if (durable && cases % 10 === 0) current = await again();
              const kept = newest(parts);
              const keptDaily = newest(daily);
              for (const period of PERIODS) {
                const source = ["1d", "1w", "1M"].includes(period) ? keptDaily : kept;
                const all = mergeKlines(source, instrument.hours, period);
                const end = all[Math.floor(all.length / 2)]?.time ?? Infinity;
                for (const [until, limit] of [
                  [Infinity, 1_000],
                  [Infinity, 3],
                  [end, 2],
                ] as const) {
                  const expected = all.filter(({ time }) => time <= until).slice(-limit);
                  assert.deepEqual(await current.readMerged(instrument, period, until, limit), expected, period);
                }
              }
            },
          ),
          { numRuns: 40 },
        );
      }));

    it("tells where what it has ends: newest bars, and the ticks that no bar covers", () =>
      use(async (history) => {
        history.append("trade", trade(1, START), false);
        history.append("trade", trade(2, START + MINUTE + 1), false);
        history.append("trade", trade(3, START + MINUTE + 2, "new"), false);
        history.append("trade", trade(4, START, "old"), false);
        history.append("trade", trade(5, START, "old"), false);
        history.appendBar(bar(START));
        history.appendBar(bar(START, { id: "old" }));
        history.appendNote("new", "first");
        await history.flush();
        history.appendNote("new", "second");
        await history.flush();
        const tails = new Map((await history.readTails()).map((tail) => [tail.id, tail]));
        assert.deepEqual(
          { ...tails.get("BTCUSDT") },
          {
            id: "BTCUSDT",
            minutes: [bar(START)],
            days: [],
            trades: [trade(2, START + MINUTE + 1)],
            newest: { seq: 2, time: START + MINUTE + 1 },
            note: "",
          },
        );
        assert.deepEqual([tails.get("old")?.trades, tails.get("old")?.newest], [[], { seq: 5, time: START }]);
        assert.equal(tails.get("new")?.note, "second");
        assert.deepEqual(tails.get("new")?.trades, [trade(3, START + MINUTE + 2, "new")]);
      }));

    it("keeps gaps, the newest version of each, and finds them by time, feed and instrument", () =>
      use(async (history) => {
        const gap: Gap = { feed: "a", from: START, to: START + 500, codes: [], cause: "connection", filledBy: "" };
        const named: Gap = { ...gap, from: START + 10, to: START + 20, codes: ["rb2605", "it's"], cause: "mute" };
        const other: Gap = { ...gap, feed: "b" };
        const twin: Gap = { ...named, codes: ["cu2605"] };
        for (const each of [named, gap, other, twin]) history.appendGap(each);
        await history.flush();
        const filled: Gap = { ...gap, to: START + 600, filledBy: "kline" };
        history.appendGap(filled);
        await history.flush();
        const all = { from: -Infinity, to: Infinity };
        const read = await history.readGaps(all);
        assert.equal(read.length, 4);
        assert.deepEqual(new Set(read), new Set([filled, other, named, twin]));
        assert.deepEqual(read.slice(2), [named, twin]);
        assert.deepEqual(await history.readGaps({ ...all, feed: "b" }), [other]);
        assert.deepEqual(await history.readGaps({ ...all, feed: "a", code: "rb2605" }), [filled, named]);
        assert.deepEqual(await history.readGaps({ ...all, feed: "a", code: "hc2605" }), [filled]);
        assert.deepEqual(await history.readGaps({ from: START + 21, to: Infinity, feed: "a" }), [filled]);
        assert.deepEqual(await history.readGaps({ from: -Infinity, to: START, feed: "a" }), []);
        assert.equal(history.status().committed, 5);
      }));

    it("counts what it took, closes twice, and refuses reads after that", () =>
      use(async (history) => {
        for (let seq = 1; seq <= 10_000; seq++) history.append("trade", trade(seq, START + seq), false);
        await history.flush();
        const { state, committed, waiting, dropped } = history.status();
        assert.deepEqual(
          { state, committed, waiting, dropped },
          { state: "ok", committed: 10_000, waiting: 0, dropped: 0 },
        );
        await Promise.all([history.close(), history.close()]);
        history.append("trade", trade(1, START), false);
        assert.equal(history.status().state, "closed");
        assert.equal(history.status().dropped, 1);
        await history.flush();
        await assert.rejects(history.readBars("BTCUSDT", "1m", 0, 1, 1), /closed/);
      }));

    if (durable) {
      it("holds after a close what was appended before it, books and levels included", () =>
        use(async (history, again) => {
          history.append("trade", trade(1, START), false);
          history.append("book", book, false);
          history.append("snapshot", makeSnapshot("rb2605"), false);
          history.appendBar(bar(START, { period: "1d" }));
          history.appendNote("BTCUSDT", "kept");
          const gap: Gap = { feed: "f", from: 1, to: 2, codes: ["a"], cause: "start", filledBy: "" };
          history.appendGap(gap);
          const reopened = await again();
          assert.equal((await reopened.readTails()).find(({ id }) => id === "BTCUSDT")?.note, "kept");
          assert.deepEqual(await reopened.readGaps({ from: 0, to: 9 }), [gap]);
          assert.deepEqual((await reopened.readTrades("BTCUSDT", 0, Infinity, undefined, 9)).trades, [trade(1, START)]);
          assert.deepEqual(await reopened.readBars("BTCUSDT", "1d", 0, Infinity, 9), [bar(START, { period: "1d" })]);
          assert.deepEqual((await reopened.readMerged(BTCUSDT, "1w", Infinity, 9)).length, 1);
        }));
    }
  });
}

let cases = 0;
/** Midnight in China of a Thursday. */
const DAY_ONE = Date.UTC(2025, 0, 1, 16);

function newest(bars: readonly Kline[]): Kline[] {
  return [...new Map(bars.map((each) => [each.time, each])).values()].toSorted((a, b) => a.time - b.time);
}
