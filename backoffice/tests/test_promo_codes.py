from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.tests.test_shop import ADD_CODE, code_form
from shop.basket.discounts import add_code, apply_discounts
from shop.basket.models import Basket
from shop.checkout.place_order import place_order
from shop.testing.factories import (
    BAD_CARD,
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_category,
    make_code,
    make_location,
)
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work
from shop.voucher.making import terms_of
from shop.voucher.models import Voucher, VoucherSet

pytestmark = pytest.mark.django_db

CODES = reverse("admin:voucher_voucher_changelist")
SETS = reverse("admin:voucher_voucherset_changelist")
SIMULATOR = reverse("admin:voucher_voucher_simulator")
ADD_SET = reverse("admin:voucher_voucherset_add")


def set_form(**values):
    return code_form(name="Autumn cards", count="3", prefix_of_codes="autumn") | values


def page_of(row):
    return reverse(f"admin:voucher_{row._meta.model_name}_change", args=[row.pk])


def csv_of(printed):
    return reverse("admin:voucher_voucherset_codes_as_csv", args=[printed.pk])


def test_a_code_for_some_goods_at_one_location(owner, here, jar, signed_in):
    fruit = make_category("Fruit")
    client = signed_in(owner)
    form = code_form(
        categories=[fruit.pk],
        products=[jar.pk],
        locations=[here.pk],
        combinable="on",
        max_uses_per_user="1",
        max_uses_per_contact="2",
    )
    assert client.post(ADD_CODE, form).status_code == 302
    voucher = Voucher.objects.get()
    terms = terms_of(voucher)
    assert (terms.categories, terms.products) == ((fruit,), (jar,))
    assert [place.pk for place in terms.locations] == [here.pk]
    assert terms.combinable
    page = client.get(page_of(voucher)).content.decode()
    assert "€5.00 off Fruit and Quince jelly at Magpie Here, for €30.00 or more of it" in page
    assert "once a shopper, 2 times an email address, together with other codes" in page
    assert "until 1 January 2036, 00:00 UTC" in page


def preview(client, form, model="voucher"):
    return client.post(reverse(f"admin:voucher_{model}_preview"), form)


def test_the_form_says_what_its_code_will_do_while_it_is_filled_in(promotions, here, signed_in):
    fruit, client = make_category("Fruit"), signed_in(promotions)
    half = {"kind": "percent", "value": "10", "categories": [fruit.pk], "locations": [here.pk]}
    page = preview(client, half).content.decode()
    assert "10 % off Fruit at Magpie Here." in page
    assert "fault" not in page
    more = half | {"max_uses_per_user": "1", "min_total": "20", "currency": "EUR"}
    assert "for €20.00 or more of it, once a shopper" in preview(client, more).content.decode()
    wrong = preview(client, half | {"value": "101"}).content.decode()
    assert "How much: No more than 100 % can be taken off." in wrong
    of_a_set = preview(client, set_form(), "voucherset").content.decode()
    assert "€5.00 off orders of €30.00 or more, once in all, until 1 January 2036" in of_a_set
    assert not Voucher.objects.exists()


def test_only_who_may_make_codes_is_told_what_one_would_do(counter, seller, shopper, signed_in):
    for nobody in (counter, seller):
        assert preview(signed_in(nobody), code_form()).status_code == 403
    assert preview(signed_in(shopper), code_form()).status_code == 302
    assert signed_in(seller).get(reverse("admin:voucher_voucher_preview")).status_code in (403, 405)


@pytest.fixture
def used(record, here, shopper):
    """A code that two orders were paid with, and one was not."""
    code = make_code("TEN", combinable=True)
    for card in (GOOD_CARD, GOOD_CARD, BAD_CARD):
        basket = make_basket(here, (record.product, 2))
        add_code(basket, "ten")
        place_order(basket, CONTACT, card)
        do_all_work()
    return code


def switch(client, row, on):
    name = f"admin:voucher_{row._meta.model_name}_switch_{'on' if on else 'off'}"
    return client.post(reverse(name, args=[row.pk]), {"_form_submitted": "True"})


