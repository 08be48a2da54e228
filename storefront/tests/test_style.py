import pytest
from django.urls import path

from shop.urls import urlpatterns as addresses
from storefront.views.style import StylePage

urlpatterns = [path("style/", StylePage.as_view()), *addresses]
pytestmark = pytest.mark.django_db


@pytest.mark.urls(__name__)
def test_each_component_is_shown(client):
    page = client.get("/style/").content.decode()

    for component in ("button--danger", "price--large", "badge--warn", "notice--bad"):
        assert component in page
    assert page.count("product-card__title") == 5
    assert "Enter a valid email address." in page


def test_an_open_shop_has_no_style_page(client):
    assert client.get("/style/").status_code == 404
