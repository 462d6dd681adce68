import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FakeTimers, settle } from "../../../test/support/fake-service.ts";
import { backOffDelay } from "./back-off.ts";
import { ClientError, type CloseInfo } from "./connection.ts";
import { Keeper, type KeeperOptions } from "./keeper.ts";
import type { KeptLink } from "./kept-link.ts";
import type { ClientState, ClientStatus } from "./status.ts";

/** A connection that the test ends. */
class FakeLink implements KeptLink {
  readonly closed: Promise<CloseInfo>;
  lastMessage = 0;
  fault?: ClientError;
  readonly restored = Promise.withResolvers<void>();
  readonly #end: (info: CloseInfo) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<CloseInfo>();
    this.closed = promise;
    this.#end = resolve;
  }

  end(code = 1006, reason = ""): void {
    this.#end({ code, reason, wanted: false });
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#end({ code: 1000, reason: "", wanted: true });
  }
}

/** A service whose connections the test makes, refuses, brings up to date and cuts. */
class Stage {
  readonly timers = new FakeTimers();
  readonly states: ClientState[] = [];
  readonly statuses: ClientStatus[] = [];
  readonly keeper: Keeper<FakeLink>;
  /** When each attempt began. */
  readonly attempts: number[] = [];
  /** The attempt that waits for its outcome. */
  asked: PromiseWithResolvers<FakeLink> | undefined;
  link: FakeLink | undefined;
  open = 0;
  mostOpen = 0;

  constructor(more: Partial<KeeperOptions<FakeLink>> = {}) {
    this.keeper = new Keeper<FakeLink>({
      connect: (signal) => this.#connect(signal),
      restore: (link) => link.restored.promise,
      onStatus: (status) => {
        this.states.push(status.state);
        this.statuses.push(status);
      },
      timers: this.timers,
      now: () => this.timers.now,
      random: () => 0.5,
      ...more,
    });
  }

  async accept(): Promise<void> {
    this.link = new FakeLink();
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    void this.link.closed.then(() => this.open--);
    this.asked!.resolve(this.link);
    this.asked = undefined;
    await settle();
  }

  async live(): Promise<void> {
    await this.accept();
    this.link!.restored.resolve();
    await settle();
  }

  async refuse(error = new ClientError("connect", "refused", 503)): Promise<void> {
    this.asked!.reject(error);
    this.asked = undefined;
    await settle();
  }

  #connect(signal: AbortSignal): Promise<FakeLink> {
    assert.equal(this.open, 0, "a connection is made while another is open");
    assert.equal(this.asked, undefined, "two attempts at a time");
    this.attempts.push(this.timers.now);
    const asked = Promise.withResolvers<FakeLink>();
    signal.addEventListener("abort", () => {
      asked.reject(new ClientError("connect", "no longer wanted"));
      this.asked = undefined;
    });
    return (this.asked = asked).promise;
  }
}

async function begun(more: Partial<KeeperOptions<FakeLink>> = {}): Promise<Stage> {
  const stage = new Stage(more);
  stage.keeper.start();
  await settle();
  return stage;
}

describe("backOffDelay", () => {
  it("lies between the gap and the cap, and grows with the failures", () => {
    const whole = fc.integer({ min: 0, max: 100_000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), whole, whole, whole, random, (failures, base, cap, gap, r) => {
        const delay = backOffDelay(failures, { baseMs: base, capMs: cap, gapMs: gap }, r);
        assert.ok(delay >= gap && delay <= Math.max(gap, cap), `${delay}`);
        assert.ok(delay <= backOffDelay(failures + 1, { baseMs: base, capMs: cap, gapMs: gap }, r));
      }),
    );
    assert.equal(backOffDelay(3, { baseMs: 500, capMs: 30_000, gapMs: 0 }, 0.5), 1_000);
  });
});

