"""Shoppers who buy one after the other, several side by side."""

import time
from http.client import HTTPConnection
from threading import Thread

from shop.processes import Trouble, tail


class Visit:
    """One shopper's cookies and headers on a connection that stays open."""

    def __init__(self, connection, headers=()):
        self.connection, self.cookies = connection, {}
        self.headers = {"Content-Type": "application/json", **dict(headers)}

    def post_json(self, path, body):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request("POST", path, body, {"Cookie": cookies, **self.headers})
        answer = self.connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, answer.read().decode()


def some_of(goods, number, count):
    """As many different ones, for the shopper of this number."""
    return [goods[(number * count + place) % len(goods)] for place in range(count)]


def once(walk):
    """One order; raises `AssertionError` when it was not placed."""
    walk.order(HTTPConnection("127.0.0.1", walk.port, timeout=30), 0)


def orders_per_second(walk, clients, seconds):
    """How many orders a second so many shoppers place in so many seconds. A refusal is a defect."""
    begun = time.monotonic()
    ends = begun + seconds
    counts, faults = [0] * clients, []
    threads = [
        Thread(target=_shop, args=(walk, number, ends, counts, faults)) for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise Trouble(
            f"An order was not placed: {faults[0]}\n{tail(walk.shop.log, 40)}"
        ) from faults[0]
    return sum(counts) / (time.monotonic() - begun)


def _shop(walk, number, ends, counts, faults):
    connection = HTTPConnection("127.0.0.1", walk.port, timeout=30)
    try:
        while time.monotonic() < ends and not faults:
            walk.order(connection, number + counts[number] * len(counts))
            counts[number] += 1
    except Exception as fault:
        faults.append(fault)
    finally:
        connection.close()
