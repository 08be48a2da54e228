from django.db import migrations, models

# A slot is taken by whoever finds it free: nobody waits for another one's transaction to end,
# and the sum of a scope's slots counts every transaction that changed it and has committed.
BUMP = """
ALTER TABLE storefront_version SET (fillfactor = 30, autovacuum_vacuum_threshold = 500);

CREATE FUNCTION storefront_bump(changed text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    slot bigint;
BEGIN
    SELECT id INTO slot FROM storefront_version WHERE scope = changed
        LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF slot IS NULL THEN
        INSERT INTO storefront_version (scope, count) VALUES (changed, 1);
    ELSE
        UPDATE storefront_version SET count = count + 1 WHERE id = slot;
    END IF;
END
$$;

CREATE FUNCTION storefront_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM storefront_bump('');
    RETURN NULL;
END
$$;

-- What is free to buy shows at its location alone, and changes with every order there.
CREATE FUNCTION storefront_stock_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place text;
BEGIN
    IF EXISTS (
        SELECT FROM was JOIN now USING (id)
        WHERE (was.price, was.price_currency, was.product_id, was.partner_id,
               was.low_stock_threshold)
            IS DISTINCT FROM (now.price, now.price_currency, now.product_id, now.partner_id,
               now.low_stock_threshold)
    ) THEN
        PERFORM storefront_bump('');
    END IF;
    FOR place IN
        SELECT DISTINCT partner.code FROM was JOIN now USING (id)
        JOIN partner_partner partner ON partner.id = now.partner_id
        WHERE was.num_in_stock - was.num_allocated <> now.num_in_stock - now.num_allocated
        ORDER BY 1
    LOOP
        PERFORM storefront_bump(place);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER storefront_stock_changes AFTER UPDATE ON partner_stockrecord
    REFERENCING OLD TABLE AS was NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION storefront_stock_changes();
CREATE TRIGGER storefront_changes AFTER INSERT OR DELETE ON partner_stockrecord
    FOR EACH STATEMENT EXECUTE FUNCTION storefront_changes();
"""
UNDO = """
DROP TRIGGER storefront_stock_changes ON partner_stockrecord;
DROP TRIGGER storefront_changes ON partner_stockrecord;
"""
LAST_UNDO = """
DROP FUNCTION storefront_changes();
DROP FUNCTION storefront_stock_changes();
DROP FUNCTION storefront_bump(text);
"""
SHOWN = [
    "catalogue_product",
    "catalogue_category",
    "catalogue_productcategory",
    "catalogue_word",
    "partner_partner",
    "locations_location",
    "reviews_productreview",
    "wagtailimages_image",
    "wagtailcore_page",
    "wagtailcore_site",
    "wagtailcore_pageviewrestriction",
    "storefront_cataloguepage",
    "storefront_categorypage",
    "storefront_productpage",
    "storefront_productpicture",
]
WATCH = """
CREATE TRIGGER storefront_changes AFTER INSERT OR UPDATE OR DELETE ON {0}
    FOR EACH STATEMENT EXECUTE FUNCTION storefront_changes();
"""
LEAVE = "DROP TRIGGER storefront_changes ON {0};"


class Migration(migrations.Migration):
    dependencies = [
        ("storefront", "0002_product_pictures"),
        ("catalogue", "0007_words_and_synonyms"),
        ("partner", "0001_initial"),
        ("locations", "0004_seller"),
        ("reviews", "0001_initial"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailcore", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(db_index=True, max_length=128)),
                ("count", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LAST_UNDO),
        migrations.RunSQL(BUMP, UNDO),
        *(migrations.RunSQL(WATCH.format(name), LEAVE.format(name)) for name in SHOWN),
    ]
