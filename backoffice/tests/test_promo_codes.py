import pytest
from django.urls import reverse

from backoffice.tests.test_shop import ADD_CODE, code_form
from shop.testing.factories import make_category, make_location
from shop.voucher.making import terms_of
from shop.voucher.models import Voucher, VoucherSet

pytestmark = pytest.mark.django_db

CODES = reverse("admin:voucher_voucher_changelist")
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
    assert header == "code,used"
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
