from django.db import migrations, models

from shop.encryption import EncryptedTextField, FingerprintField, decrypt, fingerprint

TEXTS = ["name", "phone", "email"]


def as_written(contacts):
    """The rows' columns as they are in the table, by primary key."""
    raw = {
        f"raw_{text}": models.ExpressionWrapper(models.F(text), models.TextField())
        for text in TEXTS
    }
    for row in contacts.annotate(**raw).values("pk", *raw).iterator():
        yield row["pk"], {text: row[f"raw_{text}"] for text in TEXTS}


def encrypt_rows(apps, schema_editor):
    contacts = apps.get_model("contacts", "Contact").objects
    for pk, texts in as_written(contacts):
        contacts.filter(pk=pk).update(**texts, email_digest=fingerprint(texts["email"]))


def decrypt_rows(apps, schema_editor):
    contacts = apps.get_model("contacts", "Contact").objects
    for pk, texts in as_written(contacts):
        plain = {
            name: models.Value(decrypt(text), models.TextField()) for name, text in texts.items()
        }
        contacts.filter(pk=pk).update(**plain)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_initial")]

    operations = [
        migrations.AlterField("contact", "name", EncryptedTextField(verbose_name="name")),
        migrations.AlterField(
            "contact", "phone", EncryptedTextField(blank=True, verbose_name="phone")
        ),
        migrations.AlterField("contact", "email", EncryptedTextField(verbose_name="email address")),
        migrations.AddField(
            "contact",
            "address",
            EncryptedTextField(blank=True, default="", verbose_name="address"),
            preserve_default=False,
        ),
        migrations.AddField(
            "contact",
            "email_digest",
            FingerprintField(of="email", db_index=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(encrypt_rows, decrypt_rows),
    ]
