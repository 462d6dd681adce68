/** From a SPEC to a feed: the one list of the feeds that exist. */
import type { Clock } from "../ports/clock.ts";
import type { Feed } from "../ports/feed.ts";
import { makeAllTickFeed } from "./alltick/feed.ts";
import { makeCtpFeed } from "./ctp/feed.ts";
import { makeReplayFeed } from "./replay/feed.ts";
import { makeSimFeed } from "./sim/feed.ts";
import { readFeedSpec } from "./spec.ts";

/** What feeds are made with. */
export interface FeedDeps {
  readonly clock: Clock;
  /** What the references to secrets in SPECs stand for. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Makes the feed that `spec` names, not yet started. Throws `FeedSpecError`, which names the spec and the parameter. */
export function makeFeed(spec: string, deps: FeedDeps): Feed {
  const choice = readFeedSpec(spec);
  if (choice.name === "alltick") return makeAllTickFeed(choice.options, deps);
  if (choice.name === "ctp") return makeCtpFeed(choice.options, deps);
  return choice.name === "sim" ? makeSimFeed(choice.options, deps.clock) : makeReplayFeed(choice.options, deps.clock);
}
