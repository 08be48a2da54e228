"""Products, their stock, and the ledger that says why."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shop.catalogue.models import Product
from shop.inventory.models import Movement
from shop.partner.models import StockRecord
from shop.testing.factories import make_category, make_product, make_user, offer

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "True"}
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="3"/>%s</svg>'


def page(row, step="change"):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{step}", args=[row.pk])


def offers_form(*offers, initial=0):
    """The part of a product's form that says where it is offered."""
    form = {"stockrecords-TOTAL_FORMS": len(offers), "stockrecords-INITIAL_FORMS": initial}
    for number, values in enumerate(offers):
        form |= {f"stockrecords-{number}-{name}": value for name, value in values.items()}
    return form


def product_form(*offers, **values):
    fields = {"title": "Medlar cheese", "upc": "MEDLAR-1", "unit": "piece", "step": "1"}
    return fields | values | offers_form(*offers)


def drawing(inside=b""):
    return SimpleUploadedFile("medlar.svg", DRAWING % inside, "image/svg+xml")


def add(client, form):
    return client.post(reverse("admin:catalogue_product_add"), form)


def test_one_form_makes_a_product_with_its_picture_and_its_offers(owner, here, signed_in):
    pantry = make_category("Pantry")
    form = product_form(
        {"partner": here.pk, "price": "6.50", "shelf": "B2"},
        filed_under=[pantry.pk],
        picture=drawing(),
        is_public="on",
    )
    assert add(signed_in(owner), form).status_code == 302
    product = Product.objects.get(upc="MEDLAR-1")
    assert (product.slug, product.product_class.name) == ("medlar-cheese", "Goods")
    assert list(product.categories.all()) == [pantry]
    assert product.image.is_svg()
    record = product.stockrecords.get()
    assert (record.partner_sku, record.price_currency) == ("MEDLAR-1", here.currency)
    assert (record.num_in_stock, record.price) == (0, Decimal("6.50"))


@pytest.mark.parametrize("inside", [b"<script>x</script>", b'<rect onclick="x"/>'])
def test_a_drawing_that_acts_is_refused(inside, owner, signed_in):
    response = add(signed_in(owner), product_form(picture=drawing(inside)))
    assert "holds a script" in str(response.context["errors"])
    assert not Product.objects.exists()


def test_a_sku_is_taken_once(owner, jar, signed_in):
    response = add(signed_in(owner), product_form(upc="jelly-1"))
    assert "Another product has this SKU." in str(response.context["errors"])


def test_the_step_of_counted_goods_stays(owner, record, signed_in):
    form = product_form(title="New name", unit="kg", step="0.5")
    # A product's page shows its number, and no browser sends it.
    del form["upc"]
    record_form = {"id": record.pk, "product": record.product_id, "price": "4.00", "shelf": "A3"}
    form |= offers_form(record_form | {"partner": record.partner_id}, initial=1)
    assert signed_in(owner).post(page(record.product), form).status_code == 302
    product = Product.objects.get(pk=record.product_id)
    assert (product.title, product.unit, product.step) == ("New name", "piece", 1)


def test_a_seller_posts_goods_of_their_own_and_sees_no_others(seller, jar, here, signed_in):
    client = signed_in(seller)
    form = product_form({"partner": here.pk, "price": "3.00", "shelf": ""})
    assert add(client, form).status_code == 302
    assert Product.objects.get(upc="MEDLAR-1").seller == seller
    listed = client.get(reverse("admin:catalogue_product_changelist")).context["cl"].result_list
    assert [product.upc for product in listed] == ["MEDLAR-1"]
    assert client.get(page(jar)).status_code == 404
    assert client.post(page(jar), product_form()).status_code == 404


def test_a_seller_offers_at_their_own_locations_only(seller, elsewhere, signed_in):
    response = add(signed_in(seller), product_form({"partner": elsewhere.pk, "price": "3"}))
    assert response.status_code == 200
    assert not StockRecord.objects.exists()


def test_a_sellers_stock_is_nobody_elses(record, here, signed_in):
    stranger = signed_in(make_user("Seller", [here]))
    assert stranger.get(page(record)).status_code == 404
    booked = PRESSED | {"quantity": "5"}
    assert stranger.post(page(record, "receive"), booked).status_code == 404
    assert Movement.objects.count() == 1


def test_a_delivery_is_counted_in_the_products_unit(owner, here, signed_in):
    apples = offer(make_product(unit="kg", step=Decimal("0.25")), here, in_stock=4)
    form = PRESSED | {"quantity": "2.5", "delivery": "LS-77", "token": uuid4()}
    for _press in range(2):
        signed_in(owner).post(page(apples, "receive"), form)
    apples.refresh_from_db()
    movement = Movement.objects.of(apples).first()
    assert apples.num_in_stock == 14
    assert (movement.in_stock_change, movement.reason, movement.actor) == (10, "LS-77", owner)


def test_a_quantity_between_two_steps_is_refused_in_plain_words(owner, here, signed_in):
    apples = offer(make_product(unit="kg", step=Decimal("0.25")), here, in_stock=4)
    answer = signed_in(owner).post(page(apples, "receive"), PRESSED | {"quantity": "2.6"})
    assert "This is sold in steps of 0.25 kg." in answer.content.decode()
    assert Movement.objects.count() == 1


def test_an_adjustment_needs_a_reason_and_leaves_what_is_reserved(owner, record, place, signed_in):
    place(18)
    client, adjust = signed_in(owner), page(record, "adjust")
    client.post(adjust, PRESSED | {"quantity": "-1", "seen": 20})
    form = PRESSED | {"quantity": "-3", "reason": "broken", "seen": 20}
    answer = client.post(adjust, form, follow=True)
    assert "Only 2 can be taken off" in str(list(answer.context["messages"])[0])
    for _press in range(2):
        client.post(adjust, form | {"quantity": "-2", "reason": "two broken"})
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (18, 18)
    assert Movement.objects.of(record).first().reason == "two broken"


def test_a_form_that_was_open_meanwhile_does_not_undo_an_order(owner, record, place, signed_in):
    place(3)
    form = {"price": "5.00", "shelf": "Z9", "low_below": "4"}
    signed_in(owner).post(page(record), form)
    record.refresh_from_db()
    assert (record.price, record.shelf, record.low_stock_threshold) == (Decimal(5), "Z9", 4)
    assert record.num_allocated == 3


@pytest.mark.parametrize("area", ["catalogue_product", "partner_stockrecord", "inventory_movement"])
def test_lists_ask_the_same_of_the_database_for_more_rows(
    area, owner, here, elsewhere, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    for more in (1, 6):
        for _ in range(more):
            product = make_product()
            product.categories.add(make_category(f"Of {product.pk}"))
            offer(product, here)
            offer(product, elsewhere)
        with django_assert_max_num_queries(40) as counted:
            client.get(reverse(f"admin:{area}_changelist"))
        asked.append(len(counted))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(("level", "count"), [("low", 1), ("out", 1), ("reserved", 1), ("", 3)])
def test_stock_is_filtered_by_level(level, count, owner, here, record, place, signed_in):
    offer(make_product(), here, in_stock=3, low_stock_threshold=9)
    offer(make_product(), here, in_stock=0)
    place(1)
    stock = reverse("admin:partner_stockrecord_changelist")
    found = signed_in(owner).get(stock, {"level": level}).context["cl"]
    assert found.result_count == count
