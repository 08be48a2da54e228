"""Every page of every area, as everybody: who gets in, and what is never shown to anybody."""

import pytest
from django.urls import reverse

from backoffice.site import site
from shop.catalogue.reviews.models import ProductReview
from shop.imports import arriving
from shop.imports.models import Kind
from shop.imports.tests.tables import as_csv
from shop.payment.cancellation import cancel_order
from shop.payment.models import WebhookEvent
from shop.reconciliation.rules import INVARIANTS
from shop.testing.factories import CONTACT, make_product, make_user, offer

pytestmark = pytest.mark.django_db

CANARIES = [CONTACT.name, CONTACT.email, CONTACT.phone, "zebulon", "canary@quist"]
SEARCHES = ("", "?q=Quist", "?q=canary", "?q=zebulon")
SELLERS = {"product", "stockrecord", "movement", "lowstockalert", "category", "order", "import"}
# Pages that belong to no list.
OF_THEIR_OWN = [
    "admin:index",
    "admin:search",
    "pickup_counter",
    "stock_grid",
    "asked_for",
    "health",
    "health_run",
    "health_queues",
]
OWNERS_ADD = {
    "invitation",
    "product",
    "category",
    "stockrecord",
    "location",
    "voucher",
    "voucherset",
    "stocktake",
    "delivery",
    "transfer",
    "import",
}


@pytest.fixture
def full_shop(place, seller, here, shopper):
    """Something in every list, with a shopper's traces wherever one leaves them."""
    place()
    place(ready=True)
    cancelled = place(paid=True)
    cancel_order(cancelled, actor=seller, reason="dropped")
    make_user("Owner", username="boss", is_superuser=True)
    WebhookEvent.objects.create(
        gateway="simulated", event_id="evt_1", kind="payment.succeeded", payload={"data": {}}
    )
    own = make_product(title="Own honey", seller=seller)
    ProductReview.objects.create(product=own, user=shopper, score=3, title="Sweet", body="Yes.")
    offer(own, here)
    arriving.receive(Kind.PRODUCTS, as_csv(("SKU", "Name"), ("A-1", "Pears")), author=seller)


def addresses(page, *rows):
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        if page in ("changelist", "add"):
            yield model, reverse(name)
            continue
        visible = site.get_model_admin(model).get_queryset(rows[0])[:2]
        for row in visible:
            yield model, reverse(name, args=[row.pk])


def statuses(client, page, *rows):
    return {
        model._meta.model_name: client.get(address).status_code
        for model, address in addresses(page, *rows)
    }


def everything_a_person_can_open(client, user, rf):
    request = rf.get("/")
    request.user = user
    pages = [reverse(name) for name in OF_THEIR_OWN]
    pages.append(reverse("health_rule", args=[INVARIANTS[0].slug]))
    for page in ("changelist", "add", "change", "history"):
        pages += [address for _model, address in addresses(page, request)]
    return pages


def test_an_owner_gets_in_everywhere(full_shop, owner, signed_in, rf):
    client = signed_in(owner)
    request = rf.get("/")
    request.user = owner
    assert set(statuses(client, "changelist").values()) == {200}
    added = {model for model, status in statuses(client, "add").items() if status == 200}
    assert added == OWNERS_ADD
    assert set(statuses(client, "change", request).values()) == {200}
    assert set(statuses(client, "history", request).values()) == {200}


def test_the_counter_sees_orders_only(full_shop, counter, signed_in):
    client = signed_in(counter)
    opened = {model for model, status in statuses(client, "changelist").items() if status == 200}
    assert opened == {"order"}
    assert set(statuses(client, "add").values()) == {403}
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_seller_sees_goods_and_orders(full_shop, seller, signed_in):
    opened = {
        model
        for model, status in statuses(signed_in(seller), "changelist").items()
        if status == 200
    }
    assert opened == SELLERS


def test_a_shopper_and_a_passer_by_are_sent_to_the_door(
    full_shop, shopper, owner, client, rf, signed_in
):
    for visitor in (client, signed_in(shopper)):
        for address in everything_a_person_can_open(visitor, owner, rf):
            response = visitor.get(address)
            assert response.status_code == 302, address
            assert response["Location"].startswith("/backoffice/login/")


@pytest.mark.parametrize(
    "role", ["owner", "counter", "seller", "keeper", "desk", "promotions", "support"]
)
def test_nobody_reads_who_an_order_is_for(role, full_shop, signed_in, rf, request):
    user = request.getfixturevalue(role)
    client = signed_in(user)
    lists = {address for _model, address in addresses("changelist")} | {reverse("stock_grid")}
    for address in everything_a_person_can_open(client, user, rf):
        for query in SEARCHES if address in lists else SEARCHES[:1]:
            page = client.get(address + query).content.decode().lower()
            page = page.replace(query.removeprefix("?q=").lower(), "") if query else page
            for canary in CANARIES:
                assert canary.lower() not in page, (address, canary)


def test_nobody_finds_a_shopper(full_shop, owner, signed_in):
    client = signed_in(owner)
    people = reverse("admin:customer_user_changelist")
    assert client.get(people, {"q": "zebulon"}).context["cl"].result_count == 0
    asked = {"app_label": "locations", "model_name": "location", "field_name": "users"}
    found = client.get(reverse("admin:autocomplete"), asked | {"term": "z"}).json()
    assert found["results"] == []


def test_a_look_changes_nothing(full_shop, owner, signed_in, rf, django_assert_max_num_queries):
    client = signed_in(owner)
    for address in everything_a_person_can_open(client, owner, rf):
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        writes = [
            query["sql"]
            for query in asked.captured_queries
            if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        ]
        assert writes == [], address


def test_the_cms_lists_no_accounts(owner, signed_in):
    for address in ("/cms/users/", "/cms/users/?q=zebulon", "/cms/users/edit/1/"):
        assert signed_in(owner).get(address).status_code == 404
