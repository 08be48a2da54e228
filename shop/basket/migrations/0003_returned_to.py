import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("basket", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="basket",
            name="returned_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="basket.basket",
            ),
        ),
    ]
