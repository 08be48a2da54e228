"""Who sees which rows of which area: each role, at home, at another location, and at none."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from backoffice.site import site
from shop.customer import roles
from shop.inventory import stocktakes
from shop.payment import settlement
from shop.payment.cancellation import cancel_order
from shop.payment.models import Payment
from shop.testing.factories import make_location, make_order, make_product, make_user, offer

pytestmark = pytest.mark.django_db

# Rows that hang on a location, and the way to it.
LOCATION = {
    "order": "location",
    "stockrecord": "partner",
    "movement": "stockrecord__partner",
    "payment": "order__location",
    "refund": "payment__order__location",
    "location": "pk",
    "reveal": "order__location",
    "stocktake": "location",
    "lowstockalert": "stockrecord__partner",
}
GOODS = {"product", "category", "stockrecord", "movement", "lowstockalert"}
AREAS = {
    roles.OWNER: {model._meta.model_name for model in site._registry},
    roles.STOCK_KEEPER: GOODS | {"delivery", "transfer", "stocktake", "import"},
    roles.ORDER_DESK: {"order", "payment", "refund"},
    roles.COUNTER: {"order"},
    roles.PROMOTIONS: {"voucher", "voucherset", "product", "category", "productreview", "import"},
    roles.SUPPORT: {"order", "payment", "refund"},
    roles.SELLER: GOODS | {"order", "import"},
    roles.EDITOR: set(),
}


@pytest.fixture
def seller():
    return make_user(roles.SELLER)


@pytest.fixture
def two_locations(seller):
    """The same at each of two: stock of the seller and of the shop, a paid order, a refund.

    The seller's runs low, and all of it is being counted.
    """
    here, elsewhere = make_location(name="Magpie Here"), make_location(name="Magpie Elsewhere")
    for location in (here, elsewhere):
        sold = make_product()
        offer(sold, location)
        offer(make_product(seller=seller), location, low_stock_threshold=50)
        stocktakes.begin(location)
        paid, ended = make_order(location, (sold, 1)), make_order(location, (sold, 1))
        for order in (paid, ended):
            settlement.collect(Payment.objects.get(order=order))
        cancel_order(ended, actor=None, reason="")
    return here, elsewhere


def rows_seen(client, model):
    """The rows of an area's list, or None where it does not open."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    response = client.get(address)
    return response.context["cl"].queryset if response.status_code == 200 else None


def places_of(rows, path):
    return set(rows.values_list(path, flat=True))


def page_of(row):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])


def person(role, locations, seller):
    """The seller, whose own goods there are, or anybody else of a role."""
    user = seller if role == roles.SELLER else make_user(role)
    for location in locations:
        location.users.add(user)
    return user


@pytest.mark.parametrize("works_at", [[0], [1], [0, 1], []])
@pytest.mark.parametrize("role", [role for role in AREAS if role != roles.OWNER])
def test_a_role_sees_the_rows_of_its_own_locations(
    role, works_at, two_locations, seller, signed_in
):
    own = [two_locations[place] for place in works_at]
    client = signed_in(person(role, own, seller))
    for model in site._registry:
        name = model._meta.model_name
        if name not in LOCATION or name not in AREAS[role]:
            continue
        seen = places_of(rows_seen(client, model), LOCATION[name])
        assert seen == {location.pk for location in own}, name
        for row in model.objects.all():
            is_own = model.objects.filter(pk=row.pk, **{f"{LOCATION[name]}__in": own}).exists()
            opened = client.get(page_of(row)).status_code
            # Of the goods at a location a seller sees their own.
            allowed = {200, 404} if role == roles.SELLER and is_own else {200 if is_own else 404}
            assert opened in allowed, (name, row.pk)


def test_an_owner_sees_every_location_wherever_they_work(two_locations, signed_in):
    client = signed_in(make_user(roles.OWNER))
    for model in site._registry:
        name = model._meta.model_name
        if name in LOCATION and model.objects.exists():
            everywhere = places_of(model.objects.all(), LOCATION[name])
            assert places_of(rows_seen(client, model), LOCATION[name]) == everywhere, name


def test_a_seller_sees_their_own_goods_and_whole_orders(two_locations, seller, signed_in):
    here, _elsewhere = two_locations
    here.users.add(seller)
    client = signed_in(seller)
    shown = {
        model._meta.model_name: rows
        for model in site._registry
        if (rows := rows_seen(client, model)) is not None
    }
    assert set(shown["product"].values_list("seller", flat=True)) == {seller.pk}
    assert set(shown["stockrecord"].values_list("product__seller", flat=True)) == {seller.pk}
    for order in shown["order"]:
        assert order.lines.get().title in client.get(page_of(order)).content.decode()


@pytest.mark.parametrize(
    ("app_label", "model_name", "field_name"),
    [("partner", "stockrecord", "product"), ("locations", "location", "users")],
)
def test_an_autocomplete_offers_no_more_than_the_list(
    app_label, model_name, field_name, two_locations, seller, signed_in
):
    here, _elsewhere = two_locations
    here.users.add(seller)
    asked = {"app_label": app_label, "model_name": model_name, "field_name": field_name}
    response = signed_in(seller).get(reverse("admin:autocomplete"), asked)
    if response.status_code == 200:
        offered = {int(row["id"]) for row in response.json()["results"]}
        assert offered == set(seller.products.values_list("pk", flat=True))
    else:
        assert response.status_code == 403


def test_a_new_offer_can_be_made_at_ones_own_locations_alone(two_locations, seller, signed_in):
    here, elsewhere = two_locations
    here.users.add(seller)
    form = signed_in(seller).get(reverse("admin:partner_stockrecord_add")).context["adminform"]
    offered = set(form.form.fields["partner"].queryset.values_list("pk", flat=True))
    assert offered == {here.pk}


def test_two_roles_add_up_and_open_no_further_location(two_locations, signed_in):
    here, _elsewhere = two_locations
    both = make_user(roles.COUNTER, [here])
    both.groups.add(Group.objects.get(name=roles.PROMOTIONS))
    client = signed_in(both)
    for model in site._registry:
        if model._meta.model_name == "order":
            assert places_of(rows_seen(client, model), "location") == {here.pk}
