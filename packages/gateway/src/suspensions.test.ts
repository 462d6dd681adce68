import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeSuspensions } from "./suspensions.ts";

const folder = mkdtempSync(join(tmpdir(), "tickwire-suspensions-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "halts.json");

test("without a file every list is empty", async () => {
  assert.deepEqual(await makeSuspensions("", () => assert.fail())("sse"), []);
});

test("the file is read whenever somebody asks; a bad one is told to the operator, not to the client", async () => {
  const errors: string[] = [];
  const source = makeSuspensions(file, (error) => void errors.push((error as Error).message));
  const unavailable = { message: "suspension list not available" };
  await assert.rejects(source("sse"), unavailable);
  writeFileSync(file, '{"sse":[{"symbol":"600416","publishDate":"2026-08-04 18:30:00"}]}');
  assert.equal((await source("sse"))[0]?.["symbol"], "600416");
  assert.deepEqual(await source("nasdaq"), []);
  for (const text of ["{", '{"sse":[{"symbol":1}]}', "[]"]) {
    writeFileSync(file, text);
    await assert.rejects(source("sse"), unavailable);
  }
  assert.equal(errors.length, 4);
  assert.match(errors[0]!, /no such file/);
  assert.match(errors[2]!, /halts\.json: not an object with lists/);
});
