/** From a SPEC to a feed: the one list of the feeds that exist. */
import type { Clock, Feed } from "../ports.ts";
import { makeReplayFeed } from "./replay/feed.ts";
import { readReplayOptions } from "./replay/options.ts";
import { makeSimFeed } from "./sim/feed.ts";
import { readSimOptions } from "./sim/options.ts";
import { FeedSpecError, parseFeedSpec } from "./spec.ts";

/** Makes the feed that `spec` names, not yet started. Throws {@link FeedSpecError} that names the spec and the parameter. */
export function makeFeed(spec: string, clock: Clock): Feed {
  const { name, params } = parseFeedSpec(spec);
  try {
    return name === "sim" ? makeSimFeed(readSimOptions(params), clock) : makeReplayFeed(readReplayOptions(params), clock);
  } catch (error) {
    throw new FeedSpecError(spec, error instanceof Error ? error.message : String(error));
  }
}
