/** A Chromium without a window, if this machine has one, and pages for it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Its command; undefined where there is none. */
export const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"].find(
  (file) => spawnSync(file, ["--version"]).status === 0,
);

/** What a test that needs it says where it is skipped; false where it is not. */
export const SKIP_CHROMIUM = CHROMIUM === undefined ? "no Chromium (Debian: chromium)" : false;

const PATIENCE_MS = 30_000;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  mjs: "text/javascript",
};
/** Before everything else on the page: what it logs, and what goes wrong on it, is posted to us. */
const HEAR = `<script>
  const tell = (what, text) => fetch("/" + what, { method: "POST", body: text });
  console.log = (...values) => tell("log", values.map((each) => typeof each === "string" ? each : JSON.stringify(each)).join(" "));
  addEventListener("error", ({ message, target }) => tell("error", message ?? "cannot load " + target.src), true);
  addEventListener("unhandledrejection", ({ reason }) => tell("error", String(reason)));
</script>`;

/**
 * Opens `html` as a page beside the files of `folder`, until it has logged `count` lines: these are returned. Rejects with what went
 * wrong on the page, or when it takes too long.
 */
export async function readPage(html: string, folder: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onTold = (what: string, text: string): void => {
    if (what === "error") reject(new Error(`the page says: ${text}`));
    else if (lines.push(text) === count) resolve();
  };
  const server = createServer((request, response) => serve({ request, response, page: HEAR + html, folder, onTold }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const profile = mkdtempSync(join(tmpdir(), "tickwire-chromium-"));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"];
  const child = spawn(CHROMIUM!, [...flags, `--user-data-dir=${profile}`, url], { stdio: "ignore", detached: true });
  const ended = once(child, "exit");
  const late = setTimeout(() => reject(new Error(`${lines.length} lines: ${lines.join(", ")}`)), PATIENCE_MS);
  try {
    await Promise.race([promise, ended.then(() => Promise.reject(new Error("Chromium ended")))]);
    return lines;
  } finally {
    clearTimeout(late);
    // It is a family of processes: the group that we made of them ends.
    process.kill(-child.pid!, "SIGKILL");
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function serve(talk: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly page: string;
  readonly folder: string;
  readonly onTold: (what: string, text: string) => void;
}): void {
  const { request, response, page, folder, onTold } = talk;
  const path = request.url ?? "/";
  if (request.method === "POST") {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      response.end();
      onTold(path.slice(1), body);
    });
    return;
  }
  try {
    const body = path === "/" ? page : readFileSync(join(folder, path));
    response.setHeader("content-type", TYPES[path === "/" ? "html" : (path.split(".").at(-1) ?? "")] ?? "text/plain");
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}
