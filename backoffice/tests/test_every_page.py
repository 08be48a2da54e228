"""Nobody is found by their name. Who opens which page and reads what is in `safety`."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_nobody_finds_a_shopper(place, owner, signed_in):
    place()
    client = signed_in(owner)
    people = reverse("admin:customer_user_changelist")
    assert client.get(people, {"q": "zebulon"}).context["cl"].result_count == 0
    asked = {"app_label": "locations", "model_name": "location", "field_name": "users"}
    found = client.get(reverse("admin:autocomplete"), asked | {"term": "z"}).json()
    assert found["results"] == []


def test_the_cms_lists_no_accounts(owner, signed_in):
    for address in ("/cms/users/", "/cms/users/?q=zebulon", "/cms/users/edit/1/"):
        assert signed_in(owner).get(address).status_code == 404
