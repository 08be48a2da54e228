"""Filling it, a batch a transaction: whoever watches sees how far it is."""

from django.db import connection, transaction

from shop.catalogue.models import Product, ProductClass
from shop.demo.masses import goods, orders, shelves
from shop.locations.models import Location
from shop.order.models import Order
from shop.partner.models import StockRecord

PRODUCTS_A_BATCH, ORDERS_A_BATCH = 20_000, 20_000
MOST_PLACES = 3
# Every number follows from the row's own and the seed.
DRAW = """
CREATE OR REPLACE FUNCTION pg_temp.draw(n bigint, salt int, below bigint) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
    SELECT ((hashint8extended(n, salt + {seed} * 1000) & 9223372036854775807) % below)::int
$$
"""
PLACES = """
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER (ORDER BY partner.id) AS nth, partner.id AS location_id,
       partner.name, partner.code, partner.currency, partner.vat_rate, location.timezone,
       location.street || ', ' || location.city AS address,
       jsonb_build_object(
           'name', partner.name, 'legal_name', location.legal_name,
           'tax_number', location.tax_number,
           'address', location.street || ', ' || location.city) AS seller
FROM partner_partner partner
JOIN locations_location location ON location.partner_ptr_id = partner.id
WHERE location.is_active ORDER BY partner.id LIMIT %(most)s
"""
SEQUENCE = "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))"
NUMBERED = ["catalogue_product", "partner_stockrecord", "order_order"]


class FilledAlready(Exception):
    """The shop has such goods: filling it again would give two the same SKU."""


def fill(*, products, orders_wanted, seed=1, tell):
    """Products at up to three locations that are there already, and orders of them.

    Raises `FilledAlready`.
    """
    if Product.objects.filter(upc__startswith="BENCH-").exists():
        raise FilledAlready
    known = _prepare(products, orders_wanted, seed)
    for batch in _batches(products, PRODUCTS_A_BATCH):
        _run([goods.PRODUCTS, goods.RECORDS, goods.FIRST_DELIVERY], known | batch)
        _run([shelves.FILED, shelves.ENTRIES], known | batch)
        tell(f"{batch['last']:>9,} products")
    for batch in _batches(orders_wanted, ORDERS_A_BATCH):
        _run(orders.ALL, known | batch)
        tell(f"{batch['last']:>9,} orders")
    for batch in _batches(products, PRODUCTS_A_BATCH):
        _run([goods.DOWN_TO_A_SHELF], known | batch)
    _finish(known)


def _prepare(products, orders_wanted, seed):
    with connection.cursor() as cursor:
        cursor.execute(DRAW.format(seed=int(seed)))
        cursor.execute("DROP TABLE IF EXISTS place")
        cursor.execute(PLACES, {"most": MOST_PLACES})
        cursor.execute("ANALYZE place")
    return {
        "seed": str(seed),
        "products": products,
        "orders": orders_wanted,
        "places": min(MOST_PLACES, Location.objects.filter(is_active=True).count()),
        "plenty": goods.PLENTY,
        "product_class": ProductClass.objects.get_or_create(name="Goods")[0].pk,
        "product_base": _last(Product),
        "record_base": _last(StockRecord),
        "order_base": _last(Order),
    }


def _last(model):
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _batches(total, size):
    for first in range(1, total + 1, size):
        yield {"first": first, "last": min(first + size - 1, total)}


@transaction.atomic
def _run(statements, values):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def _finish(known):
    _run([goods.ALERTS], known)
    with connection.cursor() as cursor:
        for table in NUMBERED:
            cursor.execute(SEQUENCE.format(table), [table])
        cursor.execute("DROP TABLE place")
        shelves.learn_words(cursor)
        cursor.execute("ANALYZE")
