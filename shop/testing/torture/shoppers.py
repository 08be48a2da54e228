"""Shoppers as the web server sees them: cookies, forms, and one click too many."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import requests

AGREEMENT = re.compile(r'name="agreement"[^>]*value="([^"]+)"')
ORDER = re.compile(r"/orders/([A-Z0-9]+)/")
TIMEOUT = 60


@dataclass
class Tally:
    """How a crowd fared: each attempt is an order, a refusal, or an error."""

    attempts: int = 0
    orders: set[str] = field(default_factory=set)
    refusals: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self, outcome):
        self.attempts += 1
        if isinstance(outcome, Exception):
            self.errors.append(repr(outcome)[:200])
        elif outcome is None:
            self.refusals += 1
        else:
            self.orders.add(outcome)


class Failed(Exception):
    """The shop answered with an error; a refusal is a page like any other."""


class Shopper:
    """One guest with a browser of their own."""

    def __init__(self, address, location):
        self.address = address
        self.web = requests.Session()
        self.csrf = secrets.token_hex(16)
        self.web.cookies.update({"csrftoken": self.csrf, "magpie_location": location.code})

    def get(self, path):
        return self._checked(self.web.get(self.address + path, timeout=TIMEOUT))

    def post(self, path, **values):
        values = values | {"csrfmiddlewaretoken": self.csrf}
        sent = self.web.post(
            self.address + path, data=values, timeout=TIMEOUT, allow_redirects=False
        )
        return self._checked(sent)

    def _checked(self, response):
        if response.status_code >= 400:
            raise Failed(f"{response.status_code} {response.request.method} {response.url}")
        return response

    def fill_basket(self, product, quantity=1):
        self.post("/basket/add/", sku=product.upc, quantity=str(quantity))

    def use_code(self, code):
        self.post("/basket/promo-code/", code=code)

    def agree(self):
        """Open the checkout; what the form says is agreed to, or None if there is no form."""
        found = AGREEMENT.search(self.get("/checkout/").text)
        return found and found.group(1)

    def order(self, agreement, token="sim_ok"):
        """Send the checkout's form: the number of the order, or None if it was refused."""
        if agreement is None:
            return None
        contact = {"name": "Zebulon Quist", "email": f"{self.csrf}@quist.example", "phone": ""}
        sent = self.post(
            "/checkout/", **contact, card=token, fulfilment="pickup", agreement=agreement
        )
        found = ORDER.search(sent.headers.get("Location", ""))
        return found and found.group(1)

    def buy(self, product, quantity=1, **values):
        self.fill_basket(product, quantity)
        return self.order(self.agree(), **values)


def crowd(actions, at_once=32):
    """Let all act, so many at once; what became of each."""
    tally = Tally()
    with ThreadPoolExecutor(at_once) as pool:
        for outcome in pool.map(_outcome, actions):
            tally.count(outcome)
    return tally


def together(actions):
    """Let all act in the same instant."""
    gate = Barrier(len(actions))

    def wait_and_act(action):
        gate.wait(TIMEOUT)
        return action()

    return crowd([lambda a=action: wait_and_act(a) for action in actions], at_once=len(actions))


def _outcome(action):
    try:
        return action()
    except Exception as error:
        return error