def test_what_a_code_gave_away_is_counted(used, promotions, signed_in):
    # Ten percent of 8.40, twice.
    client = signed_in(promotions)
    for page in (client.get(CODES), client.get(page_of(used))):
        assert "€1.68" in page.content.decode()
        assert "('active'" not in page.content.decode()


def test_a_code_is_switched_off_and_on_and_the_dialog_tells_in_numbers(
    used, record, here, promotions, signed_in
):
    client = signed_in(promotions)
    basket = make_basket(here, (record.product, 2))
    add_code(basket, "ten")
    dialog = client.get(reverse("admin:voucher_voucher_switch_off", args=[used.pk]))
    page = dialog.content.decode()
    for fact in ("Used so far</span><strong>2<", "€1.68", "hold it now</span><strong>2<"):
        assert fact in page
    switch(client, used, on=False)
    used.refresh_from_db()
    assert used.switched_off_at
    assert [str(refusal) for refusal in apply_discounts(basket)] == [
        "The promo code TEN cannot be used now."
    ]
    assert "off" in client.get(CODES, {"state": "off"}).content.decode()
    switch(client, used, on=True)
    used.refresh_from_db()
    assert used.switched_off_at is None
    assert_invariants()


def test_a_set_is_switched_off_as_one(owner, here, signed_in):
    client = signed_in(owner)
    client.post(ADD_SET, set_form())
    printed = VoucherSet.objects.get()
    switch(client, printed, on=False)
    assert printed.vouchers.exclude(switched_off_at=None).count() == 3
    assert [row.split(",")[2] for row in client.get(csv_of(printed)).content.decode().split()] == [
        "off",
        *["yes"] * 3,
    ]


def test_who_may_not_change_codes_switches_none_off(used, counter, seller, shopper, signed_in):
    for nobody in (counter, seller, shopper):
        assert switch(signed_in(nobody), used, on=False).status_code in (302, 403, 404)
        used.refresh_from_db()
        assert used.switched_off_at is None


def try_codes(client, here, goods, **values):
    rows = {"goods-TOTAL_FORMS": len(goods), "goods-INITIAL_FORMS": "0"}
    for number, (product, quantity) in enumerate(goods):
        rows |= {f"goods-{number}-product": product.pk, f"goods-{number}-quantity": quantity}
    return client.get(SIMULATOR, {"location": here.pk, "shopper": "0"} | rows | values)


def test_the_simulator_tells_which_codes_work_and_why_others_do_not(
    record, jar, here, promotions, signed_in
):
    make_code("TEN")
    make_code("MUCH", 20, min_total=Decimal(100))
    client = signed_in(promotions)
    assert client.get(SIMULATOR).status_code == 200
    trial = try_codes(client, here, [(jar, 2)])
    assert [(row["code"], row["takes_off"] or row["refusal"]) for row in trial.context["each"]] == [
        ("TEN", "-€0.84"),
        ("MUCH", "The promo code MUCH is for orders of €100.00 or more."),
    ]
    together = try_codes(client, here, [(jar, 2)], codes="ten much")
    assert (together.context["before"], together.context["after"]) == ("€8.40", "€7.56")
    assert not Basket.objects.exists()


def test_what_cannot_be_tried_is_said(jar, record, here, elsewhere, promotions, signed_in):
    client = signed_in(promotions)
    for faults, asked in {
        "Choose a product.": (here, []),
        "We do not know the promo code NONE.": (here, [(jar, 1)], {"codes": "none"}),
        "Quince jelly: This is sold in steps of 1.": (here, [(jar, "0.5")]),
    }.items():
        where, goods, *values = asked
        assert try_codes(client, where, goods, **(values or [{}])[0]).context["faults"] == [faults]
    # Not a location of theirs: they learn no price of it.
    assert "faults" in try_codes(client, elsewhere, [(jar, 1)]).context


