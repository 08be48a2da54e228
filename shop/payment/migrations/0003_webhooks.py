import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def all_were_asked_for(apps, schema_editor):
    """Whatever was started before this was written down may be known to its gateway."""
    payments = apps.get_model("payment", "Payment").objects.filter(asked_at=None)
    payments.update(asked_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("order", "0003_promises"),
        ("payment", "0002_refund_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SimulatedWebhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=64)),
                ("body", models.TextField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=16, verbose_name="gateway")),
                ("event_id", models.CharField(max_length=255, verbose_name="event")),
                ("kind", models.CharField(max_length=100, verbose_name="kind")),
                ("payload", models.JSONField(verbose_name="what it said")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="handled")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("settled", "settled"),
                            ("nothing_new", "nothing new"),
                            ("mismatch", "wrong amount or currency"),
                            ("unknown", "of nothing that we know"),
                            ("malformed", "makes no sense"),
                            ("ignored", "of no concern"),
                        ],
                        max_length=16,
                        verbose_name="outcome",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_order_paid_once",
        ),
        migrations.RemoveIndex(
            model_name="payment",
            name="payment_unsettled",
        ),
        migrations.AddField(
            model_name="payment",
            name="asked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="call_off_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="look_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="payment",
            name="looks",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="payment",
            name="surplus",
            field=models.BooleanField(default=False, editable=False, verbose_name="on top"),
        ),
        migrations.AddField(
            model_name="simulatedtransaction",
            name="charge_key",
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "requires_action"])),
                fields=["look_at"],
                name="payment_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["reference"], name="payment_of_reference"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["succeeded", "refunded"]), ("surplus", False)),
                fields=("order",),
                name="payment_order_paid_once",
            ),
        ),
        migrations.AddIndex(
            model_name="simulatedwebhook",
            index=models.Index(
                condition=models.Q(("delivered_at", None)),
                fields=["due_at"],
                name="simulated_webhook_due",
            ),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="webhooks",
                to="payment.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookevent",
            constraint=models.UniqueConstraint(
                fields=("gateway", "event_id"), name="webhook_event_once"
            ),
        ),
        migrations.RunPython(all_were_asked_for, migrations.RunPython.noop),
    ]
