import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { futureOf } from "@tickwire/protocol/catalog";
import fc from "fast-check";
import { openMerge } from "./merge.ts";
import type { Contract } from "./recording.ts";
import { Shelf, toChinaTime, writeTicks } from "../../../../../test/support/replay-recordings.ts";

const shelf = new Shelf();

/** Reads files to their end: what would be played, in order, and what was strange. */
async function readFiles(
  files: readonly string[],
  window = 4096,
): Promise<{ rows: string[]; anomalies: string[]; failures: string[] }> {
  const contracts = new Map<string, Contract | undefined>();
  const anomalies: string[] = [];
  const merge = await openMerge(files, {
    contract: (id, near) => {
      const instrument = futureOf(id, near);
      if (!contracts.has(id)) contracts.set(id, instrument && { instrument, newest: undefined, seen: false });
      return contracts.get(id);
    },
    anomaly: (cause) => anomalies.push(cause),
    shift: 0,
    window,
  });
  const rows: string[] = [];
  for (;;) {
    if (!merge.ready) await merge.fill();
    const { head } = merge;
    if (head === undefined) break;
    rows.push(`${head.snapshot.id} ${toChinaTime(head.snapshot.time)} ${head.snapshot.volume}`);
    merge.shift();
  }
  const { failures } = merge;
  await merge.close();
  return { rows, anomalies, failures };
}

const volumes = (rows: readonly string[]): string => rows.map((row) => row.split(" ").at(-1)).join(" ");

test("a file that holds one instrument after the other is brought into order of time", async () => {
  const file = shelf.ticks(
    "a2605 20251114 10:00:01 4000 1",
    "a2605 20251114 10:00:02 4000 3",
    "m2605 20251114 10:00:00 3000 0",
    "m2605 20251114 10:00:01 3000 2",
    "m2605 20251114 10:00:03 3000 4",
  );
  assert.equal(volumes((await readFiles([file])).rows), "0 1 2 3 4");
});

test("rows of one instrument keep the file's order, whatever their times", async () => {
  const second = fc.integer({ min: 0, max: 59 });
  const row = fc.tuple(fc.constantFrom("a2605", "m2605", "rb2605"), second);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.constantFrom(2, 4096), async (list, window) => {
      const lines = list.map(
        ([id, seconds], volume) => `${id} 20251114 10:00:${String(seconds).padStart(2, "0")} 4000 ${volume}`,
      );
      const { rows, anomalies } = await readFiles([shelf.ticks(...lines)], window);
      assert.deepEqual(anomalies, []);
      assert.equal(rows.length, list.length);
      for (const id of ["a2605", "m2605", "rb2605"]) {
        const own = (all: readonly string[]): string => volumes(all.filter((one) => one.startsWith(id)));
        assert.equal(own(rows), own(lines));
      }
    }),
    { numRuns: 60 },
  );
});

test("files are merged by time; at equal times the file listed first goes first", async () => {
  const one = shelf.ticks("a2605 20251114 10:00:00 4000 1", "a2605 20251114 10:00:02 4000 4");
  const two = shelf.ticks(
    "m2605 20251114 10:00:00 3000 2",
    "m2605 20251114 10:00:01 3000 3",
    "m2605 20251114 10:00:03 3000 5",
  );
  assert.equal(volumes((await readFiles([one, two])).rows), "1 2 3 4 5");
  assert.equal(volumes((await readFiles([two, one])).rows), "2 1 3 4 5");
});

test("what cannot be read is counted, row by row, and the rest is played", async () => {
  const { rows, anomalies } = await readFiles([
    shelf.ticks(
      "rb2605 20251114 10:00:00 4000 1",
      "rb2605,20251114,20251114,10:00:00",
      "rb2605,20251114,20251114,10:00:00,0,4000,1,1000,extra",
      '"rb2605,20251114,20251114,10:00:00,0,4000,1,1000',
      "InstrumentID,TradingDay,ActionDay,UpdateTime,UpdateMillisec,LastPrice,Volume,Turnover",
      ",20251114,20251114,10:00:00,0,4000,1,1000",
      "rb2605,20251114,20251114,10:00:00,0,4x00,1,1000",
      `rb2605,${"9".repeat(70_000)}`,
      "zz9999 20251114 10:00:00 4000 1",
      "m2605-C-3000 20251114 10:00:00 40 1",
      "",
      "rb2605 20251114 10:00:01 4000 2",
    ),
  ]);
  assert.equal(volumes(rows), "1 2");
  const counted = Object.groupBy(anomalies, (cause) => cause);
  assert.deepEqual([counted["malformed-row"]?.length, counted["unknown-product"]?.length], [7, 2]);
});

