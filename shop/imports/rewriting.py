"""Many rows changed at once, whose new values differ from row to row."""


def rewrite(rows, fields):
    """Write these fields of rows that are there, and whole in memory.

    Django's `bulk_update` spells out a CASE for each row and field, which costs ten times as
    much. The rows have to be locked: one that is gone would come back.
    """
    if rows:
        type(rows[0]).objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields
        )
