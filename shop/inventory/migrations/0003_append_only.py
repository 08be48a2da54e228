from django.db import migrations

# The one column that may change is `actor_id`: who acted may be erased, what happened may not.
FORBID = """
CREATE FUNCTION inventory_movement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the stock ledger is append-only: add a movement that puts it right';
END
$$;
CREATE TRIGGER inventory_movement_append_only
    BEFORE UPDATE OF id, stockrecord_id, kind, in_stock_change, reserved_change, in_stock_after,
        reserved_after, cause, reason, created_at
    OR DELETE ON inventory_movement
    FOR EACH ROW EXECUTE FUNCTION inventory_movement_is_append_only();
"""
ALLOW = """
DROP TRIGGER inventory_movement_append_only ON inventory_movement;
DROP FUNCTION inventory_movement_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