test("a row whose time leaps ahead and is contradicted by the next is left out, so that nothing waits for it", async () => {
  const { rows, anomalies } = await readFiles([
    shelf.ticks(
      "rb2605 20251114 10:00:00 4000 1",
      "rb2605 20251114 10:00:01 4000 2",
      "rb2605 20991114 10:00:01 4000 3",
      "rb2605 20251114 10:00:02 4000 4",
      "rb2605 20251114 11:00:02 4000 5",
      "rb2605 20251114 10:00:03 4000 6",
      "rb2605 20291114 10:00:03 4000 7",
    ),
  ]);
  assert.equal(volumes(rows), "1 2 4 6");
  assert.deepEqual(anomalies, ["time-jump", "time-jump", "time-jump"]);
});

test("pauses, nights and other instruments' old states are no leaps", async () => {
  const { rows, anomalies } = await readFiles([
    shelf.ticks(
      "a2605 20251113 10:00:00 4000 1",
      "a2605 20251113 11:00:00 4000 2",
      "a2605 20251114 09:00:00 4000 3",
      "m2605 20251114 08:00:00 4000 4",
      "a2605 20251114 09:10:00 4000 5",
      "c2605 20251114 08:00:00 4000 6",
      "a2605 20251114 14:59:00 4000 7",
    ),
  ]);
  assert.deepEqual(anomalies, []);
  assert.equal(rows.length, 7);
});

test("a row that is behind its instrument is due with the row before it", async () => {
  const { rows } = await readFiles([
    shelf.ticks("a2605 20251114 10:00:05 4000 1", "a2605 20251114 10:00:01 4000 2", "m2605 20251114 10:00:03 4000 3"),
  ]);
  assert.equal(volumes(rows), "3 1 2");
});

test("a byte order mark, quotes and Windows line ends are tolerated", async () => {
  const content = `\uFEFF${writeTicks("rb2605 20251114 10:00:00 4000 1")}`
    .replaceAll(/[^,\n]+/g, '"$&"')
    .replaceAll("\n", "\r\n");
  assert.deepEqual((await readFiles([shelf.put(content.replace('"\uFEFF', '\uFEFF"'))])).rows, [
    "rb2605 11-14 10:00:00 1",
  ]);
});

test("a gzip file that was cut plays to its cut; damage is told", async () => {
  const lines = Array.from({ length: 30_000 }, (_, at) => {
    const time = new Date(9 * 3_600_000 + at * 500).toISOString().slice(11, 23);
    return `rb2605 20251114 ${time} ${4000 + ((at * 7919) % 13)} ${at}`;
  });
  const bytes = gzipSync(writeTicks(...lines));
  const middle = Math.floor(bytes.length / 2);
  const cut = await readFiles([shelf.put(bytes.subarray(0, middle))]);
  assert.ok(cut.rows.length > 5000 && cut.rows.length < 30_000);
  assert.ok(cut.anomalies.length <= 1, "the row at the cut");
  bytes.fill(0xff, middle, middle + 200);
  const damaged = await readFiles([shelf.put(bytes)]);
  assert.equal(damaged.failures.length, 1);
  assert.ok(damaged.anomalies.includes("file-unreadable"));
});

test("a file that is no recording rejects with its name and reason", async () => {
  const columns = shelf.put("date,close\n2025,1\n");
  await assert.rejects(readFiles([columns]), { message: new RegExp(`^${columns}: missing column InstrumentID`) });
  const empty = shelf.put("");
  await assert.rejects(readFiles([empty]), { message: `${empty}: the file is empty` });
  await assert.rejects(
    readFiles([shelf.ticks("rb2605 20251114 10:00:00 1 1"), "/nowhere/ticks.csv"]),
    /^Error: \/nowhere\/ticks\.csv: ENOENT/,
  );
});
