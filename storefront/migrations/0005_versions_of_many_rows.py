from django.db import migrations

# The rows of a statement have no index and no statistics: joined with what they were, a hundred
# thousand of them would be compared with each other. EXCEPT hashes.
COMPARE = """
CREATE OR REPLACE FUNCTION storefront_stock_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place text;
BEGIN
    IF EXISTS (
        SELECT id, price, price_currency, product_id, partner_id, low_stock_threshold FROM now
        EXCEPT
        SELECT id, price, price_currency, product_id, partner_id, low_stock_threshold FROM was
    ) THEN
        PERFORM storefront_bump('');
    END IF;
    FOR place IN
        SELECT code FROM partner_partner WHERE id IN (
            SELECT partner_id FROM (
                SELECT id, partner_id, num_in_stock - num_allocated FROM now
                EXCEPT
                SELECT id, partner_id, num_in_stock - num_allocated FROM was
            ) changed
        )
        ORDER BY 1
    LOOP
        PERFORM storefront_bump(place);
    END LOOP;
    RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("storefront", "0004_blocks_made_for_a_shop")]

    operations = [migrations.RunSQL(COMPARE, migrations.RunSQL.noop)]