describe("Keeper", () => {
  it("is live only after everything was restored", async () => {
    const stage = await begun();
    await stage.accept();
    assert.equal(stage.keeper.status.state, "connecting");
    assert.equal(stage.keeper.live, undefined);
    stage.link!.restored.resolve();
    await settle();
    assert.deepEqual(stage.states, ["connecting", "live"]);
    assert.equal(stage.keeper.live, stage.link);
    assert.deepEqual([stage.keeper.status.attempt, stage.keeper.status.connections], [0, 1]);
  });

  it("connects again after every end, waiting longer each time", async () => {
    const stage = await begun();
    await stage.live();
    await stage.timers.pass(60_000);
    stage.link!.end(1006);
    await settle();
    const { state, cause, retryAt } = stage.keeper.status;
    assert.deepEqual([state, cause, retryAt], ["waiting", "1006 connection lost", 60_250]);
    for (const wait of [250, 500, 1_000, 2_000]) {
      await stage.timers.pass(wait - 1);
      assert.equal(stage.asked, undefined);
      await stage.timers.pass(1);
      await stage.refuse();
    }
    assert.deepEqual(stage.attempts.slice(1), [60_250, 60_750, 61_750, 63_750]);
    assert.equal(stage.keeper.status.attempt, 4);
  });

  it("waits for the gap that the service demands, counted from the end", async () => {
    const stage = await begun({ backOff: { gapMs: 3_000, capMs: 3_500 } });
    await stage.live();
    stage.link!.end();
    await stage.timers.pass(2_999);
    assert.equal(stage.asked, undefined);
    await stage.timers.pass(501);
    assert.ok(stage.asked);
  });

  it("does not take a connection that breaks at once for a good one", async () => {
    const stage = await begun();
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      await stage.live();
      const before = stage.timers.now;
      stage.link!.end();
      await stage.timers.pass(5_000);
      waits.push(stage.attempts.at(-1)! - before);
    }
    assert.deepEqual(waits, [250, 500, 1_000, 2_000]);
  });

  it("fails for good where no retry helps: at connecting, at restoring, and at the end", async () => {
    const refusal = new ClientError("refused", "401 token invalid", 401, false);
    const refused = await begun();
    const ready = assert.rejects(refused.keeper.ready(), refusal);
    await refused.refuse(refusal);
    await ready;
    const restoring = await begun();
    await restoring.accept();
    restoring.link!.restored.reject(refusal);
    await settle();
    const ended = await begun();
    await ended.live();
    ended.link!.fault = refusal;
    ended.link!.end(1008);
    await settle();
    for (const stage of [refused, restoring, ended]) {
      assert.deepEqual([stage.keeper.status.state, stage.keeper.status.cause], ["failed", "401 token invalid"]);
      await stage.timers.pass(100_000);
      assert.deepEqual([stage.attempts.length, stage.open, stage.timers.waiting], [1, 0, 0]);
      await assert.rejects(stage.keeper.ready(), refusal);
      await stage.keeper.close();
      assert.equal(stage.states.at(-1), "failed");
    }
  });

  it("asks why a connection was refused, and gives up where there is no hope", async () => {
    const reasons = [undefined, new ClientError("connect", "401", 401, false)];
    const stage = await begun({ explain: () => Promise.resolve(reasons.shift()) });
    await stage.refuse(new ClientError("connect", "no reason"));
    assert.equal(stage.keeper.status.state, "waiting");
    await stage.timers.pass(250);
    await stage.refuse(new ClientError("connect", "no reason"));
    assert.deepEqual([stage.keeper.status.state, stage.keeper.failure?.ret], ["failed", 401]);
    assert.equal(stage.timers.waiting, 0);
  });

  it("asks so only after the first, second, fourth, eighth … refusal in a row: each question costs a request", async () => {
    let refusals = 0;
    const asked: number[] = [];
    const stage = await begun({
      backOff: { baseMs: 0, capMs: 0 },
      explain: () => {
        asked.push(refusals);
        return Promise.resolve(undefined);
      },
    });
    const refuse = async (times: number): Promise<void> => {
      for (let round = 0; round < times; round++) {
        refusals++;
        await stage.refuse(new ClientError("connect", "no reason"));
        await stage.timers.pass(0);
      }
    };
    await refuse(100);
    assert.deepEqual(asked, [1, 2, 4, 8, 16, 32, 64]);
    await stage.live();
    stage.link!.end();
    await stage.timers.pass(0);
    await refuse(3);
    assert.deepEqual(asked.slice(7), [101, 102]);
    await stage.keeper.close();
  });

  it("drops a connection that is no good, with the reason as the cause", async () => {
    const stage = await begun();
    await stage.live();
    stage.keeper.drop("nothing came for a minute");
    await settle();
    assert.deepEqual([stage.states.at(-1), stage.statuses.at(-1)!.cause], ["waiting", "nothing came for a minute"]);
    await stage.timers.pass(1_000);
    await stage.live();
    assert.deepEqual([stage.keeper.status.state, stage.keeper.status.cause], ["live", "nothing came for a minute"]);
    stage.link!.end();
    await settle();
    assert.equal(stage.keeper.status.cause, "1006 connection lost");
  });

  it("closes while waiting, connecting or live; once and for all", async () => {
    const waiting = await begun();
    await waiting.refuse();
    const connecting = await begun();
    const live = await begun();
    await live.live();
    for (const { keeper, timers, states } of [waiting, connecting, live]) {
      const closing = keeper.close();
      assert.equal(keeper.status.state, "closed");
      await Promise.all([closing, keeper.close()]);
      assert.equal(timers.waiting, 0);
      keeper.start();
      await timers.pass(100_000);
      assert.equal(states.at(-1), "closed");
      await assert.rejects(keeper.ready(), /the client is closed/);
    }
    assert.equal(live.open, 0);
  });
});

