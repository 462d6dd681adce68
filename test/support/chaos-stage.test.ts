/** The chaos test can fail: a feed without care is found out, and one that only lacks luck is not blamed for more than it did. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CarelessFeed, type Carelessness } from "./careless-feed.ts";
import { ChaosStage } from "./chaos-stage.ts";
import { REFUSALS } from "./chaos-http.ts";
import { ALLTICK_UPSTREAM, type UpstreamKind } from "./upstream.ts";

const KIND: UpstreamKind = { ...ALLTICK_UPSTREAM, ids: ALLTICK_UPSTREAM.ids.slice(0, 4) };
const PATIENT: Carelessness = { gapMs: 3_000, spacingMs: 1_000 };

const open = (how: Carelessness): Promise<ChaosStage> =>
  ChaosStage.open(KIND, 1, (host, clock) => new CarelessFeed(host, KIND.ids, clock, how));

/** What is wrong after `fault`. */
async function wrongsAfter(how: Carelessness, fault: (stage: ChaosStage) => Promise<void> | void): Promise<string> {
  await using stage = await open(how);
  await stage.clock.pass(5_000);
  await fault(stage);
  await stage.ticksAgain();
  return (await stage.wrongs()).join("\n");
}

describe("the chaos stage", () => {
  it("finds nothing where nothing happens", async () => {
    assert.equal(await wrongsAfter(PATIENT, () => undefined), "");
  });

  it("finds the hole that a cut leaves, and the last tick that comes again", async () => {
    const wrongs = await wrongsAfter(PATIENT, ({ proxy }) => proxy.cut());
    assert.match(wrongs, /trades of BTCUSDT: \d+ to \d+ are missing, told from 1773194/);
  });

  it("finds ticks that come twice, and after later ones", async () => {
    const twice = await wrongsAfter(PATIENT, ({ proxy, clock }) => (proxy.duplicate(0.5), clock.pass(2_000)));
    assert.match(twice, /trades of \w+: \d+ came twice/);
    const mixed = await wrongsAfter(PATIENT, async ({ proxy, clock }) => {
      proxy.reorder(16);
      await clock.pass(5_000);
      proxy.pass();
    });
    assert.match(mixed, /trades of \w+: \d+ came after \d+/);
  });

  it("finds a client that hurries", async () => {
    const hurried = { gapMs: 10, spacingMs: 1_000 };
    const wrongs = await wrongsAfter(hurried, ({ proxy }) => proxy.cut());
    assert.match(wrongs, /connection 1 1\d ms after the end of 0/);
  });

  it("does not wait for ever for what does not come back", async () => {
    const gone = wrongsAfter(PATIENT, ({ proxy }) => (proxy.cut(), proxy.refuse(REFUSALS[429])));
    await assert.rejects(gone, /mute: BTCUSDT, ETHUSDT, EURUSD, GOLD/);
  });
});
