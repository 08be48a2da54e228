from django.core.management import BaseCommand
from django.db import connection, transaction
from django.db.models import F
from wagtail.models import Page

from storefront.mirrors import name_page
from storefront.models import ProductPage
from storefront.site_tree import site_tree

# Wagtail's tree counts its steps in letters: 0 to 9, then A to Z, four of them each.
STEP = """
CREATE OR REPLACE FUNCTION pg_temp.step(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
        ((n / (36 ^ place)::bigint) % 36)::int + 1, 1), '' ORDER BY place DESC)
    FROM generate_series(0, 3) place
$$
"""
BARE = """
FROM (SELECT id, title, slug, row_number() OVER (ORDER BY id) + {last} AS nth
      FROM catalogue_product WHERE upc LIKE 'BENCH-%'
      AND NOT EXISTS (SELECT FROM storefront_productpage page
                      WHERE page.product_id = catalogue_product.id)) product
"""


class Command(BaseCommand):
    help = "Gives the products of a bench their pages; called by fill_for_bench."

    @transaction.atomic
    def handle(self, **options):
        parent = Page.objects.select_for_update(of=("self",)).get(pk=site_tree().catalogue.pk)
        last = parent.get_last_child() if parent.numchild else None
        bare = BARE.format(last=int(last.path[-Page.steplen :], 36) if last else 0)
        with connection.cursor() as cursor:
            cursor.execute(STEP)
            made = _insert(cursor, parent, bare)
        Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + made)


def _insert(cursor, parent, bare):
    """Each page is the first one, but for what tells them apart."""
    page = ProductPage(depth=parent.depth + 1, locale_id=parent.locale_id)
    name_page(page, "", is_shown=True)
    own = {
        "path": f"'{parent.path}' || pg_temp.step(nth)",
        "title": "title",
        "draft_title": "title",
        "slug": "slug",
        "url_path": f"'{parent.url_path}' || slug || '/'",
        "translation_key": "gen_random_uuid()",
    }
    fields = [field for field in Page._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(field.column for field in fields)
    values = [own.get(field.name, "%s") for field in fields]
    same = [
        field.get_db_prep_save(getattr(page, field.attname), connection)
        for field in fields
        if field.name not in own
    ]
    cursor.execute(
        f"INSERT INTO wagtailcore_page ({columns}) SELECT {', '.join(values)}"
        + bare.replace("%", "%%"),
        same,
    )
    made = cursor.rowcount
    cursor.execute(
        "INSERT INTO storefront_productpage"
        " (page_ptr_id, product_id, mirrored_name, is_withdrawn, intro, story)"
        " SELECT page.id, product.id, product.title, false, '', '[]'"
        + bare
        + " JOIN wagtailcore_page page"
        + f" ON page.url_path = '{parent.url_path}' || product.slug || '/'"
    )
    return made
