from django.db import migrations

# What is recommended, and the first names beside reviews, stand on pages that are kept, too.
COUNT = """
CREATE TRIGGER storefront_changes AFTER INSERT OR UPDATE OR DELETE ON catalogue_productrecommendation
    FOR EACH STATEMENT EXECUTE FUNCTION storefront_changes();
CREATE TRIGGER storefront_changes AFTER UPDATE OF first_name ON customer_user
    FOR EACH STATEMENT EXECUTE FUNCTION storefront_changes();
"""
UNDO = """
DROP TRIGGER storefront_changes ON catalogue_productrecommendation;
DROP TRIGGER storefront_changes ON customer_user;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("storefront", "0005_versions_of_many_rows"),
        ("catalogue", "0001_initial"),
        ("customer", "0001_initial"),
    ]

    operations = [migrations.RunSQL(COUNT, UNDO)]
