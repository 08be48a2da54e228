"""The checkout's ways of paying: promo codes, test cards, Stripe's form, and a second try."""

import re

import pytest

from shop.order.models import Order, Status
from shop.payment.models import Payment
from shop.testing.factories import make_location, make_product, offer
from shop.testing.stripe_server import stripe_process, stripe_server
from shop.testing.worker import do_all_work
from storefront.cards import TEST_CARDS
from storefront.tests.promo_codes import make_promo_code

__all__ = ["stripe_process", "stripe_server"]

pytestmark = pytest.mark.django_db

WHO = {"name": "Zebulon Quist", "email": "zebulon@quist.example", "phone": "+44 20 7946 0123"}


@pytest.fixture
def tea(graca):
    tea = make_product(upc="TEA", title="Tea")
    offer(tea, graca, price="4.20", in_stock=5)
    return tea


@pytest.fixture
def full(guest, tea):
    """A guest with two teas in the basket."""
    guest.post("/basket/add/", {"sku": "TEA", "quantity": "2"})
    return guest


@pytest.fixture
def stripe_form(stripe_server, settings):
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_magpie"
    return stripe_server


def shown(answer):
    return answer.content.decode()


def submit(client, page=None, **values):
    page = page or shown(client.get("/checkout/"))
    agreed = re.search(r'id="agreement" value="([^"]+)"', page)[1]
    return client.post("/checkout/", WHO | {"card": "sim_ok", "agreement": agreed} | values)


class TestPromoCode:
    @pytest.fixture(autouse=True)
    def _code(self):
        make_promo_code("TENOFF", percent=10)

    def test_one_that_is_typed_counts_before_anything_is_ordered(self, full):
        page = shown(submit(full, code=" tenoff "))
        assert "Order and pay €7.56" in page
        assert "Look it over before you order." in page
        assert 'value="Zebulon Quist"' in page
        assert not Order.objects.exists()
        assert submit(full, page).status_code == 302
        assert str(Order.objects.get().total_incl_tax) == "7.56"

    def test_one_that_is_refused_says_why_and_holds_nobody_up(self, full):
        page = shown(submit(full, code="nonsense"))
        assert "We do not know the promo code NONSENSE." in page
        assert 'value="nonsense"' in page
        assert not Order.objects.exists()
        assert submit(full, page, code="nonsense", refused_code="nonsense").status_code == 302
        assert str(Order.objects.get().total_incl_tax) == "8.40"

    def test_a_look_at_it_keeps_what_was_typed(self, full):
        page = shown(full.post("/checkout/", WHO | {"code": "TENOFF", "look": "1"}))
        assert "Order and pay €7.56" in page
        assert 'value="Zebulon Quist"' in page
        assert "Not ordered yet." not in page

    def test_sent_again_with_a_code_it_is_still_one_order(self, full):
        page = shown(full.get("/checkout/"))
        first = submit(full, page).url
        assert submit(full, page, code="TENOFF").url == first
        assert Order.objects.count() == 1


class TestTestCards:
    def test_what_is_typed_as_a_card_has_no_name_to_be_sent_by(self, full):
        page = shown(full.get("/checkout/"))
        fields = re.findall(r'<input id="card-[^>]+>', page)
        assert len(fields) == 3
        assert not [field for field in fields if "name=" in field]
        assert all(card.number in page for card in TEST_CARDS)
        assert "js.stripe.com" not in page


class TestStripe:
    def test_its_form_stands_where_the_test_cards_did(self, full, stripe_form):
        page = shown(full.get("/checkout/"))
        assert 'src="https://js.stripe.com/v3/"' in page
        assert 'data-stripe="pk_test_magpie"' in page
        assert 'data-amount="840" data-currency="eur"' in page
        assert "4242" not in page

    def test_without_its_key_for_browsers_it_is_not_offered(self, full, stripe_server):
        assert "js.stripe.com" not in shown(full.get("/checkout/"))

    @pytest.mark.parametrize("token", ["", "4242424242424242", "sim_ok"])
    def test_nothing_but_a_token_of_its_own_is_taken(self, full, stripe_form, token):
        page = shown(submit(full, card=token))
        assert "Not ordered yet." in page
        assert "4242424242424242" not in page
        assert not Order.objects.exists()

    def test_a_card_is_charged_by_its_token(self, full, stripe_form):
        order_page = submit(full, card=stripe_form.card("4242424242424242")).url
        do_all_work()
        assert "Thank you, it is paid" in shown(full.get(order_page))
        assert Payment.objects.get().method == "stripe"

    def test_the_banks_question_is_asked_within_the_page(
        self, full, stripe_form, stranger, colleague
    ):
        order_page = submit(full, card=stripe_form.card("4000002500003155")).url
        do_all_work()
        page = shown(full.get(order_page))
        assert 'data-bank data-key="pk_test_magpie"' in page
        for other in (stranger, colleague):
            assert other.post(f"{order_page}bank/").status_code == 404
        told = full.post(f"{order_page}bank/")
        assert "no-store" in told["Cache-Control"]
        reference = Payment.objects.get().reference
        assert told.json()["client_secret"].startswith(reference)

        stripe_form.confirm(reference, told.json()["client_secret"], success=False)
        assert full.get(f"{order_page}bank/").status_code == 405

    def test_there_is_no_question_of_a_simulated_bank(self, full):
        assert full.post(f"{submit(full).url}bank/").status_code == 404


class TestSecondTry:
    def test_it_says_why_the_first_one_failed(self, full):
        assert "did not go through" not in shown(full.get("/checkout/"))
        submit(full, card="sim_insufficient_funds")
        do_all_work()
        page = shown(full.get("/checkout/"))
        assert "There is not enough money on the card." in page
        assert 'value="Zebulon Quist"' in page
        assert submit(full, page).status_code == 302
        assert Order.objects.filter(status=Status.PENDING).count() == 1

    def test_it_says_so_to_an_account_as_well(self, signed_in, colleague, tea):
        signed_in.post("/basket/add/", {"sku": "TEA", "quantity": "1"})
        colleague.post("/basket/add/", {"sku": "TEA", "quantity": "1"})
        submit(signed_in, card="sim_declined")
        do_all_work()
        assert "Your bank declined the card." in shown(signed_in.get("/checkout/"))
        assert "did not go through" not in shown(colleague.get("/checkout/"))


def test_a_line_that_cannot_be_had_says_who_has_it(full, tea):
    porto = make_location(name="Magpie Porto")
    offer(tea, porto, in_stock=2)
    tea.stockrecords.exclude(partner_id=porto.pk).update(num_allocated=5)
    page = shown(full.get("/basket/"))
    assert "Sold out here." in page
    assert "Magpie Porto has enough." in page


def test_what_was_taken_out_goes_back_in_place(full):
    htmx = {"HX-Request": "true", "HX-Target": "basket"}
    line = full.get("/basket/").context["lines"][0]
    gone = shown(full.post(f"/basket/lines/{line.pk}/", {"remove": "1"}, headers=htmx))
    assert "Tea is out of your basket." in gone
    back = full.post("/basket/add/", {"sku": "TEA", "quantity": "2"}, headers=htmx)
    assert back.status_code == 200
    assert "Total: €8.40" in shown(back)
    assert "is in your basket." not in shown(full.get("/basket/"))
