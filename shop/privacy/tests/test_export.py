"""Everything the shop holds on a person is told to that person, and nothing of anybody else."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from oscar.core.loading import get_model

from shop.contacts.reveal import reveal
from shop.customer import roles
from shop.customer.models import User
from shop.customer.personal_data import HOLDINGS, LEFT_OUT, Person
from shop.encryption import EncryptedTextField, FingerprintField
from shop.inventory.back_in_stock import ask
from shop.privacy.export import export, export_json, hand_out
from shop.privacy.models import PrivacyEvent
from shop.testing.factories import (
    CONTACT,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)

pytestmark = pytest.mark.django_db

ProductReview = get_model("reviews", "ProductReview")
WishList = get_model("wishlists", "WishList")


@pytest.fixture
def here():
    return make_location(name="Magpie Here")


@pytest.fixture
def tea(here):
    product = make_product(title="Smoky tea")
    offer(product, here, in_stock=100)
    return product


@pytest.fixture
def shopper():
    return make_user(first_name="Zoe", email="zoe@quill.example")


def names_people(model):
    fields = model._meta.local_fields
    return any(
        isinstance(field, EncryptedTextField | FingerprintField) or field.related_model is User
        for field in fields
    )


def test_every_model_that_names_people_is_told_or_left_out_for_a_reason():
    """A new one belongs into its room's `personal_data.py`."""
    told = {label for holding in HOLDINGS.values() for label in holding.models}
    naming = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if names_people(model)
    }
    assert naming - told - LEFT_OUT.keys() == set()
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert (told | LEFT_OUT.keys()) - known == set()
    assert told & LEFT_OUT.keys() == set()


def test_an_account_is_told_what_it_did(here, tea, shopper):
    order = make_order(here, (tea, 2), user=shopper)
    make_basket(here, (tea, 3), user=shopper)
    WishList.objects.create(owner=shopper, name="Dreams")
    sold_out = make_product(title="Lemon curd")
    offer(sold_out, here, in_stock=0)
    ask(sold_out, here, user=shopper)
    ProductReview.objects.create(product=tea, user=shopper, score=5, title="Smoky", body="Yes.")
    reveal(
        order, make_user(roles.SUPPORT, [here], username="nina"), "The courier asks for a phone."
    )

    told = export(shopper)

    assert (told["account"]["first_name"], told["account"]["email"]) == ("Zoe", "zoe@quill.example")
    [ordered] = told["orders"]
    assert (ordered["number"], ordered["status"]) == (order.number, "pending")
    assert ordered["contact"]["name"] == CONTACT.name
    assert ordered["lines"][0]["product"] == "Smoky tea"
    assert ordered["payments"][0]["status"] == "pending"
    [look] = ordered["contact_looked_at"]
    assert (look["role"], look["reason"]) == ("Support", "The courier asks for a phone.")
    assert told["baskets"][-1]["lines"][0]["quantity"] == 3
    assert told["wishlists"][0]["name"] == "Dreams"
    assert told["stock_requests"][0]["product__title"] == "Lemon curd"
    assert told["reviews"]["reviews"][0]["title"] == "Smoky"


def test_the_file_holds_no_key_to_anything_and_nobody_of_the_staff(here, tea, shopper):
    order = make_order(here, (tea, 1), user=shopper)
    reveal(
        order, make_user(roles.SUPPORT, [here], username="nina"), "The courier asks for a phone."
    )

    written = export_json(shopper)

    assert json.loads(written).keys() == HOLDINGS.keys()
    for secret in ("sim_ok", shopper.password, "nina"):
        assert secret not in written


def test_that_somebody_took_their_data_along_is_counted_and_not_who(here, tea, shopper):
    make_order(here, (tea, 1), user=shopper)
    assert json.loads(hand_out(shopper)).keys() == HOLDINGS.keys()
    event = PrivacyEvent.objects.get()
    assert (event.kind, event.contacts) == ("export", 1)


def test_a_stranger_is_told_nothing_of_it(here, tea, shopper):
    order = make_order(here, (tea, 1), user=shopper)
    written = export_json(make_user(email=CONTACT.email))
    assert order.number not in written
    assert CONTACT.name not in written


def test_what_was_ordered_as_a_guest_is_told_to_whoever_proves_the_address(here, tea):
    order = make_order(here, (tea, 1))
    same = make_user(email=CONTACT.email)
    address = EmailAddress.objects.create(user=same, email=CONTACT.email, verified=False)
    assert export(same)["orders"] == []

    address.verified = True
    address.save()

    assert [told["number"] for told in export(same)["orders"]] == [order.number]


def test_many_orders_are_read_with_as_many_queries_as_few(
    here, tea, shopper, django_assert_max_num_queries
):
    asked = []
    for more in (1, 4):
        for _number in range(more):
            make_order(here, (tea, 1), user=shopper)
        with django_assert_max_num_queries(40) as counted:
            HOLDINGS["orders"].tell(Person.of(shopper))
        asked.append(len(counted))
    assert asked[0] == asked[1]