def test_the_simulator_is_for_who_may_see_codes(counter, seller, shopper, signed_in):
    assert {signed_in(who).get(SIMULATOR).status_code for who in (counter, seller)} == {403}
    assert signed_in(shopper).get(SIMULATOR).status_code == 302


def test_lists_and_trials_cost_as_many_queries_for_many_codes(record, jar, here, owner, signed_in):
    client = signed_in(owner)
    fruit = make_category("Fruit")

    def queries(ask):
        with CaptureQueriesContext(connection) as queries:
            assert ask().status_code == 200
        return len(queries)

    def all_queries():
        return [
            queries(ask)
            for ask in (
                lambda: client.get(CODES),
                lambda: client.get(SETS),
                lambda: try_codes(client, here, [(jar, 2)]),
            )
        ]

    def make_more(number):
        for n in range(number, number + 2):
            make_code(f"CODE{n}", categories=(fruit,), locations=(here,))
            client.post(ADD_SET, set_form(name=f"Set {n}", categories=[fruit.pk]))

    make_more(0)
    # The first page after something was made tells of it.
    all_queries()
    few = all_queries()
    make_more(2)
    make_more(4)
    all_queries()
    assert all_queries() == few


def test_what_makes_no_sense_is_said_beside_its_field(owner, here, signed_in):
    bristol = make_location(name="Bristol", currency="GBP")
    client = signed_in(owner)
    for field, values in {
        "value": {"value": "-1"},
        "max_uses": {"max_uses": "0"},
        "max_uses_per_user": {"max_uses_per_user": "0"},
        "end_datetime": {"end_datetime_0": "2025-01-01"},
        "locations": {"locations": [bristol.pk]},
        "min_total": {"min_total": "0.001"},
    }.items():
        answer = client.post(ADD_CODE, code_form(**values))
        assert set(answer.context["adminform"].form.errors) == {field}
    assert not Voucher.objects.exists()


def test_a_set_is_made_listed_and_downloaded(owner, here, signed_in):
    client = signed_in(owner)
    assert client.post(ADD_SET, set_form()).status_code == 302
    printed = VoucherSet.objects.get()
    Voucher.objects.filter(pk=printed.vouchers.first().pk).update(num_orders=1)
    page = client.get(page_of(printed)).content.decode()
    assert "1 of 3" in page
    assert "€5.00 off orders of €30.00 or more" in page
    header, *rows = client.get(csv_of(printed)).content.decode().split()
    assert header == "code,used,off"
    assert {row.split(",")[0] for row in rows} == {v.code for v in printed.vouchers.all()}
    assert sorted(row.split(",")[1] for row in rows) == ["no", "no", "yes"]
    assert all(row.startswith("AUTUMN-") for row in rows)


def test_codes_of_a_set_are_listed_apart_and_cannot_be_changed(owner, here, signed_in):
    client = signed_in(owner)
    client.post(ADD_SET, set_form())
    code = Voucher.objects.first()
    assert code.code not in client.get(CODES).content.decode()
    assert code.code in client.get(CODES, {"set": code.voucher_set_id}).content.decode()
    assert code.code in client.get(CODES, {"q": code.code}).content.decode()
    assert client.post(page_of(code), code_form()).status_code == 403


def test_a_set_that_cannot_be(owner, here, signed_in):
    client = signed_in(owner)
    for field, values in {
        "count": {"count": "50001"},
        "prefix_of_codes": {"prefix_of_codes": "=SUM(1)"},
        "value": {"kind": "percent", "value": "101"},
    }.items():
        answer = client.post(ADD_SET, set_form(**values))
        assert set(answer.context["adminform"].form.errors) == {field}
    assert not VoucherSet.objects.exists()


def test_only_who_may_make_codes_gets_them(owner, counter, seller, shopper, here, signed_in):
    signed_in(owner).post(ADD_SET, set_form())
    printed = VoucherSet.objects.get()
    for nobody in (counter, seller):
        assert signed_in(nobody).get(csv_of(printed)).status_code in (302, 403, 404)
    answer = signed_in(shopper).get(csv_of(printed))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
