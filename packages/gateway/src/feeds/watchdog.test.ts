import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isOpen, type TradingHours } from "@tickwire/protocol/model";
import { Watchdog, type MuteReport } from "./watchdog.ts";
import { COMMODITY_HOURS as futures, CRYPTO_HOURS } from "../../../../test/support/hours.ts";

const DAY = 86_400_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const always: TradingHours = { ...CRYPTO_HOURS, always: true };
/** Monday 2026-03-02, 09:00 in Shanghai. */
const OPEN = Date.UTC(2026, 2, 2, 1, 0);

/** Gaps of a Poisson process, by a small generator of its own. */
function makeGaps(seed: number, mean: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return -mean * Math.log((state + 1) / 2 ** 32);
  };
}

/** Lets events arrive from `from` to `to` while they may, and asks every second; answers what was reported. */
function run(
  dog: Watchdog,
  ids: readonly { readonly id: string; readonly hours: TradingHours; readonly gap: () => number }[],
  [from, to]: readonly [number, number],
): { at: number; report: MuteReport }[] {
  const next = ids.map(({ gap }) => from + gap());
  const reports: { at: number; report: MuteReport }[] = [];
  for (let now = from; now < to; now += SECOND) {
    for (const [at, { id, hours, gap }] of ids.entries()) {
      for (; next[at]! <= now; next[at] = next[at]! + gap()) if (isOpen(hours, next[at]!)) dog.note(id, next[at]!);
    }
    for (const report of dog.check(now)) reports.push({ at: now, report });
  }
  return reports;
}

test("what flows by its own rhythm, quick or slow, is never reported, through sessions, nights and a weekend", () => {
  const anyMean = fc.integer({ min: 300, max: 20 * MINUTE });
  fc.assert(
    fc.property(fc.array(anyMean, { minLength: 1, maxLength: 4 }), fc.nat(), (means, seed) => {
      const dog = new Watchdog({ firstMs: HOUR * 5 });
      const ids = means.map((mean, at) => ({ id: `c${at}`, hours: futures, gap: makeGaps(seed + at, mean) }));
      for (const { id } of ids) dog.watch({ id, hours: futures }, OPEN);
      assert.deepEqual(run(dog, ids, [OPEN, OPEN + 8 * HOUR]), []);
      assert.deepEqual(run(dog, ids, [OPEN + 4 * DAY, OPEN + 4 * DAY + 3 * HOUR]), []);
    }),
    { numRuns: 12 },
  );
});

test("nothing is reported while it is closed, however long nothing came", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 14 * 24 * 60 }), (gaps, minutes) => {
      const now = OPEN + minutes * MINUTE;
      const dog = new Watchdog();
      dog.watch({ id: "rb2605", hours: futures }, OPEN);
      for (let at = 0; at < gaps; at++) dog.note("rb2605", OPEN + at * 500);
      const reports = dog.check(now);
      if (!isOpen(futures, now)) assert.deepEqual(reports, []);
    }),
  );
});

test("an upstream that goes mute in a session is reported within the floor or its bound, once and when the silence doubles", () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 30 * SECOND }), fc.nat(), (mean, seed) => {
      const dog = new Watchdog();
      const ids = [{ id: "BTCUSDT", hours: always, gap: makeGaps(seed, mean) }];
      dog.watch({ id: "BTCUSDT", hours: always }, OPEN);
      const count = Math.max(20, Math.ceil((20 * SECOND) / mean));
      run(dog, ids, [OPEN, OPEN + count * mean]);
      const mute = OPEN + count * mean + SECOND;
      const reports = run(dog, [], [mute, mute + 3 * HOUR]);
      assert.equal(reports[0]?.report.id, "");
      assert.ok(
        reports[0].at - mute <= Math.max(16 * SECOND, 80 * mean),
        `after ${reports[0].at - mute} ms of ${mean}`,
      );
      assert.ok(reports.length <= 11, `${reports.length} reports in three hours`);
    }),
    { numRuns: 40 },
  );
});

test("many slow instruments make a quick upstream: its silence is found long before that of one of them", () => {
  const dog = new Watchdog();
  const ids = Array.from({ length: 100 }, (_, at) => ({ id: `s${at}`, hours: always, gap: makeGaps(at, 30 * SECOND) }));
  for (const { id } of ids) dog.watch({ id, hours: always }, OPEN);
  assert.deepEqual(run(dog, ids, [OPEN, OPEN + HOUR]), []);
  const [first] = run(dog, [], [OPEN + HOUR, OPEN + 2 * HOUR]);
  assert.equal(first?.report.id, "");
  assert.ok(first.at - (OPEN + HOUR) < 40 * SECOND);
});

