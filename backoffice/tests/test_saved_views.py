"""Views of a list: one's own, those that colleagues share, and what a list without rows says."""

import pytest
from django.urls import reverse

from backoffice.models import SavedView

pytestmark = pytest.mark.django_db

LIST = reverse("admin:order_order_changelist")
SAVE = reverse("admin:order_order_views")


def save(client, name="Mine", query="status__exact=paid&location=here", **values):
    return client.post(SAVE, {"name": name, "query": query} | values)


def bar(client, **query):
    views = client.get(LIST, query).context["views"]
    return [str(view["name"]) for view in views["shown"][5:]]


def test_a_view_is_saved_and_leads_back_to_its_filters(desk, signed_in):
    client = signed_in(desk)
    answer = save(client, query="status__exact=paid&q=K7QX4TZ9&p=3&o=-4")
    assert answer["Location"] == f"{LIST}?o=-4&status__exact=paid"
    # A code that was typed into the search is not written down.
    assert SavedView.objects.get().query == "o=-4&status__exact=paid"
    shown = client.get(answer["Location"]).context["views"]["shown"]
    assert [view["name"] for view in shown if view["is_current"]] == ["Mine"]


def test_under_the_same_name_the_new_filters_are_kept(desk, signed_in):
    client = signed_in(desk)
    save(client)
    save(client, query="promise=late&location=here", shared="on")
    view = SavedView.objects.get()
    assert (view.query, view.shared) == ("location=here&promise=late", True)


def test_colleagues_see_what_is_shared_and_cannot_forget_it(desk, counter, signed_in):
    hers, his = signed_in(desk), signed_in(counter)
    save(hers, "Hers alone")
    save(hers, "For all", shared="on")
    assert bar(hers) == ["For all", "Hers alone"]
    assert bar(his) == ["For all"]
    shared = SavedView.objects.get(shared=True)
    forget = reverse("admin:order_order_forget_view", args=[shared.pk])
    assert his.post(forget).status_code == 404
    assert hers.get(forget).status_code == 405
    hers.post(forget)
    assert bar(hers) == ["Hers alone"]


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "promise=late", "This field is required."),
        ("n" * 41, "promise=late", "at most 40 characters"),
        ("Long", "location=" + "x" * 1001, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_saved_says_why(name, query, said, desk, signed_in):
    answer = signed_in(desk).post(SAVE, {"name": name, "query": query}, follow=True)
    assert said in str(list(answer.context["messages"])[0])
    assert not SavedView.objects.exists()


def test_only_who_may_open_the_list_saves_a_view_of_it(promotions, client, signed_in):
    assert save(signed_in(promotions)).status_code == 403
    assert save(client).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_of_one_list_is_no_view_of_another(owner, signed_in):
    client = signed_in(owner)
    save(client, shared="on")
    products = client.get(reverse("admin:catalogue_product_changelist")).context["views"]
    assert [view["name"] for view in products["shown"]] == [""]


def test_an_empty_list_says_what_to_do_next_and_leads_where_one_may_go(desk, owner, signed_in):
    client = signed_in(desk)
    nothing = client.get(LIST).content.decode()
    assert "as soon as somebody buys" in nothing
    assert "What is on sale" not in nothing
    assert "What is on sale" in signed_in(owner).get(LIST).content.decode()
    narrowed = client.get(LIST, {"status__exact": "paid"}).content.decode()
    assert "No row passes these filters" in narrowed
    assert "as soon as somebody buys" not in narrowed
