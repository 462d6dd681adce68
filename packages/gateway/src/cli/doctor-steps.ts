/** The steps of `tickwire doctor` for each dialect. */
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import {
  ClientError,
  connectAllTick,
  CtpClient,
  HOST_TIMERS,
  allTickUrl,
  type AllTickLink,
  type Timers,
} from "@tickwire/client";
import { ALLTICK_COMMANDS, decodeFrames, endpointOfCode } from "@tickwire/protocol/alltick";
import type { Finding, Step } from "./doctor.ts";
import { makeCatalog } from "./known-instruments.ts";
import type { CtpLogin } from "./login-options.ts";
import { explained } from "./probe.ts";
import type { Service } from "./service-options.ts";

/** What is examined. */
export interface Examined extends Service, CtpLogin {
  readonly code: string;
  readonly waitMs: number;
}

/** Steps in their order, and what ends what they opened. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly close: () => Promise<void>;
}

const TCP_TIMEOUT_MS = 5_000;
/** Heartbeats come more often than usual while they are waited for. */
const HEARTBEAT_MS = 3_000;
const HEARTBEAT_REPLY = ALLTICK_COMMANDS.heartbeat + 1;
const HASTY: Timers = { ...HOST_TIMERS, every: (ms, run) => HOST_TIMERS.every(Math.min(ms, HEARTBEAT_MS), run) };

const ok = (text: string): Finding => ({ state: "ok", text });
const NO_TICK =
  "Is its market open, and does this token or user have its data? Try another --code, or a longer --wait.";

/** Whether a frame answers a heartbeat. */
export function hasHeartbeatReply(text: string): boolean {
  return decodeFrames(text).some((frame) => frame.kind === "reply" && frame.cmdId === HEARTBEAT_REPLY);
}

/** The steps of an AllTick service. */
export function openAllTickSteps({ url, token, code, waitMs }: Examined): Steps {
  const endpoint = endpointOfCode(code);
  const ticked = Promise.withResolvers<string>();
  const beaten = Promise.withResolvers<string>();
  let link: AllTickLink | undefined;
  const handshake = async (): Promise<Finding> => {
    link = await explained(allTickUrl(url, endpoint, token), () =>
      connectAllTick({
        url,
        token,
        endpoint,
        timers: HASTY,
        onTrade: ({ price }) => ticked.resolve(`trade at ${price}`),
        onBook: () => ticked.resolve("book"),
        onFrame: (direction, text) => {
          if (direction === "received" && hasHeartbeatReply(text)) beaten.resolve("answered");
        },
      }),
    );
    return ok(`connected to the endpoint "${endpoint}", the token is accepted`);
  };
  const subscribe = async (): Promise<Finding> => {
    await link!.subscribeTrades([code]);
    await link!.subscribeBooks([code]);
    return ok(`${code}: trades and books`);
  };
  const steps: readonly Step[] = [
    ...reachSteps(url),
    { name: "handshake", run: handshake, advise: adviseHandshake },
    { name: "subscription", run: subscribe, advise: adviseSubscription },
    { name: "first tick", run: () => wait(ticked.promise, waitMs, NO_TICK), advise: () => NO_TICK },
    {
      name: "heartbeat",
      run: () =>
        wait(
          beaten.promise,
          2 * HEARTBEAT_MS,
          "The service will end the connection, or has: look at what stands between.",
        ),
      advise: () => "",
    },
  ];
  return { steps, close: async () => link?.close() };
}

