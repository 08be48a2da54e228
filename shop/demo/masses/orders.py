"""Orders and all that they leave behind, from the first status to the letter.

Most were collected over the last year; of the latest some are paid, ready or not paid yet.
Each statement reads `sale`, a batch of orders, or `sold`, their lines.
"""

SALE = """
DROP TABLE IF EXISTS sale, sold, moved;
CREATE TEMPORARY TABLE sale ON COMMIT DROP AS
SELECT n, %(order_base)s + n AS id, md5(%(seed)s || ' payment ' || n)::uuid AS payment_id,
       'B' || upper(reverse(lpad(to_hex(n), 7, '0'))) AS number, place.*,
       now() - (%(orders)s - n) * interval '365 days' / %(orders)s AS placed_at,
       CASE WHEN %(orders)s - n < greatest(1, %(orders)s / 2000) THEN 'pending'
            WHEN pg_temp.draw(n, 21, 100) < 3 THEN 'cancelled'
            WHEN %(orders)s - n < %(orders)s / 50 + 2
                THEN (array['completed', 'paid', 'ready'])[1 + pg_temp.draw(n, 22, 3)]
            ELSE 'completed' END AS status
FROM generate_series(%(first)s::bigint, %(last)s) n
JOIN place ON place.nth = 1 + pg_temp.draw(n, 23, %(places)s);

CREATE TEMPORARY TABLE sold ON COMMIT DROP AS
SELECT sale.n, k, sale.id AS order_id, record.id AS record_id, record.product_id,
       record.partner_sku AS sku, product.title, quantity, record.price,
       round(record.price / (1 + sale.vat_rate), 2) AS net_price, quantity * record.price AS gross,
       round(quantity * record.price / (1 + sale.vat_rate), 2) AS net
FROM sale
CROSS JOIN LATERAL generate_series(1, 1 + pg_temp.draw(sale.n, 25, 3)) k
CROSS JOIN LATERAL (SELECT 1 + pg_temp.draw(sale.n * 4 + k, 24, 3) AS quantity) drawn
JOIN partner_stockrecord record ON record.id = %(record_base)s
     + pg_temp.draw(sale.n * 4 + k, 26, %(products)s) * %(places)s + sale.nth
JOIN catalogue_product product ON product.id = record.product_id;

ALTER TABLE sale ADD total numeric, ADD total_net numeric;
UPDATE sale SET total = sums.gross, total_net = sums.net
FROM (SELECT n, sum(gross) AS gross, sum(net) AS net FROM sold GROUP BY n) sums
WHERE sums.n = sale.n;
ANALYZE sale;
ANALYZE sold
"""

ORDERS = """
INSERT INTO order_order (
    id, number, currency, total_incl_tax, total_excl_tax, shipping_incl_tax, shipping_excl_tax,
    shipping_method, shipping_code, guest_email, date_placed, analytics_tracked, status,
    fulfilment, location_name, location_address, promised_at, location_id, carrier,
    delivery_country, expires_at, extensions, tracking_number)
SELECT id, number, currency, total, total_net, 0, 0, '', '', '', placed_at, false, status,
       'pickup', name, address,
       CASE WHEN status NOT IN ('pending', 'cancelled') THEN placed_at + interval '2 hours' END,
       location_id, '', '',
       greatest(placed_at, CASE status WHEN 'pending' THEN now() END) + interval '30 minutes', 0, ''
FROM sale ORDER BY n
"""

LINES = """
INSERT INTO order_line (
    order_id, partner_id, partner_name, partner_sku, partner_line_reference,
    partner_line_notes, title, upc, product_id, stockrecord_id, quantity, line_price_incl_tax,
    line_price_excl_tax, line_price_before_discounts_incl_tax,
    line_price_before_discounts_excl_tax, unit_price_incl_tax, unit_price_excl_tax, status,
    num_allocated, allocation_cancelled, unit, step, vat_rate, returned)
SELECT order_id, sale.location_id, sale.name, sku, '', '', title, sku, product_id, record_id,
       quantity, gross, net, gross, net, price, net_price, '', 0, false, 'piece', 1,
       sale.vat_rate, 0
FROM sold JOIN sale USING (n) ORDER BY n, k
"""

