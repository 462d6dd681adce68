#!/usr/bin/env python3
"""Subscribes to trades and books through the AllTick door and prints what comes.

Needs the package websockets (Debian: python3-websockets). With a gateway started by `npm start`:

    python3 examples/alltick_client.py BTCUSDT EURUSD
"""
import argparse
import asyncio
import json

import websockets


async def send_heartbeats(ws):
    """The service drops a connection that sends none for 30 seconds."""
    while True:
        await asyncio.sleep(10)
        await ws.send(json.dumps({"cmd_id": 22000, "seq_id": 1, "trace": "heartbeat", "data": {}}))


async def main(url, codes, count):
    async with websockets.connect(url) as ws:
        symbols = [{"code": code, "depth_level": 5} for code in codes]
        for seq_id, cmd_id in enumerate((22004, 22002), start=1):
            await ws.send(json.dumps({"cmd_id": cmd_id, "seq_id": seq_id, "trace": f"trace-{seq_id}", "data": {"symbol_list": symbols}}))
        heartbeats = asyncio.ensure_future(send_heartbeats(ws))
        trades = 0
        while trades < count:
            message = json.loads(await ws.recv())
            print(json.dumps(message))
            if message.get("ret", 200) != 200:
                raise SystemExit(f"refused: {message}")
            trades += message["cmd_id"] == 22998
        heartbeats.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="ws://127.0.0.1:8081/quote-b-ws-api?token=demo")
    parser.add_argument("--count", type=int, default=20, help="trades to wait for")
    parser.add_argument("codes", nargs="+")
    options = parser.parse_args()
    asyncio.run(main(options.url, options.codes, options.count))
