"""Shoppers as the web server sees them: cookies, forms, and one click too many."""

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter

from shop.testing.torture.tally import Tally

AGREEMENT = re.compile(r'name="agreement"[^>]*value="([^"]+)"')
ORDER = re.compile(r"/orders/([A-Z0-9]+)/")
REFUSED = 'id="faults"'
TIMEOUT = 60
PAUSE = 0.3
MOST_AT_ONCE = 20


class Failed(Exception):
    """The shop answered with an error, or with a page that is no answer."""


class Down(Failed):
    """The shop cannot answer now."""


class Broken(Down):
    """The shop answers that it is broken, or away."""


class Shopper:
    """One guest with a browser of their own.

    A patient one sends a request again that nobody answered, or that failed, for so
    many seconds. `answered_at` is when the last of those was answered at last, and
    `broken` what the shop said meanwhile instead of an answer.
    """

    def __init__(self, address, location=None, patience=0):
        self.address, self.patience = address, patience
        self.repeated, self.answered_at, self.broken = 0, 0.0, []
        # A connection that is kept may be closed by either side at any time, for no fault.
        self.web = requests.Session()
        self.web.headers["Connection"] = "close"
        self.web.mount("http://", HTTPAdapter(pool_maxsize=MOST_AT_ONCE))
        self.csrf = secrets.token_hex(16)
        self.web.cookies.set("csrftoken", self.csrf)
        if location:
            self.web.cookies.set("magpie_location", location.code)

    def get(self, path):
        return self._insist("GET", path)

    def post(self, path, **values):
        values = values | {"csrfmiddlewaretoken": self.csrf}
        return self._insist("POST", path, data=values, allow_redirects=False)

    def _insist(self, method, path, **values):
        gives_up_at, repeated = time.monotonic() + self.patience, self.repeated
        while True:
            try:
                answer = self._ask(method, path, **values)
            except Down as error:
                if isinstance(error, Broken):
                    self.broken.append(str(error))
                if time.monotonic() > gives_up_at:
                    raise
                self.repeated += 1
                time.sleep(PAUSE)
            else:
                if self.repeated > repeated:
                    self.answered_at = time.monotonic()
                return answer

    def _ask(self, method, path, **values):
        try:
            answer = self.web.request(method, self.address + path, timeout=TIMEOUT, **values)
        except requests.ConnectionError as error:
            raise Down(f"no answer to {method} {path}") from error
        if answer.status_code >= 500:
            raise Broken(f"{answer.status_code} {method} {path}")
        if answer.status_code >= 400:
            raise Failed(f"{answer.status_code} {method} {path}")
        return answer

    def fill_basket(self, product, quantity=1):
        self.post("/basket/add/", sku=product.upc, quantity=str(quantity))

    def use_code(self, code):
        self.post("/basket/promo-code/", code=code)

    def agree(self):
        """Open the checkout; what the form says is agreed to, or None if there is no form."""
        found = AGREEMENT.search(self.get("/checkout/").text)
        return found and found.group(1)

    def order(self, agreement, token="sim_ok"):
        """Send the checkout's form: the number of the order, or None if it was refused.

        Raises `Failed` for an answer that is neither.
        """
        if agreement is None:
            return None
        contact = {"name": "Zebulon Quist", "email": f"{self.csrf}@quist.example", "phone": ""}
        sent = self.post(
            "/checkout/", **contact, card=token, fulfilment="pickup", agreement=agreement
        )
        found = ORDER.search(sent.headers.get("Location", ""))
        if found is None and REFUSED not in sent.text:
            raise Failed(f"{sent.status_code} without an order or a reason")
        return found and found.group(1)

    def buy(self, product, quantity=1, **values):
        self.fill_basket(product, quantity)
        return self.order(self.agree(), **values)

    def answer_bank(self, number, key, answer="confirm"):
        """As whoever holds the order's key, from its letter say."""
        self.post(f"/orders/{number}/confirm/?{urlencode({'key': key})}", answer=answer)


def crowd(actions, at_once=4):
    """Let all act, so many at once; what became of each."""
    tally = Tally()
    with ThreadPoolExecutor(at_once) as pool:
        for outcome in pool.map(outcome_of, actions):
            tally.count(outcome)
    return tally


def together(actions):
    """Let all act in the same instant."""
    gate = Barrier(len(actions))

    def wait_and_act(action):
        gate.wait(TIMEOUT)
        return action()

    return crowd([lambda a=action: wait_and_act(a) for action in actions], at_once=len(actions))


def outcome_of(action):
    """What an action came to, or the exception that it raised."""
    try:
        return action()
    except Exception as error:
        return error
