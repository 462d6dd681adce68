/** Whether a client behaved at its upstream, by what a {@link ChaosProxy} saw: pure, so that it can be shown to find something. */
import type { AllTickHttpPlan, AllTickPlan, HttpRate } from "@tickwire/protocol/alltick";
import type { CallDeed, FrameDeed, HandshakeDeed } from "./chaos-deeds.ts";

/** What a proxy saw. */
export interface Seen {
  readonly handshakes: readonly HandshakeDeed[];
  readonly frames: readonly FrameDeed[];
  readonly calls: readonly CallDeed[];
  readonly mostAccepted: ReadonlyMap<string, number>;
}

type HttpRates = Pick<AllTickHttpPlan, "each" | "batch" | "minute">;

const HEARTBEAT = 22000;
const MINUTE_MS = 60_000;
const QUERY_GAP_MS = 1_000;

/** What broke the rules of a plan with one connection (alltick.md 4, 5.5), one line each. */
export function findAllTickBreaches(seen: Seen, plan: AllTickPlan, http: HttpRates): string[] {
  const requests = seen.frames.filter(({ text }) => (JSON.parse(text) as { cmd_id?: unknown }).cmd_id !== HEARTBEAT);
  return [
    ...findCrowds(seen, plan.reconnectGapMs),
    ...findEarly(requests, (a, b) => (a.line === b.line ? plan.requestSpacingMs : plan.crossSpacingMs)),
    ...findFloods(seen.calls, http),
  ];
}

/** What broke the rules of a CTP gateway: one session per side, one query a second on the trading side (ctp.md d.2). */
export function findCtpBreaches(seen: Seen): string[] {
  const queries = seen.frames.filter(({ text }) =>
    String((JSON.parse(text) as { MsgType?: unknown }).MsgType).startsWith("ReqQry"),
  );
  return [...findCrowds(seen, 0), ...findEarly(queries, (a, b) => (a.line === b.line ? QUERY_GAP_MS : 0))];
}

/** A second connection on the same path while one is open, or one too soon after it. */
function* findCrowds({ handshakes, mostAccepted }: Seen, gapMs: number): IterableIterator<string> {
  for (const [path, most] of mostAccepted) if (most > 1) yield `${path}: the upstream had ${most} connections at once`;
  const before = new Map<string, HandshakeDeed>();
  for (const deed of handshakes) {
    const { path, at, line } = deed;
    const last = before.get(path);
    before.set(path, deed);
    if (last === undefined) continue;
    if (last.ended > at) yield `${path}: connection ${line} at ${at} while ${last.line} was open`;
    else if (at - last.ended < gapMs)
      yield `${path}: connection ${line} ${at - last.ended} ms after the end of ${last.line}`;
  }
}

function* findEarly(
  frames: readonly FrameDeed[],
  gapMs: (before: FrameDeed, frame: FrameDeed) => number,
): IterableIterator<string> {
  for (const [at, frame] of frames.entries()) {
    const before = frames[at - 1];
    if (before === undefined || frame.at - before.at >= gapMs(before, frame)) continue;
    yield `${frame.path}: ${frame.text} ${frame.at - before.at} ms after ${before.text}`;
  }
}

function* findFloods(calls: readonly CallDeed[], { each, batch, minute }: HttpRates): IterableIterator<string> {
  const paths = new Set(calls.map(({ path }) => path));
  for (const path of paths) {
    const rate = path.endsWith("/batch-kline") ? batch : each;
    yield* findFlood(
      calls.filter((call) => call.path === path),
      rate,
      path,
    );
  }
  yield* findFlood(calls, { count: minute, windowMs: MINUTE_MS }, "all calls");
}

/** Calls of which more than `count` come within any stretch of `windowMs`. */
function* findFlood(calls: readonly CallDeed[], { count, windowMs }: HttpRate, what: string): IterableIterator<string> {
  for (const [at, call] of calls.entries()) {
    const before = calls[at - count];
    if (before !== undefined && call.at - before.at < windowMs) {
      yield `${what}: ${count + 1} calls within ${call.at - before.at} ms at ${call.at}`;
    }
  }
}
