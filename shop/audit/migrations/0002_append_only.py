from django.db import migrations

# The one column that may change is `actor_id`: who acted may leave, what was done stays.
FORBID = """
CREATE FUNCTION audit_auditentry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: nothing in it is rewritten';
END
$$;
CREATE TRIGGER audit_auditentry_append_only
    BEFORE UPDATE OF id, at, action, area, object_pk, object_name, changes, summary, reason
    OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_auditentry_is_append_only();
"""
ALLOW = """
DROP TRIGGER audit_auditentry_append_only ON audit_auditentry;
DROP FUNCTION audit_auditentry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
