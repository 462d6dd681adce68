/** In which order two snapshots of an instrument were made. Pure. */
import type { Snapshot } from "./ticks.ts";

/** So far nothing is overtaken on its way: what goes back by more was begun anew by whoever tells it. */
const MAX_OVERTAKEN_MS = 60_000;

/** `next`: newer, or as new. `late`: overtaken on its way by the one before. `anew`: whoever tells them began a day again. */
export type SnapshotOrder = "next" | "late" | "anew";

/**
 * Judges a snapshot beside the newest one of its instrument. Time that goes back while the day's volume grows is a clock that was
 * set: `next`; equal times are normal (CZCE, ctp.md d.9). A day begins `anew` where time went back by more than a minute and the
 * volume with it, of whatever trading day both are: a front that was restarted, or one that replays a day. An older
 * trading day with more volume is `late`: fronts send yesterday's last snapshot to who subscribes at night.
 */
export function snapshotOrder(snapshot: Snapshot, previous: Snapshot): SnapshotOrder {
  const back = previous.time - snapshot.time;
  if (back > MAX_OVERTAKEN_MS && snapshot.volume < previous.volume) return "anew";
  if (snapshot.tradingDay !== previous.tradingDay) return snapshot.tradingDay < previous.tradingDay ? "late" : "next";
  return back > 0 && !(snapshot.volume > previous.volume) ? "late" : "next";
}
