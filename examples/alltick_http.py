#!/usr/bin/env python3
"""Asks for bars and the last trade over HTTP, as the service's own Python example does. Needs nothing but Python.

With a gateway started by `npm start`:

    python3 examples/alltick_http.py BTCUSDT
"""
import argparse
import json
import urllib.error
import urllib.parse
import urllib.request
import uuid

HEADERS = {"Content-Type": "application/json"}


def ask(base, path, token, data, post=False):
    """The answer's `data`; raises with the service's own words where it refuses. The body is JSON whatever the status."""
    request = json.dumps({"trace": str(uuid.uuid4()), "data": data})
    url = f"{base}/{path}?token={urllib.parse.quote(token)}"
    if post:
        message = urllib.request.Request(url, data=request.encode(), headers=HEADERS)
    else:
        message = urllib.request.Request(f"{url}&query={urllib.parse.quote_plus(request)}", headers=HEADERS)
    try:
        with urllib.request.urlopen(message, timeout=10) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    if answer.get("ret") != 200:
        raise SystemExit(f"refused: {answer.get('ret')} {answer.get('msg')}")
    return answer["data"]


def main(base, token, code, bars):
    kline = {"code": code, "kline_type": 1, "kline_timestamp_end": 0, "query_kline_num": bars, "adjust_type": 0}
    for bar in ask(base, "kline", token, kline)["kline_list"]:
        print("kline", json.dumps(bar))
    batch = {"data_list": [{**kline, "kline_type": 8, "query_kline_num": 2}]}
    for group in ask(base, "batch-kline", token, batch, post=True)["kline_list"]:
        for bar in group["kline_data"]:
            print("batch", json.dumps(bar))
    symbols = {"symbol_list": [{"code": code}]}
    for path in ("trade-tick", "depth-tick"):
        for tick in ask(base, path, token, symbols)["tick_list"]:
            print(path, json.dumps(tick))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="http://127.0.0.1:8081/quote-b-api")
    parser.add_argument("--token", default="demo")
    parser.add_argument("--bars", type=int, default=5)
    parser.add_argument("code")
    arguments = parser.parse_args()
    main(arguments.base, arguments.token, arguments.code, arguments.bars)
