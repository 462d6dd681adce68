/** Why a WebSocket could not be opened: the client's WebSocket cannot tell, so the handshake is tried once by hand. */
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { ClientError, type CloseInfo } from "@tickwire/client";

const TIMEOUT_MS = 3_000;
/** Most of a refusal's body that is shown, in bytes. */
const SHOWN_BODY = 300;

/** Connects; where that fails without saying why, asks once more by hand and rejects with a `ClientError` that does. */
export async function explained<T>(url: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    if (!(error instanceof ClientError) || error.kind !== "connect") throw error;
    const why = await findRefusal(url);
    throw why === undefined
      ? error
      : new ClientError("connect", `cannot connect to ${url.replace(/\?.*$/, "")}: ${why}`);
  }
}

/** How a connection that was not to end yet has ended. */
export function toError({ code, reason }: CloseInfo): ClientError {
  return new ClientError("closed", `the service ended the connection (${code}${reason === "" ? "" : ` ${reason}`})`);
}

/** What stands in the way at `url`, in a few words; undefined when this handshake went through. Never rejects. */
function findRefusal(url: string): Promise<string | undefined> {
  const address = new URL(url);
  const request = address.protocol === "wss:" ? httpsRequest : httpRequest;
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  return new Promise((resolve) => {
    const probe = request(url.replace(/^ws/, "http"), { headers, timeout: TIMEOUT_MS, agent: false });
    probe.on("upgrade", (_response, socket) => {
      socket.destroy();
      resolve(undefined);
    });
    probe.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => void (body.length < SHOWN_BODY && (body += chunk)));
      response.on("close", () => resolve(`HTTP ${response.statusCode} ${body.slice(0, SHOWN_BODY).trim()}`.trimEnd()));
    });
    probe.on("timeout", () => probe.destroy(new Error("no answer")));
    probe.on("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === "ECONNREFUSED" ? "nothing listens there" : error.message || (error.code ?? "no connection"),
      ),
    );
    probe.end();
  });
}
