"""Our side: a guest's basket and checkout through the storefront's own forms."""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass

from shop.testing.bench import grounds
from shop.testing.bench.load import Visit

CSRF = "c" * 32
AGREEMENT = re.compile(r'name="agreement" value="([^"]+)"')


@dataclass(frozen=True)
class Magpie(grounds.Shop):
    location: str
    hot: list
    spread: list


def fill(server, redis_url):
    """Migrate, and stock 1,000 products at one location."""
    home = server.child.log.parent
    url = grounds.new_database(server, "bench_magpie")
    env = grounds.environment("shop.settings", url, redis_url) | {"MAGPIE_VAR": str(home)}
    log = home / "magpie.log"
    grounds.run(env, "django", "migrate", "--verbosity=0", log=log)
    stocked = home / "stocked.json"
    grounds.run(env, "shop.testing.bench.stocking", str(stocked), log=log)
    told = json.loads(stocked.read_text())
    return Magpie(
        env, home, home / "magpie-web.log", told["location"], told["skus"][:1], told["skus"][1:]
    )


@contextmanager
def web(shop):
    with grounds.gunicorn("shop.wsgi", shop.env, shop.log) as port:
        yield port


class Walk:
    """From a product to an order: add it, read the checkout page, submit its form."""

    def __init__(self, shop, port, skus):
        self.shop, self.port, self.skus = shop, port, skus

    def order(self, connection, number):
        visit = Visit(connection, {"csrftoken": CSRF, "magpie_location": self.shop.location})
        sku = self.skus[number % len(self.skus)]
        visit.post("/basket/add/", {"sku": sku, "quantity": "1", "csrfmiddlewaretoken": CSRF})
        _answer, page = visit.get("/checkout/")
        agreement = AGREEMENT.search(page)
        assert agreement, page[:500]
        answer, page = visit.post("/checkout/", _form(agreement[1]))
        assert answer.status == 302, page[:500]
        assert "/orders/" in answer.headers["Location"], answer.headers["Location"]


def _form(agreement):
    return {
        "csrfmiddlewaretoken": CSRF,
        "agreement": agreement,
        "name": "Bench Shopper",
        "email": "shopper@bench.example",
        "card": "sim_ok",
    }
