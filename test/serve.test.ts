/** `tickwire serve` as a process of its own: what goes where, several ports, a port in use. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Command } from "./support/process.ts";

const FEED = ["--feed", "sim?instruments=BTCUSDT,rb*"];
/** The screen's last line. */
const COMPLETE = /Or by hand: .*\n/;

describe("tickwire serve", () => {
  it("writes its screen to stdout and its log, as JSON lines, to stderr", async () => {
    const gateway = new Command(["serve", "--port", "0", ...FEED], { TICKWIRE_LOG_FORMAT: "json" });
    await gateway.says(COMPLETE);
    const { code, stdout, stderr } = await gateway.stop();
    assert.equal(code, 0);
    assert.match(stdout, /^tickwire \d+\.\d+\.\d+\n/);
    const log = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { level: string; msg: string });
    assert.ok(
      log.some(({ msg }) => msg === "draining"),
      stderr,
    );
    assert.ok(
      log.every(({ level }) => level === "info"),
      stderr,
    );
  });

  it("listens on several ports at once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tickwire-serve-"));
    try {
      const file = join(folder, "two.yaml");
      writeFileSync(file, "listen: [{ host: 127.0.0.1, port: 0 }, { host: 127.0.0.1, port: 0 }]\n");
      const gateway = new Command(["serve", ...FEED, "--config", file], { TICKWIRE_LOG_LEVEL: "silent" });
      await gateway.says(COMPLETE);
      const addresses = [...gateway.stdout.matchAll(/CTP JSON +ws:\/\/(\S+)\/\n/g)].map(([, address]) => address);
      assert.equal(new Set(addresses).size, 2);
      for (const address of addresses) assert.equal((await fetch(`http://${address}/healthz`)).status, 200);
      const { code, stderr } = await gateway.stop("SIGINT");
      assert.deepEqual([code, stderr], [0, ""]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("exits with 1 when the port is in use, and says so", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as { port: number };
      const { code, stdout, stderr } = await new Command(["serve", "--port", String(port), ...FEED], {
        TICKWIRE_LOG_LEVEL: "silent",
      }).ended;
      assert.deepEqual([code, stdout], [1, ""]);
      assert.equal(stderr, `tickwire: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
    } finally {
      server.close();
    }
  });
});
