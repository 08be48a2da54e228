"""Sellers put products up, change them and take them out; everybody else reads."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shop.api.tests.problems import refused
from shop.audit.models import AuditEntry
from shop.catalogue import pictures
from shop.catalogue.models import Product
from shop.customer.roles import OWNER, SELLER
from shop.order.models import Order
from shop.testing.factories import (
    make_category,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.programs import Program
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db
JAM = {"sku": "JAM-1", "name": "Quince jam", "price": "4.20", "category": "food"}


@pytest.fixture(autouse=True)
def food(db):
    return make_category("Food")


@pytest.fixture
def there(db):
    return make_location(name="Magpie There", code="there", currency="GBP")


@pytest.fixture
def jam(seller):
    body = JAM | {"location": "here", "stock_quantity": 8}
    assert seller.post("/api/products/", body).status_code == 201
    return Product.objects.get()


def picture(kind="PNG", size=(40, 30), name="jam.png"):
    drawn = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at 7 Quillon Steps"
    Image.new("RGB", size, "#7a2048").save(drawn, kind, exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue())


def changed(program, **change):
    return program.patch("/api/products/JAM-1/", change)


class TestPuttingUp:
    def test_a_seller_offers_it_where_they_sell(self, seller, anybody):
        body = JAM | {"unit": "kg", "step": "0.25", "location": "here", "stock_quantity": 1.5}

        answer = seller.post("/api/products/", body)

        assert answer.status_code == 201
        told = answer.json()
        assert anybody.get("/api/products/JAM-1/").json() == told
        keys = ("sku", "name", "category", "price", "currency", "unit", "step", "stock_quantity")
        assert tuple(told[key] for key in keys) == (
            *("JAM-1", "Quince jam", "food", "4.20", "EUR", "kg", 0.25, 1.5),
        )
        assert [place["slug"] for place in told["locations"]] == ["here"]
        assert Product.objects.get().seller == seller.user
        assert AuditEntry.objects.filter(actor=seller.user, action="added").exists()
        assert_invariants()

    def test_without_a_location_it_is_for_all_in_the_main_currency(self, owner, here, there):
        told = owner.post("/api/products/", JAM).json()

        assert [(at["slug"], at["price"]) for at in told["locations"]] == [("here", "4.20")]
        assert (told["price"], told["stock_quantity"], told["is_available"]) == ("4.20", 0, False)
        assert Product.objects.get().seller is None

    def test_it_is_found_at_once(self, seller, jam, anybody):
        answer = anybody.get("/api/products/search/", {"page": 1, "q": "quince"})

        assert [item["sku"] for item in answer.json()["items"]] == ["JAM-1"]

    def test_is_for_who_sells_here(self, anybody, shopper):
        assert refused(anybody.post("/api/products/", JAM)) == (401, "not_authenticated")
        assert refused(shopper.post("/api/products/", JAM)) == (403, "permission_denied")
        assert not Product.objects.exists()

    def test_nobody_sells_where_they_do_not_work(self, seller, there):
        answer = seller.post("/api/products/", JAM | {"location": "there"})

        assert refused(answer) == (404, "not_found")
        assert not Product.objects.exists()

    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({"sku": "two words"}, "sku"),
            ({"sku": "x" * 65}, "sku"),
            ({"name": ""}, "name"),
            ({"name": "x" * 256}, "name"),
            ({"price": "-1"}, "price"),
            ({"price": "free"}, "price"),
            ({"price": "1.999"}, "price"),
            ({"price": "99999999999.00"}, "price"),
            ({"price": None}, "price"),
            ({"category": "nothing"}, "category"),
            ({"unit": "bushel"}, "unit"),
            ({"step": 0}, "step"),
            ({"step": "-0.5"}, "step"),
            ({"step": "0.0001"}, "step"),
            ({"step": 100_000}, "step"),
            ({"stock_quantity": -1}, "stock_quantity"),
            ({"stock_quantity": 1.5}, "stock_quantity"),
            ({"stock_quantity": 9_999_999_999}, "stock_quantity"),
            ({"image_url": "file:///etc/passwd"}, "image_url"),
            ({"image_url": "jam.png"}, "image_url"),
            ({"image": "jam.png"}, "image"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, seller, change, wrong):
        answer = seller.post("/api/products/", JAM | {"location": "here"} | change)

        assert refused(answer) == (400, "invalid", wrong)
        assert not Product.objects.exists()

    def test_needs_these(self, seller):
        assert refused(seller.post("/api/products/")) == (400, "invalid", *sorted(JAM))

    def test_stock_lies_somewhere(self, owner, here):
        make_location(name="Magpie Second")
        answer = owner.post("/api/products/", JAM | {"stock_quantity": 3})

        assert refused(answer) == (400, "invalid", "location")

    @pytest.mark.parametrize("sku", ["JAM-1", "jam-1"])
    def test_a_sku_is_taken_in_any_capitals(self, seller, jam, sku):
        assert refused(seller.post("/api/products/", JAM | {"sku": sku})) == (409, "duplicate")


@on_committed_rows
def test_of_two_with_one_sku_at_once_one_is_there():
    make_location()
    owner = make_user(OWNER)

    def put_up():
        return Program(owner).post("/api/products/", JAM)

    answers = sorted(race(put_up, put_up), key=lambda answer: answer.status_code)

    assert answers[0].status_code == 201
    assert refused(answers[1]) == (409, "duplicate")
    assert Product.objects.count() == 1


class TestPictures:
    def send(self, program, upload, **body):
        return program.client.post("/api/products/", JAM | {"image": upload} | body)

    def test_one_is_drawn_anew(self, seller):
        answer = self.send(seller, picture("JPEG", name="../../evil.php"))

        assert answer.status_code == 201
        kept = Product.objects.get().image
        assert answer.json()["image_url"].endswith(kept.file.url)
        assert kept.file.name.endswith("quince-jam.jpeg")
        with kept.file.open() as drawn:
            assert b"Quillon" not in drawn.read()

    @pytest.mark.parametrize(
        "upload",
        [
            SimpleUploadedFile("jam.png", b"<script>alert(1)</script>", content_type="image/png"),
            SimpleUploadedFile("jam.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            SimpleUploadedFile("jam.png", picture().read()[:60]),
        ],
    )
    def test_what_is_none_is_refused(self, seller, upload):
        assert refused(self.send(seller, upload)) == (400, "invalid", "image")
        assert not Product.objects.exists()

    @pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_PIXELS"])
    def test_too_large_a_one_is_refused(self, seller, monkeypatch, limit):
        monkeypatch.setattr(pictures, limit, 100)

        assert refused(self.send(seller, picture())) == (400, "invalid", "image")

    def test_an_address_is_kept_and_not_fetched(self, seller, jam):
        address = "http://169.254.169.254/jam.png"

        assert changed(seller, image_url=address).json()["image_url"] == address
        assert changed(seller, image_url="").json()["image_url"] is None


class TestChanging:
    def test_what_is_named_is_changed_and_the_rest_stays(self, seller, jam, anybody):
        make_category("Pantry")

        told = changed(seller, name="Quince jelly", price="4.50", category="pantry").json()

        assert (told["name"], told["price"], told["category"]) == ("Quince jelly", "4.50", "pantry")
        assert (told["sku"], told["slug"], told["stock_quantity"]) == ("JAM-1", "quince-jam", 8)
        assert anybody.get("/api/products/JAM-1/").json() == told
        assert AuditEntry.objects.filter(actor=seller.user, action="changed").count() == 2

    def test_all_of_it_is_told_anew(self, seller, jam):
        body = JAM | {"name": "Fig jam", "location": "here", "stock_quantity": 5}

        told = seller.put("/api/products/JAM-1/", body)
        part = seller.put("/api/products/JAM-1/", {"name": "Fig jam"})

        assert (told.json()["name"], told.json()["stock_quantity"]) == ("Fig jam", 5)
        assert refused(part) == (400, "invalid", "category", "price", "sku")
        assert_invariants()

    def test_the_sku_stays(self, seller, jam):
        assert refused(changed(seller, sku="JAM-2")) == (400, "invalid", "sku")
        assert changed(seller, sku="JAM-1").status_code == 200

    def test_what_stock_is_counted_in_stays(self, seller, jam):
        assert refused(changed(seller, step="0.5", unit="kg")) == (400, "invalid", "step", "unit")
        assert changed(seller, step="1", unit="piece").status_code == 200

    def test_it_is_offered_at_one_more_place(self, owner, seller, jam, there):
        bare = owner.patch("/api/products/JAM-1/", {"location": "there", "stock_quantity": 2})
        told = changed(owner, location="there", price="3.90", stock_quantity=2).json()

        assert refused(bare) == (400, "invalid", "price")
        assert [(at["slug"], at["stock_quantity"]) for at in told["locations"]] == [
            ("here", 8),
            ("there", 2),
        ]

    def test_is_for_whose_it_is(self, anybody, shopper, stranger, seller_elsewhere, owner, jam):
        rival = Program(make_user(SELLER, [make_location()]))

        assert refused(changed(anybody, name="X")) == (401, "not_authenticated")
        assert refused(changed(shopper, name="X")) == (403, "permission_denied")
        for other in (rival, seller_elsewhere):
            assert refused(changed(other, name="X")) == (404, "not_found")
            assert refused(other.delete("/api/products/JAM-1/")) == (404, "not_found")
        assert changed(owner, name="Best jam").json()["name"] == "Best jam"

    def test_the_shops_own_goods_are_no_sellers(self, seller, here):
        offer(make_product(upc="JAM-1"), here)

        assert refused(changed(seller, name="X")) == (404, "not_found")


class TestTakingOut:
    def test_it_leaves_the_shop_and_past_orders_keep_it(self, seller, jam, here, shopper):
        order = make_order(here, (jam, 1), user=shopper.user)

        assert seller.delete("/api/products/JAM-1/").status_code == 204

        assert refused(shopper.get("/api/products/JAM-1/")) == (404, "not_found")
        for path in ("/api/products/", "/api/products/search/", "/api/locations/here/products/"):
            answer = shopper.get(path, {"page": 1, "q": "quince"})
            assert answer.json()["items"] == []
        told = shopper.get(f"/api/orders/{order.number}/").json()
        assert [item["sku"] for item in told["items"]] == ["JAM-1"]
        assert refused(shopper.post("/api/cart/", {"sku": "JAM-1"})) == (404, "not_found")
        assert refused(seller.delete("/api/products/JAM-1/")) == (404, "not_found")
        assert Order.objects.count() == 1
        assert_invariants()

    def test_is_for_whose_it_is(self, anybody, shopper, jam):
        assert refused(anybody.delete("/api/products/JAM-1/")) == (401, "not_authenticated")
        assert refused(shopper.delete("/api/products/JAM-1/")) == (403, "permission_denied")
        assert shopper.get("/api/products/JAM-1/").status_code == 200