test("one mute instrument among others is reported by its name; its return tells how long it was", () => {
  const dog = new Watchdog();
  const quick = { id: "rb2605", hours: futures, gap: () => 500 };
  const other = { id: "hc2605", hours: futures, gap: () => 700 };
  for (const { id } of [quick, other]) dog.watch({ id, hours: futures }, OPEN);
  run(dog, [quick, other], [OPEN, OPEN + 10 * MINUTE]);
  const last = OPEN + 10 * MINUTE - SECOND;
  const reports = run(dog, [other], [OPEN + 10 * MINUTE, OPEN + 11 * MINUTE]);
  assert.deepEqual(
    reports.map(({ report }) => report.id),
    ["rb2605", "rb2605"],
  );
  assert.ok(reports[0]!.at - last <= 17 * SECOND);
  const end = dog.note("rb2605", OPEN + 11 * MINUTE);
  assert.equal(end?.id, "rb2605");
  assert.ok(Math.abs(end.since - last) <= SECOND && end.silentMs >= MINUTE);
  assert.equal(dog.note("rb2605", OPEN + 11 * MINUTE + 500), undefined);
});

test("silence counts from a session's start, after its grace, and anew after a restart", () => {
  const dog = new Watchdog();
  dog.watch({ id: "rb2605", hours: futures }, OPEN);
  for (let at = 0; at < 100; at++) dog.note("rb2605", OPEN + at * 500);
  const afternoon = OPEN + 4.5 * HOUR;
  assert.deepEqual(dog.check(afternoon + 44 * SECOND), []);
  assert.equal(dog.check(afternoon + 46 * SECOND)[0]?.silentMs, 16 * SECOND);
  dog.restart(afternoon + 50 * SECOND);
  assert.deepEqual(dog.check(afternoon + 64 * SECOND), []);
});

test("an instrument that is slow by nature is learned from false alarms: they become rare", () => {
  const dog = new Watchdog();
  const slow = { id: "s", hours: always, gap: () => 10 * MINUTE };
  dog.watch(slow, OPEN);
  const early = run(dog, [slow], [OPEN, OPEN + 6 * HOUR]);
  assert.ok(early.length > 0 && early.length < 20, `${early.length}`);
  assert.deepEqual(run(dog, [slow], [OPEN + 6 * HOUR, OPEN + 24 * HOUR]), []);
});

test("a silence that another connection cured was none of the instrument's own: the next one is found as soon", () => {
  const dog = new Watchdog();
  dog.watch({ id: "a", hours: always }, OPEN);
  let now = OPEN;
  const flow = (seconds: number): void => {
    for (const end = now + seconds * SECOND; now < end; now += SECOND) dog.note("a", now);
  };
  const found = (): number => {
    const from = now;
    while (dog.check(now).length === 0) now += SECOND;
    return now - from;
  };
  flow(60);
  const first = found();
  for (let round = 0; round < 5; round++) {
    dog.restart(now);
    now += 2 * SECOND;
    flow(60);
    assert.ok(found() <= first, `mute no. ${round + 2}`);
  }
});

test("what is only repeated on a new connection shows no cure: a calm market is not connected to again and again", () => {
  const dog = new Watchdog();
  dog.watch({ id: "a", hours: always }, OPEN);
  let now = OPEN;
  for (; now < OPEN + MINUTE; now += SECOND) dog.note("a", now);
  let restarts = 0;
  for (const end = now + 2 * HOUR; now < end; now += SECOND) {
    if (dog.check(now).length === 0) continue;
    restarts++;
    dog.restart(now);
    dog.note("a", now + SECOND, false);
  }
  assert.ok(restarts < 6, `${restarts} connections`);
});

test("what is never heard of says nothing while others flow, and all when nothing ever came", () => {
  const dog = new Watchdog();
  dog.watch({ id: "dead", hours: always }, OPEN);
  dog.watch({ id: "live", hours: always }, OPEN);
  assert.equal(dog.check(OPEN + 121 * SECOND)[0]?.id, "");
  const live = { id: "live", hours: always, gap: () => 500 };
  assert.deepEqual(run(dog, [live], [OPEN + 122 * SECOND, OPEN + 5 * HOUR]), []);
  dog.unwatch("dead");
  assert.equal(dog.size, 1);
});
