import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { LineFile, openLines } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "tickwire-lines-"));
after(() => rmSync(folder, { recursive: true }));

async function readAll(file: LineFile): Promise<string[]> {
  const lines: string[] = [];
  const reader = {
    line: (bytes: Buffer, start: number, end: number) => void lines.push(bytes.toString("utf8", start, end)),
    overlong: () => void lines.push("<overlong>"),
  };
  while (await file.read(reader));
  await file.close();
  await file.close();
  return lines;
}

const stay = { close: async () => {} };

test("however the bytes are cut into chunks, the lines are the same", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", ",", "\n", "\r\n", "合"), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (content, sizes) => {
      const bytes = Buffer.from(content);
      const chunks: Buffer[] = [];
      for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!) {
        chunks.push(bytes.subarray(at, at + sizes[i % sizes.length]!));
      }
      const lines = await readAll(new LineFile(stay, Readable.from(chunks)));
      assert.deepEqual(
        lines,
        content.split(/\r?\n/).filter((line) => line !== ""),
      );
    }),
    { numRuns: 200 },
  );
});

test("a line without end is passed over in bounded memory, the next ones are read", async () => {
  const long = Buffer.alloc(100_000, "x");
  const chunks = [Buffer.from("a\n"), long, long, long, Buffer.from("\nb\nc")];
  assert.deepEqual(await readAll(new LineFile(stay, Readable.from(chunks))), ["a", "<overlong>", "b", "c"]);
});

test("gzip is told by its bytes, whatever the name", async () => {
  const path = join(folder, "ticks.csv");
  for (const content of ["a\nb\n", "", "x"]) {
    for (const bytes of [
      Buffer.from(content),
      gzipSync(content),
      Buffer.concat([gzipSync(content), gzipSync("\nz")]),
    ]) {
      writeFileSync(path, bytes);
      const expected = content.split("\n").filter((line) => line !== "");
      const lines = await readAll(await openLines(path));
      assert.deepEqual(
        lines.filter((line) => line !== "z"),
        expected,
      );
    }
  }
});

test("a gzip file that was cut short gives what it holds; one that is damaged rejects", async () => {
  const path = join(folder, "cut.csv.gz");
  const rows = Array.from({ length: 50_000 }, (_, at) => `${at},${at * 7919},${at ** 2}`).join("\n");
  const bytes = gzipSync(rows);
  const middle = Math.floor(bytes.length / 2);
  writeFileSync(path, bytes.subarray(0, middle));
  const lines = await readAll(await openLines(path));
  assert.ok(lines.length > 10_000 && lines.length < 50_000);
  assert.deepEqual(lines.slice(0, -1), rows.split("\n").slice(0, lines.length - 1));
  bytes.fill(0xff, middle, middle + 100);
  writeFileSync(path, bytes);
  const damaged = await openLines(path);
  await assert.rejects(readAll(damaged));
  await damaged.close();
});

test("a file that is not there rejects, and closing ends a read", async () => {
  await assert.rejects(openLines(join(folder, "none.csv")), /ENOENT/);
  await assert.rejects(openLines(folder), /EISDIR/);
  const path = join(folder, "open.csv");
  writeFileSync(path, "a\n".repeat(500_000));
  const file = await openLines(path);
  const reading = readAll(file).catch(() => []);
  await file.close();
  await reading;
});
