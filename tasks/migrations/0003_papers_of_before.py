from django.db import migrations

# Orders that were paid, and refunds that went, before there were invoices get theirs too.
ASK = """
INSERT INTO tasks_outboxmessage (effect, subject, created_at, due_at, attempts, failure, may_pass)
SELECT DISTINCT 'issue_invoice', order_id::text, now(), now(), 0, '', true
FROM order_orderstatuschange WHERE new_status = 'paid'
UNION ALL
SELECT 'issue_credit_note', id::text, now(), now(), 0, '', true
FROM payment_refund WHERE status = 'succeeded'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0002_due_and_beat"),
        ("invoices", "0001_papers"),
        ("order", "0001_initial"),
        ("payment", "0001_initial"),
    ]

    operations = [migrations.RunSQL(ASK, migrations.RunSQL.noop)]