STEPS = """
INSERT INTO order_orderstatuschange (
    order_id, old_status, new_status, date_created, reason, ending)
SELECT id, old_status, new_status, placed_at + step * interval '20 minutes', '',
       CASE new_status WHEN 'cancelled' THEN 'expired' ELSE '' END
FROM sale JOIN (VALUES
    (0, '', 'pending', '{pending,cancelled,paid,ready,completed}'::text[]),
    (1, 'pending', 'cancelled', '{cancelled}'), (1, 'pending', 'paid', '{paid,ready,completed}'),
    (2, 'paid', 'ready', '{ready,completed}'), (3, 'ready', 'completed', '{completed}')
) way (step, old_status, new_status, taken_by) ON sale.status = ANY (taken_by)
ORDER BY n, step
"""

PAYMENTS = """
INSERT INTO payment_payment (
    id, order_id, amount, currency, method, token, status, reference, failure_code, refunded,
    created_at, settled_at, asked_at, look_at, looks, surplus, held_currency)
SELECT payment_id, id, total, currency, 'simulated', 'sim_ok', paid, 'sim_' || n, '', 0, placed_at,
       CASE WHEN paid <> 'pending' THEN placed_at + interval '20 minutes' END, placed_at, now(), 0,
       false, ''
FROM sale CROSS JOIN LATERAL (SELECT CASE
    WHEN status IN ('pending', 'cancelled') THEN status ELSE 'succeeded' END AS paid) money
ORDER BY n;

INSERT INTO payment_paymentevent (payment_id, kind, amount, reference, created_at)
SELECT payment_id, 'succeeded', total, 'sim_' || n, placed_at + interval '20 minutes'
FROM sale WHERE status NOT IN ('pending', 'cancelled') ORDER BY n;

INSERT INTO payment_webhookevent (
    gateway, event_id, kind, payload, received_at, handled_at, outcome, payment_id)
SELECT 'simulated', 'bench_' || payment_id, 'payment.succeeded', '{}', settled, settled, 'settled',
       payment_id
FROM (SELECT *, placed_at + interval '20 minutes' AS settled FROM sale) said
WHERE status NOT IN ('pending', 'cancelled') ORDER BY n
"""

INVOICES = """
WITH billed AS (
    SELECT sale.*, day.issued, extract(year FROM day.issued)::int AS year FROM sale
    CROSS JOIN LATERAL (SELECT timezone(sale.timezone, placed_at)::date AS issued) day
    WHERE status NOT IN ('pending', 'cancelled')
), counted AS (
    SELECT billed.*, coalesce(last.serial, 0)
        + row_number() OVER (PARTITION BY billed.location_id, billed.year ORDER BY n) AS serial
    FROM billed LEFT JOIN invoices_lastnumber last ON last.location_id = billed.location_id
        AND last.year = billed.year AND last.series = 'invoices'
), written AS (
    INSERT INTO invoices_invoice (
        location_id, year, serial, number, issued_on, total, currency, content, order_id,
        created_at)
    SELECT location_id, year, serial,
           upper(code) || '-' || year || '-INV' || lpad(serial::text, 6, '0'), issued, total,
           currency, jsonb_build_object(
               'seller', seller, 'order', number, 'lines', '[]'::jsonb, 'discounts', '[]'::jsonb,
               'shipping', '0.00', 'paid_on', issued, 'vat', jsonb_build_array(jsonb_build_object(
                   'rate', vat_rate::text, 'net', total_net::text, 'gross', total::text,
                   'vat', (total - total_net)::text))), id, placed_at
    FROM counted ORDER BY n
)
INSERT INTO invoices_lastnumber (location_id, year, series, serial)
SELECT location_id, year, 'invoices', max(serial) FROM counted GROUP BY location_id, year
ON CONFLICT (location_id, year, series) DO UPDATE SET serial = excluded.serial
"""

