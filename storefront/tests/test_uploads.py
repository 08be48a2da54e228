"""Pictures that editors bring in."""

import gc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Collection

from shop.testing.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves it to the garbage collector to close a drawing that it has measured.
    pytest.mark.filterwarnings("ignore:unclosed file"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io"),
]

DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 10 10" width="10" height="10" onload="alert(1)"><script>alert(2)</script>
 <a xlink:href="javascript:alert(3)"><rect width="5" height="5" fill="teal"/></a>
 <image href="https://elsewhere.example/spy.png"/></svg>"""


@pytest.fixture(autouse=True)
def collected():
    """Here, where it is known, and not in the midst of somebody else's test."""
    yield
    gc.collect()


@pytest.fixture
def editor(client):
    client.force_login(make_user("Editors"))
    return client


def upload(editor, address, content=DRAWING, name="file", **values):
    file = SimpleUploadedFile("nest.svg", content, "image/svg+xml")
    collection = Collection.get_first_root_node().pk
    data = {"title": "A nest", "collection": collection, name: file} | values
    return editor.post(reverse(address), data)


def is_harmless(file):
    with file.open() as opened:
        text = opened.read().decode()
    return 'fill="teal"' in text and not any(
        word in text for word in ("script", "alert", "onload", "elsewhere")
    )


def test_a_drawing_is_kept_without_what_it_could_do(editor):
    upload(editor, "wagtailimages:add", description="A nest.")

    image = get_image_model().objects.get()
    assert is_harmless(image.file)
    assert (image.width, image.height) == (10, 10)


def test_many_at_once_are_cleaned_too_and_wait_for_their_description(editor):
    answer = upload(editor, "wagtailimages:add_multiple", name="files[]")

    assert not get_image_model().objects.exists()
    finish = reverse(
        "wagtailimages:create_multiple_from_uploaded_image",
        args=[answer.json()["uploaded_file_id"]],
    )
    prefix = f"uploaded-image-{answer.json()['uploaded_file_id']}"
    values = {"title": "A nest", "description": "A nest.", "tags": ""}
    values["collection"] = Collection.get_first_root_node().pk
    words = {f"{prefix}-{name}": value for name, value in values.items()}
    editor.post(finish, words, headers={"X-Requested-With": "XMLHttpRequest"})
    assert is_harmless(get_image_model().objects.get().file)


@pytest.mark.parametrize(
    ("content", "values", "refusal"),
    [
        (b"<svg", {"description": "A nest."}, None),
        (DRAWING, {"description": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_read_or_seen_by_everybody_is_refused(editor, content, values, refusal):
    text = upload(editor, "wagtailimages:add", content, **values).content.decode()

    assert not get_image_model().objects.exists()
    assert refusal is None or refusal in text