/** The steps of a gateway that speaks CTP JSON. */
export function openCtpSteps({ url, td, user, password, code, waitMs }: Examined): Steps {
  const ticked = Promise.withResolvers<string>();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  let client: CtpClient | undefined;
  const login = async (): Promise<Finding> => {
    client = new CtpClient({
      url,
      td,
      user,
      password,
      terms: makeCatalog(),
      onSnapshot: ({ last }) => ticked.resolve(`last ${last}`),
      onStatus: ({ state, cause }) => state === "waiting" && broken.reject(new ClientError("connect", cause)),
    });
    await Promise.race([client.ready(), broken.promise]);
    return ok(`${user}, trading day ${client.login?.tradingDay ?? "unknown"}`);
  };
  const query = async (): Promise<Finding> => {
    const found = await Promise.race([client!.instruments({ instrumentId: code }), broken.promise]);
    if (found.length > 0) return ok(`${code} is ${found[0]!.name} of ${found[0]!.exchange}`);
    return { state: "doubt", text: `${code} is not known`, advice: "Name one that is listed by --code." };
  };
  const subscribe = async (): Promise<Finding> => {
    const [outcome] = await Promise.race([client!.subscribe([code]), broken.promise]);
    if (outcome === undefined || outcome.errorId === 0) return ok(code);
    return {
      state: "doubt",
      text: `${code}: ${outcome.errorId} ${outcome.errorMsg}`,
      advice: "Name another by --code.",
    };
  };
  const steps: readonly Step[] = [
    ...reachSteps(url),
    { name: "login", run: login, advise: adviseLogin },
    { name: "query", run: query, advise: () => "The trading side does not answer: name it by --td." },
    { name: "subscription", run: subscribe, advise: adviseSubscription },
    { name: "first tick", run: () => wait(ticked.promise, waitMs, NO_TICK), advise: () => NO_TICK },
  ];
  return { steps, close: async () => client?.close() };
}

function reachSteps(url: string): readonly Step[] {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const number = Number(port) || (protocol === "wss:" ? 443 : 80);
  return [
    {
      name: "name",
      run: async () => ok(`${host} is ${(await lookup(host)).address}`),
      advise: () => "Look for a mistake in the name, and whether this machine reaches a DNS server.",
    },
    {
      name: "port",
      run: () => reach(host, number),
      advise: () => "Does the service run, on this port? Does a firewall stand between?",
    },
  ];
}

function reach(host: string, port: number): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: TCP_TIMEOUT_MS });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`${host}:${port}: ${why}`));
    };
    socket.on("connect", () => {
      socket.destroy();
      resolve(ok(`${host}:${port} is open`));
    });
    socket.on("timeout", () => fail(`no answer within ${TCP_TIMEOUT_MS / 1_000} s`));
    socket.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      fail(code === "ECONNREFUSED" ? "nothing listens there" : message),
    );
  });
}

async function wait(promise: Promise<string>, ms: number, advice: string): Promise<Finding> {
  const late = Promise.withResolvers<undefined>();
  const cancel = HOST_TIMERS.after(ms, () => late.resolve(undefined));
  const text = await Promise.race([promise, late.promise]);
  cancel();
  return text === undefined ? { state: "doubt", text: `nothing within ${ms / 1_000} s`, advice } : ok(text);
}

function adviseHandshake({ message }: Error): string {
  if (/\b401\b/.test(message)) return "The token is missing, mistyped or expired: look at --token.";
  if (/\b(?:402|429)\b/.test(message)) {
    return "The token has all the connections of its plan, or had one a moment ago: end the others, wait some seconds.";
  }
  if (/\b404\b/.test(message)) return "There is no AllTick door at this path: give the address without one.";
  return "Something answers that is no WebSocket service, or TLS is wrong (ws:// or wss://).";
}

function adviseSubscription(error: Error): string {
  const { ret, kind } = error instanceof ClientError ? error : { ret: undefined, kind: undefined };
  if (ret === 600) return "The service does not have this code, or not on this endpoint: name another by --code.";
  if (kind === "closed") return "The service ended the connection: is the token used elsewhere at the same time?";
  return "The service refused it: does the plan allow it?";
}

function adviseLogin(error: Error): string {
  if (error instanceof ClientError && error.kind === "refused")
    return "Look at --user and --password: the gateway refuses them.";
  return "The port is open, but nothing that speaks CTP JSON answers: is the path right (/, /md/, /td/)?";
}
