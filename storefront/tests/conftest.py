import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client

from shop.pickup.models import PickupCode
from shop.testing.factories import make_location, make_user

PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(autouse=True)
def plain_storage(settings, monkeypatch, tmp_path):
    """Tests need no collected files, and leave none behind."""
    settings.STORAGES = settings.STORAGES | {"staticfiles": PLAIN}
    settings.MEDIA_ROOT = tmp_path / "media"
    qr = PickupCode._meta.get_field("qr")
    monkeypatch.setattr(qr, "storage", FileSystemStorage(tmp_path / "private"))


@pytest.fixture
def graca(db):
    return make_location(name="Magpie Graça", code="graca")


@pytest.fixture
def shopper(db):
    return make_user(first_name="Zoe", last_name="Quill")


def browser(location=None, user=None):
    """A browser of its own, where a location is chosen and somebody logged in, or nobody."""
    client = Client()
    if location:
        client.cookies["magpie_location"] = location.code
    if user:
        client.force_login(user)
    return client


@pytest.fixture
def guest(graca):
    return browser(graca)


@pytest.fixture
def signed_in(graca, shopper):
    return browser(graca, shopper)


@pytest.fixture
def colleague(graca):
    """Another shopper, logged in, at the same location."""
    return browser(graca, make_user())


@pytest.fixture
def stranger():
    return browser()
