from django.db import migrations

# Every page that is not kept is found by its path, which Wagtail gives no index. By hash: a path
# may be longer than a row of any other index.
FIND = "CREATE INDEX storefront_page_by_path ON wagtailcore_page USING hash (url_path);"
UNDO = "DROP INDEX storefront_page_by_path;"


class Migration(migrations.Migration):
    dependencies = [
        ("storefront", "0006_more_that_shows"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunSQL(FIND, UNDO)]
