/**
 * Kills a gateway under load without warning (and now and then politely), again and again, while three users trade: every order,
 * fill, cancel and money movement that was told is there after the restart, and all accounts are right to the fen.
 * TICKWIRE_TEST_KILLS sets how often, TICKWIRE_TEST_SEED what is done and when.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashLane } from "./support/crash-lane.ts";
import { makeDataFolder } from "./support/data-folder.ts";

const KILLS = Number(process.env["TICKWIRE_TEST_KILLS"] ?? 200);
const SEED = Number(process.env["TICKWIRE_TEST_SEED"] ?? Date.now() % 2 ** 31);
/** Data directories that live through this side by side. */
const LANES = Math.min(3, KILLS);

test(
  `${KILLS} times killed while users trade, nothing that was told is lost`,
  {
    timeout: 120_000 + KILLS * 5_000,
  },
  async (context) => {
    const begun = performance.now();
    const cache = makeDataFolder();
    const lanes = Array.from({ length: LANES }, (_, at) => new CrashLane(SEED, `lane ${at}`, cache));
    await lanes[0]!.prepare();
    const stop = new AbortController();
    const run = async (lane: CrashLane, at: number): Promise<void> => {
      try {
        if (at > 0) await lane.prepare();
        while (lane.sums.kills < Math.ceil(KILLS / LANES) && !stop.signal.aborted) await lane.live();
        if (!stop.signal.aborted) await lane.finish();
      } catch (cause) {
        stop.abort();
        const where = `seed ${SEED}, lane ${at}, after kill ${lane.sums.kills} and SIGTERM ${lane.sums.terms}`;
        throw new Error(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      } finally {
        await lane.abandon();
      }
    };
    for (const end of await Promise.allSettled(lanes.map(run))) if (end.status === "rejected") throw end.reason;
    const sum = (count: (lane: CrashLane) => number): number => lanes.reduce((all, lane) => all + count(lane), 0);
    const [kills, terms] = [sum((lane) => lane.sums.kills), sum((lane) => lane.sums.terms)];
    const [orders, trades] = [sum((lane) => lane.told.orderCount), sum((lane) => lane.told.tradeCount)];
    const [moves, settlements] = [sum((lane) => lane.money.moves), sum((lane) => lane.money.settlements)];
    context.diagnostic(
      `seed ${SEED}: ${kills} kills and ${terms} SIGTERMs in ${Math.round((performance.now() - begun) / 1000)} s, ` +
        `${orders} orders, ${trades} trades, ${sum((lane) => lane.sums.canceled)} old orders canceled, ` +
        `${moves} money movements, ${settlements} settlements, ${sum((lane) => lane.told.checks)} checks`,
    );
    assert.ok(kills >= KILLS);
    assert.ok(orders > KILLS && trades > KILLS);
  },
);
