#!/usr/bin/env python3
"""Logs in through the CTP JSON door, queries instruments, subscribes and prints ticks.

Needs the package websockets (Debian: python3-websockets). With a gateway started by `npm start`:

    python3 examples/seed_client.py rb2605 au2606
"""
import argparse
import asyncio
import json

import websockets

TIMEOUT = 30


async def receive(ws):
    """The next frame that says something: heartbeats need no answer."""
    while True:
        message = json.loads(await asyncio.wait_for(ws.recv(), TIMEOUT))
        if "MsgType" not in message:
            raise SystemExit(f"no MsgType in {message}")
        if message["MsgType"] not in ("Ping", "Pong"):
            return message


def check(message, expected):
    """Ends the program where a reply is another one than expected, or a refusal."""
    info = message.get("RspInfo", {})
    if info.get("ErrorID") != 0:
        raise SystemExit(f"refused: {info.get('ErrorID')} {info.get('ErrorMsg')} {message.get('Detail', '')}")
    if message["MsgType"] != expected:
        raise SystemExit(f"expected {expected}, got {message}")


async def login(ws, user, password):
    request = {"MsgType": "ReqUserLogin", "RequestID": 0, "ReqUserLogin": {"UserID": user, "Password": password}}
    await ws.send(json.dumps(request))
    # The first frame of all is the reply: nothing comes before it.
    response = json.loads(await asyncio.wait_for(ws.recv(), TIMEOUT))
    check(response, "OnRspUserLogin")
    return response["RspUserLogin"]


async def query(ws, instrument_id=""):
    """One instrument, or all of them: one frame each, the last one marked. An empty body is no instrument."""
    await ws.send(json.dumps({"MsgType": "ReqQryInstrument", "ReqQryInstrument": {"InstrumentID": instrument_id, "RequestID": 0}}))
    found = []
    while True:
        message = await receive(ws)
        check(message, "OnRspQryInstrument")
        if message["Instrument"]:
            found.append(message["Instrument"])
        if message["IsLast"]:
            return found


async def subscribe(ws, instrument_ids):
    """One reply for each, and all of them before the first tick."""
    await ws.send(json.dumps({"MsgType": "ReqSubMarketData", "ReqSubMarketData": {"InstrumentID": instrument_ids}}))
    for instrument_id in instrument_ids:
        message = await receive(ws)
        check(message, "OnRspSubMarketData")
        if message["SpecificInstrument"]["InstrumentID"] != instrument_id:
            raise SystemExit(f"expected the reply for {instrument_id}, got {message}")


def tick_line(tick):
    clock = f"{tick['TradingDay']} {tick['UpdateTime']}.{tick['UpdateMillisec']:03}"
    quote = f"{tick['BidPrice1']} x {tick['BidVolume1']} / {tick['AskPrice1']} x {tick['AskVolume1']}"
    return f"{clock} {tick['InstrumentID']} {tick['LastPrice']}  {quote}  volume {tick['Volume']} turnover {tick['Turnover']}"


async def main(options):
    async with websockets.connect(options.url) as ws:
        session = await login(ws, options.user, options.password)
        print(f"logged in: trading day {session['TradingDay']}, front {session['FrontID']}, session {session['SessionID']}")
        for instrument in await query(ws, options.instruments[0]):
            print(f"{instrument['InstrumentID']} {instrument['InstrumentName']} x {instrument['VolumeMultiple']}, tick {instrument['PriceTick']}")
        print(f"{len(await query(ws))} instruments in all")
        await subscribe(ws, options.instruments)
        print(f"subscribed: {' '.join(options.instruments)}")
        ticks = 0
        while ticks < options.count:
            message = await receive(ws)
            if message["MsgType"] == "OnRtnDepthMarketData":
                print(tick_line(message["DepthMarketData"]))
                ticks += 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="ws://127.0.0.1:8081/")
    parser.add_argument("--user", default="demo")
    parser.add_argument("--password", default="demo")
    parser.add_argument("--count", type=int, default=20, help="ticks to wait for")
    parser.add_argument("instruments", nargs="+")
    asyncio.run(main(parser.parse_args()))
