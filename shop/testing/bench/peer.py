"""The peer: django-oscar-api as it comes, on the same PostgreSQL, behind the same web server."""

import json
from contextlib import contextmanager
from dataclasses import dataclass

from shop.testing.bench import grounds
from shop.testing.bench.load import Visit, some_of

SETTINGS = "shop.testing.bench.oscar_shop.settings"


@dataclass(frozen=True)
class OscarShop(grounds.Shop):
    products: list


def fill(server, redis_url):
    home = server.child.log.parent
    url = grounds.new_database(server, "bench_oscar")
    env = grounds.environment(SETTINGS, url, redis_url)
    log = home / "oscar.log"
    grounds.run(env, "django", "migrate", "--verbosity=0", log=log)
    stocked = home / "oscar-stocked.json"
    grounds.run(env, "shop.testing.bench.oscar_shop.stocking", str(stocked), log=log)
    return OscarShop(env, home, home / "oscar-web.log", json.loads(stocked.read_text()))


@contextmanager
def web(shop):
    application = "shop.testing.bench.oscar_shop.wsgi"
    with grounds.gunicorn(application, shop.env, shop.log) as port:
        yield port


class Walk:
    def __init__(self, shop, port, lines=1):
        self.shop, self.port, self.lines = shop, port, lines
        self.site = f"http://127.0.0.1:{port}"

    def order(self, connection, number):
        visit = Visit(connection)
        for key in some_of(self.shop.products, number, self.lines):
            wish = json.dumps({"url": f"{self.site}/api/products/{key}/", "quantity": 1})
            answer, body = visit.post_json("/api/basket/add-product/", wish)
            assert answer.status == 200, body[:500]
        order = {
            "basket": json.loads(body)["url"],
            "guest_email": "shopper@bench.example",
            "shipping_address": {
                "country": f"{self.site}/api/countries/PT/",
                "first_name": "Bench",
                "last_name": "Shopper",
                "line1": "1 Test Street",
                "line4": "Lisbon",
                "postcode": "1000-001",
            },
        }
        answer, body = visit.post_json("/api/checkout/", json.dumps(order))
        assert answer.status == 200, body[:500]
