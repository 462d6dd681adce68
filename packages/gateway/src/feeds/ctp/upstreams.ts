/** What a CTP feed tells of its connections. Pure. */
import type { ClientStatus } from "@tickwire/client";
import type { UpstreamStatus } from "../../ports/feed.ts";
import type { CtpFeedOptions } from "./options.ts";

/** The connections by their sides: two where the gateway has two, one where it has both on one socket. */
export function upstreamsOf(
  { url, td: trading, dialect }: CtpFeedOptions,
  { md, td }: { readonly md?: ClientStatus; readonly td?: ClientStatus },
): UpstreamStatus[] {
  const { host, pathname } = new URL(url);
  const isSplit = trading !== "" || (dialect === "classic" && pathname === "/");
  if (!isSplit) return md === undefined ? [] : [toUpstream(host, md)];
  return [
    ...(md === undefined ? [] : [toUpstream(`${host} md`, md)]),
    ...(td === undefined ? [] : [toUpstream(`${new URL(trading || url).host} td`, td)]),
  ];
}

function toUpstream(name: string, { state, cause, lastMessage, connections }: ClientStatus): UpstreamStatus {
  return { name, state, cause, lastMessage, connections };
}
