import assert from "node:assert/strict";
import { it } from "node:test";
import type { Feed, UpstreamStatus } from "../ports/feed.ts";
import { UpstreamLog } from "./upstream-log.ts";

type Line = readonly [level: "debug" | "info" | "warn", message: string, fields: Readonly<Record<string, unknown>>];

function stage() {
  const lines: Line[] = [];
  const statuses: UpstreamStatus[] = [];
  const gaps = new Map<string, { open: number; filled: number }>();
  const feed: Feed = {
    name: "alltick",
    timeline: "wall",
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    status: () => ({ state: "running", detail: "", time: 0, upstreams: statuses }),
    want: () => false,
  };
  const log = new UpstreamLog(
    { feeds: [feed], market: { gaps } },
    {
      debug: (fields, message) => lines.push(["debug", message, fields]),
      info: (fields, message) => lines.push(["info", message, fields]),
      warn: (fields, message) => lines.push(["warn", message, fields]),
    },
  );
  return {
    gaps,
    /** One upstream is as it is told; what the log then says. */
    see(state: UpstreamStatus["state"], connections: number, cause = ""): readonly Line[] {
      statuses.splice(0, 1, { name: "host general", state, cause, lastMessage: 0, connections });
      return this.look();
    },
    look(): readonly Line[] {
      log.look();
      return lines.splice(0);
    },
  };
}

const brief = (lines: readonly Line[]): unknown[] =>
  lines.map(([level, message, { cause }]) => [level, message, cause]);

it("tells each change of a connection once, with its cause", () => {
  const stages = stage();
  assert.deepEqual(stages.see("connecting", 0), []);
  assert.deepEqual(stages.see("live", 1), [
    ["info", "upstream live", { feed: "alltick", upstream: "host general", connections: 1 }],
  ]);
  assert.deepEqual(stages.see("live", 1), []);
  assert.deepEqual(brief(stages.see("waiting", 1, "1006")), [["warn", "upstream lost", "1006"]]);
  assert.deepEqual(stages.see("connecting", 1, "1006"), []);
  assert.deepEqual(brief(stages.see("live", 2, "1006")), [["info", "upstream live again", "1006"]]);
  assert.deepEqual(brief(stages.see("live", 3, "606")), [["info", "upstream live again", "606"]]);
  assert.deepEqual(brief(stages.see("failed", 3, "401")), [["warn", "upstream failed: it is not tried again", "401"]]);
});

it("tells of an upstream that was never reached", () => {
  assert.deepEqual(brief(stage().see("waiting", 0, "refused")), [["warn", "upstream not reached", "refused"]]);
});

it("tells of an upstream that cannot be reached at its first try, though it was seen before that try ended", () => {
  const stages = stage();
  assert.deepEqual(stages.see("connecting", 0), []);
  assert.deepEqual(brief(stages.see("waiting", 0, "refused")), [["warn", "upstream not reached", "refused"]]);
  assert.deepEqual(stages.see("connecting", 0, "refused"), []);
  assert.deepEqual(stages.see("waiting", 0, "refused"), [], "not at every try");
});

it("tells how many gaps came and were filled, a line for each cause", () => {
  const stages = stage();
  stages.gaps.set("connection", { open: 3, filled: 0 });
  stages.gaps.set("mute", { open: 1, filled: 1 });
  assert.deepEqual(stages.look(), [
    ["warn", "data is missing: see `tickwire gaps`", { cause: "connection", gaps: 3 }],
    ["warn", "data is missing: see `tickwire gaps`", { cause: "mute", gaps: 1 }],
    ["info", "missing data was filled", { cause: "mute", gaps: 1 }],
  ]);
  assert.deepEqual(stages.look(), []);
  stages.gaps.set("rotation", { open: 1, filled: 0 });
  assert.deepEqual(brief(stages.look()).flat()[0], "debug", "part of the normal course of things");
  stages.gaps.set("connection", { open: 3, filled: 3 });
  assert.deepEqual(stages.look(), [["info", "missing data was filled", { cause: "connection", gaps: 3 }]]);
});
