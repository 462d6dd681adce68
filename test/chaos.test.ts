/**
 * Whatever happens between tickwire and its upstream: every instrument is soon back, no tick comes twice or out of order, what is
 * missing lies in a gap that was admitted, and the upstream is never crowded or hurried. Its time is the test's own:
 * minutes pass in a second, to the millisecond. TICKWIRE_TEST_CHAOS=50 plays everything fifty times, from other seeds.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChaosStage, chaosSeeds } from "./support/chaos-stage.ts";
import { REFUSALS } from "./support/chaos-http.ts";
import { ALLTICK_UPSTREAM, CTP_UPSTREAM } from "./support/upstream.ts";

/** Longest that a client may take to find out that a connection is dead: some heartbeats. */
const FOUND_OUT_MS = 45_000;
/** So long an upstream keeps a connection that it hears nothing of, with its grace and what rounding adds. */
const DROPPED_MS = 40_000;

/** Each resolves when the upstream is back. */
const FAULTS: Readonly<Record<string, (stage: ChaosStage) => Promise<void>>> = {
  "the connections are cut": async ({ proxy }) => proxy.cut(),
  "half a frame, then a reset": async ({ proxy, clock, kind }) => {
    const lines = proxy.open.filter(({ path }) => kind.talks.includes(path));
    proxy.cutInFrame();
    await clock.until(() => lines.every(({ ended }) => ended < Infinity), FOUND_OUT_MS);
    proxy.cut();
  },
  "the upstream is gone for a while": async (stage) => {
    stage.proxy.disappear();
    stage.proxy.cut();
    await stage.clock.pass(stage.between(500, 60_000));
    stage.proxy.pass();
  },
  "nothing passes for a moment": async (stage) => {
    stage.proxy.stall("up", "down");
    await stage.clock.pass(stage.between(500, 8_000));
    stage.proxy.pass();
  },
  "the connections are mute: nothing comes": (stage) => lose(stage, ["down"]),
  "the connections are mute: nothing arrives": (stage) => lose(stage, ["up"]),
  "the connections are dead, and nobody says so": (stage) => lose(stage, ["up", "down"]),
  "frames come twice": async (stage) => {
    stage.proxy.duplicate(0.3);
    await stage.clock.pass(stage.between(2_000, 15_000));
    stage.proxy.pass();
  },
  "frames come in the wrong order": async (stage) => {
    stage.proxy.reorder(stage.between(4, 20));
    await stage.clock.pass(stage.between(2_000, 15_000));
    stage.proxy.pass();
  },
  "handshakes are slow": async (stage) => {
    stage.proxy.delayHandshakes(stage.between(1_000, 8_000));
    stage.proxy.cut();
    await stage.clock.pass(stage.between(1_000, 20_000));
    stage.proxy.pass();
  },
  "a storm of 429": async (stage) => {
    stage.proxy.refuse(REFUSALS[429]);
    stage.proxy.cut();
    await stage.clock.pass(stage.between(1_000, 60_000));
    stage.proxy.pass();
  },
  "606, then a close": async ({ proxy }) => proxy.sendAway(),
};

/** Both sides must find out by themselves; the upstream is back when it has let go of the dead connections. */
async function lose(stage: ChaosStage, directions: readonly ("up" | "down")[]): Promise<void> {
  const { proxy, clock, kind } = stage;
  const lines = proxy.open.filter(({ path }) => kind.talks.includes(path));
  proxy.lose(...directions);
  if (!kind.beats && !directions.includes("down")) return clock.pass(stage.between(1_000, 20_000));
  await clock.until(
    () => lines.every(({ ended }) => ended < Infinity),
    FOUND_OUT_MS,
    () => "nobody notices",
  );
  if (!kind.beats) return;
  await clock.until(
    () => lines.every(({ released }) => released < Infinity),
    DROPPED_MS,
    () => "not let go",
  );
}

async function survive(stage: ChaosStage, fault: (stage: ChaosStage) => Promise<void>): Promise<void> {
  await stage.clock.pass(stage.between(10_000, 15_000));
  await fault(stage);
  await stage.ticksAgain();
}

/** Long enough for what still was to come, and for gaps to be told. */
const AFTERMATH_MS = 3_000;

for (const kind of [ALLTICK_UPSTREAM, CTP_UPSTREAM]) {
  describe(`an upstream of ${kind.name}`, () => {
    for (const seed of chaosSeeds(process.env)) {
      for (const [name, fault] of Object.entries(FAULTS)) {
        it(`${name} (seed ${seed})`, async () => {
          await using stage = await ChaosStage.open(kind, seed);
          await survive(stage, fault);
          await stage.clock.pass(AFTERMATH_MS);
          assert.deepEqual(await stage.wrongs(), []);
        });
      }

      it(`a cut while it still comes up (seed ${seed})`, async () => {
        await using stage = await ChaosStage.open(kind, seed);
        await stage.clock.pass(stage.between(0, 1_500));
        stage.proxy.cut();
        await stage.ticksAgain();
        await stage.clock.pass(AFTERMATH_MS);
        assert.deepEqual(await stage.wrongs(), []);
      });

      it(`one thing after another (seed ${seed})`, async () => {
        await using stage = await ChaosStage.open(kind, seed);
        const faults = Object.values(FAULTS).map((fault) => ({ fault, at: stage.random.uniform() }));
        for (const { fault } of faults.toSorted((a, b) => a.at - b.at)) await survive(stage, fault);
        await stage.clock.pass(AFTERMATH_MS);
        assert.deepEqual(await stage.wrongs(), []);
      });

      it(`refused credentials are not tried again (seed ${seed})`, async () => {
        await using stage = await ChaosStage.open(kind, seed);
        const { proxy, clock, upstream } = stage;
        const path = upstream.refuse(proxy);
        proxy.cut();
        await clock.pass(20_000);
        const asked = (): number => [...proxy.handshakes, ...proxy.calls].filter((deed) => deed.path === path).length;
        const before = asked();
        await clock.pass(120_000);
        assert.equal(asked(), before);
      });
    }
  });
}
