/** What the simulation drives. */
import type { EpochMs, Instrument } from "@tickwire/protocol/model";
import type { FeedSink } from "../../ports/feed.ts";
import type { Resumed } from "./resume.ts";

/**
 * One simulated instrument. `simulated` is the simulation's own time, in milliseconds since it began: it stands still
 * while the process hangs. `time` is the exchange time of the event. Neither goes back.
 */
export interface Ticker {
  readonly instrument: Instrument;
  /**
   * Sends a first state, so that whoever subscribes next sees a last value. Called once, before any tick. `resumed`: where it
   * goes on; undefined: it begins anew.
   */
  begin(simulated: number, time: EpochMs, sink: FeedSink, resumed: Resumed | undefined): void;
  /** Sends what one tick brings, and the new trading day's figures when `time` lies in a new one. */
  tick(simulated: number, time: EpochMs, sink: FeedSink): void;
}
