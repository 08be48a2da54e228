from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        migrations.RemoveIndex("outboxmessage", "outbox_unfinished"),
        migrations.RenameField("outboxmessage", "sent_at", "due_at"),
        migrations.CreateModel(
            name="BeatRun",
            fields=[
                (
                    "job",
                    models.CharField(
                        max_length=100, primary_key=True, serialize=False, verbose_name="job"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0, verbose_name="how often")),
                ("asked_at", models.DateTimeField(db_default=Now(), verbose_name="last asked for")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="last done")),
            ],
            options={
                "verbose_name": "scheduled job",
                "verbose_name_plural": "scheduled jobs",
            },
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="failure",
            field=models.CharField(
                blank=True,
                help_text="The kind of the last one; never its words, which may name somebody.",
                max_length=100,
                verbose_name="failure",
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="may_pass",
            field=models.BooleanField(
                default=True, help_text="Whether trying again can help.", verbose_name="may pass"
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="taken_at",
            field=models.DateTimeField(
                blank=True,
                help_text="By a worker that has not said more yet.",
                null=True,
                verbose_name="taken up",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="created_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="written"),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="due_at",
            field=models.DateTimeField(
                help_text="From when on it is sent again, if it is not done.", verbose_name="due"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=Q(("done_at", None)), fields=["due_at"], name="outbox_unfinished"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=Q(("done_at", None), _negated=True),
                fields=["done_at"],
                name="outbox_done",
            ),
        ),
    ]
