"""Products, offered at each location, and their shelves before and after the orders."""

PLENTY = 1_000_000

PRODUCTS = """
INSERT INTO catalogue_product (
    id, structure, is_public, upc, title, slug, description, priority, date_created,
    date_updated, is_discountable, unit, step, image_url, product_class_id)
SELECT %(product_base)s + n, 'standalone', true, 'BENCH-' || lpad(n::text, 7, '0'),
       (array['Amber','Bramble','Cedar','Damson','Elder','Fennel','Ginger','Hazel','Juniper',
              'Kelp'])[1 + pg_temp.draw(n, 11, 10)] || ' ' ||
       (array['jam','tea','soap','honey','bread','oil','salt','cheese','candle','cider'])
             [1 + pg_temp.draw(n, 12, 10)] || ' ' || n,
       'bench-' || n, '', 0, now(), now(), true, 'piece', 1, '', %(product_class)s
FROM generate_series(%(first)s::bigint, %(last)s) n
"""

RECORDS = """
INSERT INTO partner_stockrecord (
    id, product_id, partner_id, partner_sku, price_currency, price, low_stock_threshold,
    num_in_stock, num_allocated, shelf, date_created, date_updated)
SELECT %(record_base)s + (n - 1) * %(places)s + place.nth, %(product_base)s + n,
       place.location_id, 'BENCH-' || lpad(n::text, 7, '0'), place.currency,
       (100 + pg_temp.draw(n, 13, 2400))::numeric / 100,
       CASE WHEN pg_temp.draw(n * %(places)s + place.nth, 14, 2) = 0 THEN 10 END,
       %(plenty)s, 0, chr(65 + pg_temp.draw(n, 15, 20)) || pg_temp.draw(n, 16, 40), now(), now()
FROM generate_series(%(first)s::bigint, %(last)s) n CROSS JOIN place
ORDER BY 1
"""

FIRST_DELIVERY = """
INSERT INTO inventory_movement (
    stockrecord_id, kind, in_stock_change, reserved_change, in_stock_after, reserved_after,
    cause, reason, created_at)
SELECT id, 'received', %(plenty)s, 0, %(plenty)s, 0, '', 'Opening delivery',
       now() - interval '366 days'
FROM partner_stockrecord
WHERE id > %(record_base)s + (%(first)s - 1) * %(places)s
  AND id <= %(record_base)s + %(last)s * %(places)s
ORDER BY id
"""

# Some are sold out, some low, most have enough.
DOWN_TO_A_SHELF = """
WITH wanted AS (
    SELECT id, num_in_stock, num_allocated, num_allocated + CASE
        WHEN percentile < 2 THEN 0
        WHEN percentile < 10 THEN 1 + pg_temp.draw(nth, 18, 9)
        ELSE 10 + pg_temp.draw(nth, 18, 80) END AS target
    FROM partner_stockrecord
    CROSS JOIN LATERAL (SELECT id - %(record_base)s AS nth) counted
    CROSS JOIN LATERAL (SELECT pg_temp.draw(nth, 17, 100) AS percentile) drawn
    WHERE id > %(record_base)s + (%(first)s - 1) * %(places)s
      AND id <= %(record_base)s + %(last)s * %(places)s
), shelved AS (
    UPDATE partner_stockrecord record SET num_in_stock = wanted.target
    FROM wanted WHERE record.id = wanted.id
)
INSERT INTO inventory_movement (
    stockrecord_id, kind, in_stock_change, reserved_change, in_stock_after, reserved_after,
    cause, reason, created_at)
SELECT id, 'adjusted', target - num_in_stock, 0, target, num_allocated, '',
       'Down to what a shelf holds', now()
FROM wanted ORDER BY id
"""

ALERTS = """
INSERT INTO inventory_lowstockalert (stockrecord_id, "left", threshold, raised_at)
SELECT id, num_in_stock - num_allocated, low_stock_threshold, now()
FROM partner_stockrecord
WHERE id > %(record_base)s AND num_in_stock - num_allocated < low_stock_threshold
ORDER BY id
"""
