import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeScreen, type ScreenFacts } from "./screen.ts";

const DEMO: ScreenFacts = {
  version: "1.2.3",
  addresses: [{ host: "127.0.0.1", port: 8081 }],
  feeds: ["sim?seed=7"],
  demo: true,
  tokens: 1,
  users: 1,
  issued: 0,
  added: 0,
  command: "npm run tickwire --",
};

describe("the start screen", () => {
  it("tells the doors, the demo credentials and a command that shows ticks", () => {
    const screen = writeScreen(DEMO);
    for (const part of [
      "tickwire 1.2.3",
      "ws://127.0.0.1:8081/\n",
      "ws://127.0.0.1:8081/quote-b-ws-api?token=demo",
      "ws://127.0.0.1:8081/quote-stock-b-ws-api?token=demo",
      "http://127.0.0.1:8081/healthz",
      "demo and demo2, password demo",
      "sim?seed=7",
      "npm run tickwire -- tail BTCUSDT\n",
    ]) {
      assert.ok(screen.includes(part), part);
    }
    assert.ok(screen.split("\n").length <= 16, "it is short");
  });

  it("shows every address, and one that a client can use in the command", () => {
    const addresses = [
      { host: "0.0.0.0", port: 9000 },
      { host: "::1", port: 9001 },
    ];
    const screen = writeScreen({ ...DEMO, addresses, command: "tickwire" });
    assert.ok(screen.includes("ws://0.0.0.0:9000/\n"));
    assert.ok(screen.includes("ws://[::1]:9001/\n"));
    assert.ok(screen.includes("tickwire tail BTCUSDT --url ws://127.0.0.1:9000\n"));
    assert.ok(writeScreen({ ...DEMO, addresses: [{ host: "::", port: 1 }] }).includes("--url ws://[::1]:1\n"));
  });

  it("shows no demo credentials where there are none", () => {
    const screen = writeScreen({ ...DEMO, demo: false, tokens: 2, users: 0 });
    assert.doesNotMatch(screen, /demo/);
    assert.match(screen, /token +2 configured/);
    assert.match(screen, /user +no user configured: its door admits nobody/);
    assert.match(screen, /tail BTCUSDT --token TOKEN/);
    assert.match(writeScreen({ ...DEMO, demo: false, tokens: 0, issued: 3 }), /token +3 issued$/m);
    assert.match(writeScreen({ ...DEMO, demo: false, tokens: 2, issued: 3 }), /token +2 configured, 3 issued$/m);
    assert.match(writeScreen({ ...DEMO, demo: false, users: 1, added: 2 }), /user +1 configured, 2 added$/m);
  });
});
