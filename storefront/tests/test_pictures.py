"""Pictures at the sizes that pages show, drawn when a browser asks for one."""

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image as Drawing

from shop.testing.factories import make_location, make_product, offer
from storefront.tests.photos import make_photo

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves it to the garbage collector to close what it has just drawn.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile"),
]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def image():
    return make_photo()


@pytest.fixture
def loaf(image):
    loaf = make_product(title="Loaf", image=image)
    offer(loaf, make_location())
    return loaf


def card(client):
    page = client.get("/catalogue/").content.decode()
    return unescape(re.search(r"<picture>.*?</picture>", page)[0])


def addresses(html, attribute):
    return [part.split()[0] for part in re.search(f'{attribute}="(.*?)"', html)[1].split(", ")]


def fetched(client, address):
    answer = client.get(address)
    drawn = Drawing.open(BytesIO(answer.getvalue()))
    assert "immutable" in answer["Cache-Control"]
    return answer["Content-Type"], drawn.format, drawn.size


def test_each_size_comes_in_the_format_that_it_is_named_in(client, loaf):
    html = card(client)

    for address, width in zip(addresses(html, "srcset"), (240, 400, 560), strict=True):
        assert fetched(client, address) == ("image/avif", "AVIF", (width, width * 3 // 4))
    plain = addresses(html.partition("<img")[2], "srcset")
    assert fetched(client, plain[0]) == ("image/webp", "WEBP", (240, 180))


def test_what_was_drawn_is_kept_for_good(client, loaf, image):
    address = addresses(card(client), "srcset")[0]

    assert fetched(client, address) == fetched(client, address)
    assert image.renditions.count() == 1


def test_no_page_waits_for_a_picture_to_be_drawn(client, loaf, image):
    card(client)

    assert not image.renditions.exists()


def test_no_size_is_larger_than_the_picture(client):
    offer(make_product(image=make_photo(250, 200)), make_location())

    assert len(addresses(card(client), "srcset")) == 1


def test_a_stranger_cannot_ask_for_sizes_of_their_own(client, loaf):
    address = addresses(card(client), "srcset")[0]

    assert client.get(address.replace("240x180", "4000x3000")).status_code == 403


def test_another_focus_has_another_address(client, loaf, image):
    before = addresses(card(client), "srcset")[0]
    image.focal_point_x = image.focal_point_y = 10
    image.focal_point_width = image.focal_point_height = 20
    image.save()

    assert addresses(card(client), "srcset")[0] != before


def test_a_picture_whose_file_is_lost_leaves_the_page_whole(client, loaf, image):
    image.file.storage.delete(image.file.name)
    address = addresses(card(client), "srcset")[0]

    assert client.get(address).status_code == 410


def test_without_a_picture_a_drawing_of_the_same_shape_stands_there(client):
    offer(make_product(title="Loaf"), make_location())

    page = client.get("/catalogue/").content.decode()

    assert re.search(r'<img src="[^"]*placeholder[^"]*svg" alt="" width="560" height="420"', page)
