"""Contact data at rest: a copy of the table names nobody, and keys change while the shop runs."""

from importlib import import_module
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from shop.checkout.place_order import ContactDetails, place_order
from shop.contacts import rotation
from shop.contacts.address import Address
from shop.contacts.models import Contact
from shop.contacts.rotation import encrypted_fields, rotate
from shop.encryption import Unreadable, fingerprint, has_newest_key
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_order,
    make_product,
    offer,
)

pytestmark = pytest.mark.django_db

NAME = Contact._meta.get_field("name")
HOME = Address("2 Owl Lane", "Porto", "PT", postcode="4000-001")


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def goods(here):
    product = make_product()
    offer(product, here, in_stock=100)
    return product


@pytest.fixture
def order(here, goods):
    return make_order(here, (goods, 1))


@pytest.fixture
def old_key(settings):
    settings.CONTACT_KEYS = [Fernet.generate_key().decode()]
    return settings.CONTACT_KEYS[0]


@pytest.fixture
def new_key():
    return Fernet.generate_key().decode()


def table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contacts_contact")
        return str(cursor.fetchall())


def write_raw(**texts):
    with connection.cursor() as cursor:
        for column, text in texts.items():
            cursor.execute(f"UPDATE contacts_contact SET {column} = %s", [text])


def secrets():
    return list(rotation._as_written(NAME).values_list("as_written", flat=True))


def rotate_all():
    out = StringIO()
    call_command("rotate_contact_keys", stdout=out)
    return out.getvalue()


def test_a_dump_of_the_table_names_nobody(here, goods):
    details = ContactDetails(CONTACT.name, CONTACT.email, CONTACT.phone, address=HOME)
    order = place_order(make_basket(here, (goods, 1)), details, GOOD_CARD)

    dump = table()
    for personal in ("Zebulon", "quist", "7946", "Owl Lane", "Porto"):
        assert personal not in dump
    contact = Contact.objects.get(order=order)
    assert (contact.name, contact.email, contact.phone) == (
        CONTACT.name,
        CONTACT.email,
        CONTACT.phone,
    )
    assert contact.postal_address == HOME


def test_an_order_that_is_collected_has_no_address(order):
    assert order.contact.postal_address is None
    assert Contact.objects.filter(address="").exists()


def test_a_person_is_found_by_their_email_however_typed(order):
    assert list(Contact.objects.with_email(f"  {CONTACT.email.upper()}")) == [order.contact]
    assert not Contact.objects.with_email("stranger@quist.example").exists()


def test_what_the_migration_finds_in_plain_text_is_encrypted_and_back(order):
    migration = import_module("shop.contacts.migrations.0003_encrypt")
    write_raw(name="Ana Plain", email="ana@plain.example", phone="", email_digest="")

    migration.encrypt_rows(apps, None)
    assert "Plain" not in table()
    contact = Contact.objects.with_email("ana@plain.example").get()
    assert (contact.name, contact.phone) == ("Ana Plain", "")

    migration.decrypt_rows(apps, None)
    assert "'Ana Plain'" in table()


def test_old_keys_go_on_decrypting(settings, old_key, order, new_key):
    settings.CONTACT_KEYS = [new_key, old_key]
    assert Contact.objects.get().name == CONTACT.name


def test_what_was_written_without_keys_is_read_when_keys_are_given(settings, order, new_key):
    settings.CONTACT_KEYS = [new_key]
    assert Contact.objects.get().name == CONTACT.name


def test_a_secret_that_was_changed_goes_on_decrypting(settings, order):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 8
    assert Contact.objects.get().name == CONTACT.name


def test_after_a_rotation_the_old_key_can_go(settings, old_key, order, new_key):
    settings.CONTACT_KEYS = [new_key, old_key]

    assert "contacts.Contact.name: 1 written anew" in rotate_all()

    settings.CONTACT_KEYS = [new_key]
    contact = Contact.objects.get()
    assert (contact.name, contact.email) == (CONTACT.name, CONTACT.email)
    assert "contacts.Contact.name: 0 written anew" in rotate_all()


def test_a_rotation_covers_every_encrypted_column_of_the_project():
    columns = {f"{field.model._meta.label}.{field.name}" for field in encrypted_fields()}
    assert {f"contacts.Contact.{name}" for name in ("name", "phone", "email", "address")} <= columns


def test_a_rotation_goes_on_batch_by_batch(settings, old_key, here, goods, new_key, monkeypatch):
    for _number in range(5):
        make_order(here, (goods, 1))
    monkeypatch.setattr(rotation, "BATCH", 2)
    settings.CONTACT_KEYS = [new_key, old_key]

    assert rotate(NAME).written == 5
    assert all(has_newest_key(secret) for secret in secrets())


def test_what_changes_meanwhile_keeps_what_was_written(
    settings, old_key, order, new_key, monkeypatch
):
    settings.CONTACT_KEYS = [new_key, old_key]
    read = rotation._next_rows

    def read_then_somebody_writes(field, last):
        rows = read(field, last)
        Contact.objects.update(name="Changed Meanwhile")
        return rows

    monkeypatch.setattr(rotation, "_next_rows", read_then_somebody_writes)

    assert rotate(NAME).changed_meanwhile == 1
    assert Contact.objects.get().name == "Changed Meanwhile"


def test_a_lost_key_breaks_no_list_and_loses_nothing(settings, old_key, order, new_key, caplog):
    settings.CONTACT_KEYS = [new_key]

    contact = Contact.objects.get()
    assert isinstance(contact.name, Unreadable)
    assert str(contact.name) == "(cannot be read: its key is missing)"
    assert not contact.is_readable
    assert "no key opens it" in caplog.text

    contact.save()
    with pytest.raises(CommandError, match="3 texts"):
        rotate_all()

    settings.CONTACT_KEYS = [new_key, old_key]
    assert Contact.objects.get().name == CONTACT.name
    assert Contact.objects.with_email(CONTACT.email).exists()


def test_a_fingerprint_tells_nothing_without_the_secret(settings):
    ours = fingerprint(CONTACT.email)
    settings.SECRET_KEY = "somebody-else" * 4
    assert fingerprint(CONTACT.email) != ours