PICKUP = """
INSERT INTO pickup_pickupcode (
    order_id, location_id, nonce, sealed, token_digest, short_digest, qr, issued_at, expires_at,
    used_at)
SELECT id, location_id, decode(md5('nonce ' || n), 'hex'), '',
       encode(sha256(('token ' || payment_id)::bytea), 'hex'),
       encode(sha256(('short ' || payment_id)::bytea), 'hex'), '', placed_at + interval '1 hour',
       greatest(placed_at, now()) + interval '7 days',
       CASE status WHEN 'completed' THEN placed_at + interval '1 hour' END
FROM sale WHERE status IN ('ready', 'completed') ORDER BY n;

INSERT INTO pickup_waiting (order_id, until)
SELECT id, now() + interval '7 days' FROM sale WHERE status = 'ready' ORDER BY n
"""

LEDGER = """
CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
SELECT record_id, n * 16 + k * 2 + step AS seq, kind, in_stock * quantity AS in_stock_change,
       reserved * quantity AS reserved_change, number, placed_at + step * interval '1 hour' AS at
FROM sold JOIN sale USING (n) JOIN (VALUES
    (0, 'reserved', 0, 1, '{pending,cancelled,paid,ready,completed}'::text[]),
    (1, 'released', 0, -1, '{cancelled}'), (1, 'handed_over', -1, -1, '{completed}')
) way (step, kind, in_stock, reserved, taken_by) ON sale.status = ANY (taken_by);

INSERT INTO inventory_movement (
    stockrecord_id, kind, in_stock_change, reserved_change, in_stock_after, reserved_after,
    cause, reason, created_at)
SELECT record_id, kind, in_stock_change, reserved_change,
       record.num_in_stock + sum(in_stock_change) OVER so_far,
       record.num_allocated + sum(reserved_change) OVER so_far, number, '', at
FROM moved JOIN partner_stockrecord record ON record.id = record_id
WINDOW so_far AS (PARTITION BY record_id ORDER BY seq)
ORDER BY seq;

UPDATE partner_stockrecord record
SET num_in_stock = num_in_stock + sums.in_stock, num_allocated = num_allocated + sums.reserved
FROM (SELECT record_id, sum(in_stock_change) AS in_stock, sum(reserved_change) AS reserved
      FROM moved GROUP BY record_id) sums
WHERE record.id = sums.record_id
"""

TRACES = """
INSERT INTO mail_letter (
    id, kind, subject, occasion, created_at, attempts, sent_at, failure, needless, order_id)
SELECT md5(%(seed)s || ' letter ' || n)::uuid, 'paid', id::text, '', placed_at, 1,
       CASE WHEN pg_temp.draw(n, 27, 500) > 0 THEN placed_at + interval '21 minutes' END,
       CASE WHEN pg_temp.draw(n, 27, 500) = 0 THEN 'SMTPRecipientsRefused 550' ELSE '' END, false,
       id
FROM sale WHERE status NOT IN ('pending', 'cancelled') ORDER BY n;

INSERT INTO tasks_outboxmessage (
    effect, subject, created_at, due_at, attempts, done_at, failure, may_pass)
SELECT effect, subject, placed_at, placed_at, 1, placed_at + interval '1 minute', '', true
FROM sale CROSS JOIN LATERAL (
    VALUES ('collect_payment', payment_id::text), ('issue_invoice', id::text)
) asked (effect, subject)
WHERE status NOT IN ('pending', 'cancelled') AND %(orders)s - n < %(orders)s / 20
ORDER BY n;

INSERT INTO contacts_reveal (order_id, role, place, reason, at)
SELECT id, 'Support', name, 'Asked where the order is', placed_at + interval '2 hours'
FROM sale WHERE pg_temp.draw(n, 28, 200) = 0 ORDER BY n
"""

ALL = [SALE, ORDERS, LINES, STEPS, PAYMENTS, INVOICES, PICKUP, LEDGER, TRACES]
