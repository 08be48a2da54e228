"""Our side: a cart and its checkout by the API."""

import json
from contextlib import contextmanager
from dataclasses import dataclass

from shop.testing.bench import grounds
from shop.testing.bench.load import Visit, some_of

CHECKOUT = json.dumps(
    {
        "contact": {"name": "Bench Shopper", "phone": "+351 21 000 0000"},
        "payment": {"method": "simulated", "token": "sim_ok"},
    }
)


@dataclass(frozen=True)
class Magpie(grounds.Shop):
    location: str
    hot: list
    spread: list
    tokens: list


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
    hot, *spread = told["skus"]
    web_log = home / "magpie-web.log"
    return Magpie(env, home, web_log, told["location"], [hot], spread, told["tokens"])


@contextmanager
def web(shop):
    with grounds.gunicorn("shop.wsgi", shop.env, shop.log) as port:
        yield port


class Walk:
    """From products to an order: add them to the cart one by one, check out."""

    def __init__(self, shop, port, skus, lines=1):
        self.shop, self.port, self.skus, self.lines = shop, port, skus, lines

    def order(self, connection, number):
        token = self.shop.tokens[number % len(self.shop.tokens)]
        visit = Visit(connection, {"Authorization": f"Bearer {token}"})
        for sku in some_of(self.skus, number, self.lines):
            wish = json.dumps({"sku": sku, "quantity": 1})
            answer, body = visit.post_json("/api/cart/", wish)
            assert answer.status == 201, body[:500]
        answer, body = visit.post_json("/api/checkout/", CHECKOUT)
        assert answer.status == 201, body[:500]
