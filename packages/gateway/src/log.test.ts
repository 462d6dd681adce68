import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeLogger } from "./log.ts";

function capture(
  level: "info" | "silent",
  pretty: boolean,
  colour = false,
): { lines: string[]; log: ReturnType<typeof makeLogger> } {
  const lines: string[] = [];
  return { lines, log: makeLogger(level, { pretty, colour }, { write: (line) => lines.push(line) }) };
}

describe("makeLogger", () => {
  it("writes JSON lines", () => {
    const { lines, log } = capture("info", false);
    log.info({ feed: "sim", instruments: 3 }, "feed started");
    const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
    assert.deepEqual(rest, { level: "info", feed: "sim", instruments: 3, msg: "feed started" });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
  });

  it("writes readable lines, in colour only where asked", () => {
    const { lines, log } = capture("info", true);
    log.warn({ feed: "sim" }, "late");
    assert.match(lines[0]!, /^\d\d:\d\d:\d\d\.\d{3} WARN  late feed=sim\n$/);
    const coloured = capture("info", true, true);
    coloured.log.warn({}, "late");
    assert.ok(coloured.lines[0]!.includes("\u001b[33mWARN "));
  });

  it("keeps below its level quiet", () => {
    const { lines, log } = capture("info", false);
    log.debug({}, "chatter");
    assert.deepEqual(lines, []);
    const silent = capture("silent", false);
    silent.log.error({}, "x");
    assert.deepEqual(silent.lines, []);
  });

  it("tells what an error is", () => {
    for (const pretty of [false, true]) {
      const { lines, log } = capture("info", pretty);
      log.error({ err: new RangeError("out of range") }, "a session failed");
      assert.match(lines[0]!, /out of range/);
    }
  });

  it("never writes tokens and passwords", () => {
    for (const pretty of [false, true]) {
      const { lines, log } = capture("info", pretty);
      log.info({ token: "hunter1", password: "hunter2", login: { password: "hunter3", Password: "hunter4" } }, "x");
      assert.doesNotMatch(lines.join(""), /hunter/);
    }
  });
});
