from django.db import migrations

FORBID = """
CREATE FUNCTION invoices_paper_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was issued stays as it is: a credit note puts it right';
END
$$;
CREATE TRIGGER invoices_invoice_append_only BEFORE UPDATE OR DELETE ON invoices_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_paper_is_append_only();
CREATE TRIGGER invoices_creditnote_append_only BEFORE UPDATE OR DELETE ON invoices_creditnote
    FOR EACH ROW EXECUTE FUNCTION invoices_paper_is_append_only();
"""
ALLOW = """
DROP TRIGGER invoices_invoice_append_only ON invoices_invoice;
DROP TRIGGER invoices_creditnote_append_only ON invoices_creditnote;
DROP FUNCTION invoices_paper_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_papers")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