/** Which state may follow which. */
const LEGAL: Readonly<Record<ClientState, readonly ClientState[]>> = {
  connecting: ["live", "waiting", "failed", "closed"],
  live: ["waiting", "failed", "closed"],
  waiting: ["connecting", "failed", "closed"],
  closed: [],
  failed: [],
};

const NAMES = ["accept", "restore", "refuse", "refuse for good", "cut", "drop", "restore fails", "pass"] as const;

async function perform(stage: Stage, name: (typeof NAMES)[number], ms: number): Promise<void> {
  if (name === "accept" && stage.asked) await stage.accept();
  else if (name === "restore") stage.link?.restored.resolve();
  else if (name === "refuse" && stage.asked) await stage.refuse();
  else if (name === "refuse for good" && stage.asked) {
    await stage.refuse(new ClientError("refused", "no", 401, false));
  } else if (name === "cut") stage.link?.end();
  else if (name === "drop") stage.keeper.drop("no good");
  else if (name === "restore fails" && stage.keeper.link) {
    stage.link?.restored.reject(new ClientError("timeout", "no reply"));
  } else if (name === "pass") await stage.timers.pass(ms);
  await settle();
}

it("whatever happens: one connection at a time, legal states, waits within their bounds, an end that ends", async () => {
  const step = fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 8_000 }));
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.infiniteStream(fraction), async (steps, randoms) => {
      const backOff = { baseMs: 200, capMs: 4_000, gapMs: 1_000 };
      const stage = await begun({ backOff, random: () => randoms.next().value as number });
      for (const [name, ms] of steps) await perform(stage, name, ms);
      await stage.keeper.close();
      const before = stage.attempts.length;
      await stage.timers.pass(100_000);
      assert.deepEqual([stage.attempts.length, stage.open, stage.timers.waiting], [before, 0, 0]);
      assert.ok(stage.mostOpen <= 1);
      for (const [at, { state, retryAt, since, cause }] of stage.statuses.entries()) {
        const next = stage.states[at + 1];
        if (next !== undefined) assert.ok(LEGAL[state].includes(next), `${state} to ${next}`);
        if (state === "waiting") assert.ok(retryAt - since >= 1_000 && retryAt - since <= 4_000 && cause !== "");
        else assert.equal(retryAt, 0);
      }
    }),
  );
});
