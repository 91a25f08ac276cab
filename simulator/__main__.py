"""``python -m simulator --port 8085 --orders 25 --seed 1``"""

import argparse
import signal
import threading

from . import Simulator, demo


def main():
    parser = argparse.ArgumentParser(prog="simulator", description="A stand-in for NetSuite.")
    parser.add_argument("--port", type=int, default=8085, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--orders", type=int, default=25, help="sales orders to generate")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same orders")
    parser.add_argument("--lines", type=int, help="plain orders with so many lines (benchmarks)")
    parser.add_argument("--latency", type=int, default=0, help="milliseconds that every call takes")
    options = parser.parse_args()
    simulator = Simulator(
        options.orders, options.seed, lines=options.lines, latency=options.latency / 1000
    )
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        simulator.start(options.port, options.host)
    except (OSError, ValueError) as error:
        parser.exit(1, f"cannot listen on {options.host}:{options.port}: {error}\n")
    print(
        f"NetSuite simulator: {simulator.url}\n"
        f"  service URL      {simulator.url}\n"
        f"  account          {demo.ACCOUNT_ID}\n"
        f"  consumer key     {demo.CONSUMER_KEY}\n"
        f"  consumer secret  {demo.CONSUMER_SECRET}\n"
        f"  token ID         {demo.TOKEN_ID}\n"
        f"  token secret     {demo.TOKEN_SECRET}\n"
        f"  REST token ID    {demo.REST_TOKEN_ID}\n"
        f"  REST secret      {demo.REST_TOKEN_SECRET}\n"
        f"  OAuth 2.0 client {demo.OAUTH2_CLIENT_ID}\n"
        f"  orders           {len(simulator.books.orders)}; state: {simulator.url}/_control/state",
        flush=True,
    )
    done.wait()
    simulator.stop()


if __name__ == "__main__":
    main()
