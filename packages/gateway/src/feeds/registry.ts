/** From a SPEC to a feed: the one list of the feeds that exist. */
import type { Clock, Feed } from "../ports.ts";
import { makeReplayFeed } from "./replay/feed.ts";
import { makeSimFeed } from "./sim/feed.ts";
import { readFeedSpec } from "./spec.ts";

/** Makes the feed that `spec` names, not yet started. Throws `FeedSpecError`, which names the spec and the parameter. */
export function makeFeed(spec: string, clock: Clock): Feed {
  const choice = readFeedSpec(spec);
  return choice.name === "sim" ? makeSimFeed(choice.options, clock) : makeReplayFeed(choice.options, clock);
}
