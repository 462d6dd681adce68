/** Where `tickwire tail` gets its ticks: one connection, or one per AllTick endpoint. */
import { setTimeout } from "node:timers/promises";
import {
  ClientError,
  SPACING_SLACK_MS,
  allTickUrl,
  connectAllTick,
  connectCtp,
  ctpUrl,
  splitByEndpoint,
  type AllTickLink,
  type CloseInfo,
  type CtpLink,
  type FrameDirection,
} from "@tickwire/client";
import { findPlan, type AllTickEndpoint, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { makeCatalog } from "./known-instruments.ts";
import { explained, toError } from "./probe.ts";
import type { Tick } from "./tick-lines.ts";

/** What is watched, where, and as whom. */
export interface TailOptions {
  readonly codes: readonly string[];
  readonly dialect: "alltick" | "ctp";
  readonly url: string;
  readonly token: string;
  /** What the AllTick token allows: requests keep within it. */
  readonly plan: AllTickPlanName;
  readonly user: string;
  readonly password: string;
}

/** Who hears of it. */
export interface TailListener {
  readonly onTick: (tick: Tick) => void;
  readonly onFrame?: (direction: FrameDirection, text: string) => void;
}

/** Open connections with their subscriptions. */
export interface TailSource {
  /** Resolves with what went wrong, if something does. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** A client of either dialect, as far as its owner cares. */
interface Client {
  readonly closed: Promise<CloseInfo>;
  close(): Promise<void>;
}

/** Connects. Rejects with a `ClientError` that says why, if that can be found out. Subscriptions go on in the background. */
export async function openTail(options: TailOptions, listener: TailListener): Promise<TailSource> {
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const clients: Client[] = [];
  const close = async (): Promise<void> => void (await Promise.all(clients.map((client) => client.close())));
  const keep = (client: Client, subscribed: Promise<unknown>): void => {
    clients.push(client);
    subscribed.catch(fail);
    void client.closed.then((info) => info.wanted || fail(toError(info)));
  };
  try {
    if (options.dialect === "ctp") await openCtp(options, listener, keep);
    else {
      const crossMs = slackened(findPlan(options.plan).crossSpacingMs);
      let turn: Promise<unknown> = Promise.resolve();
      for (const [endpoint, codes] of splitByEndpoint(options.codes)) {
        const client = await openAllTick(options, listener, endpoint);
        const subscribed = turn.then(() => subscribeAllTick(client, codes));
        if (crossMs > 0) turn = subscribed.then(() => setTimeout(crossMs, undefined, { ref: false }));
        turn.catch(() => undefined);
        keep(client, subscribed);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { failed, close };
}

type Keep = (client: Client, subscribed: Promise<unknown>) => void;

function openAllTick(options: TailOptions, listener: TailListener, endpoint: AllTickEndpoint): Promise<AllTickLink> {
  const { url, token, plan } = options;
  return explained(allTickUrl(url, endpoint, token), () =>
    connectAllTick({
      ...framesTo(listener),
      url,
      token,
      endpoint,
      requestSpacingMs: slackened(findPlan(plan).requestSpacingMs),
      onTrade: (event) => listener.onTick({ type: "trade", event }),
      onBook: (event) => listener.onTick({ type: "book", event }),
    }),
  );
}

async function subscribeAllTick(client: AllTickLink, codes: readonly string[]): Promise<void> {
  await client.subscribeTrades(codes);
  await client.subscribeBooks(codes);
}

function slackened(ms: number): number {
  return ms === 0 ? 0 : ms + SPACING_SLACK_MS;
}

async function openCtp(options: TailOptions, listener: TailListener, keep: Keep): Promise<void> {
  const { url, user, password, codes } = options;
  const client = await explained(ctpUrl(url, "seed"), () =>
    connectCtp({
      ...framesTo(listener),
      url,
      user,
      password,
      terms: makeCatalog(),
      onSnapshot: (event) => listener.onTick({ type: "snapshot", event }),
    }),
  );
  keep(client, subscribeCtp(client, codes));
}

async function subscribeCtp(client: CtpLink, codes: readonly string[]): Promise<void> {
  for (const { id, errorId, errorMsg } of await client.subscribe(codes)) {
    if (errorId !== 0) throw new ClientError("refused", `subscription of ${id}: ${errorId} ${errorMsg}`, errorId);
  }
}

function framesTo({ onFrame }: TailListener): Pick<TailListener, "onFrame"> {
  return onFrame === undefined ? {} : { onFrame };
}
