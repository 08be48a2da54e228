"""Lists stay quick: counted to a bound, guessed beyond it, never leafed through further."""

from copy import copy

import pytest
from django.db import connection
from django.urls import reverse

from backoffice import paging
from backoffice.paging import QuickPaginator
from shop.order.models import Line, Order

pytestmark = pytest.mark.django_db

LIST = reverse("admin:order_order_changelist")


@pytest.fixture
def bound(monkeypatch):
    monkeypatch.setattr(paging, "BOUND", 3)


def test_up_to_the_bound_it_is_counted(place, bound):
    for _ in range(3):
        place(1)
    paginator = QuickPaginator(Order.objects.order_by("pk"), 2)
    assert (paginator.count, paginator.num_pages, paginator.is_long) == (3, 2, False)


def test_beyond_it_the_planner_is_asked_and_pages_end_at_the_bound(place, bound):
    for _ in range(9):
        place(1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE order_order")
    paginator = QuickPaginator(Order.objects.order_by("pk"), 2)
    assert (paginator.count, paginator.num_pages, paginator.is_long) == (9, 2, True)


def test_no_statement_counts_a_whole_table(place, bound, django_assert_num_queries):
    for _ in range(5):
        place(1)
    with django_assert_num_queries(2) as asked:
        assert QuickPaginator(Order.objects.order_by("pk"), 2).count >= 4
    counted, guessed = [query["sql"] for query in asked]
    assert "LIMIT 4" in counted
    assert guessed.startswith("EXPLAIN")


def test_a_long_list_says_that_its_count_is_a_guess(place, bound, owner, signed_in):
    for _ in range(4):
        place(1)
    assert "about" in signed_in(owner).get(LIST).content.decode()


@pytest.mark.parametrize(
    ("orders", "index"),
    [
        (Order.objects.filter(lines__upc__iexact="jelly-1"), "line_sku"),
        (Order.objects.filter(number__startswith="MK").order_by(), "order_order_number"),
        (Order.objects.order_by("promised_at"), "order_promised"),
        (Order.objects.filter(status="ready").order_by("-date_placed"), "order_of_status"),
    ],
)
def test_what_the_orders_are_searched_and_sorted_by_has_an_index(orders, index, place):
    _many_lines(place())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    assert index in orders.explain()


def _many_lines(order):
    """Of a table with hardly a row, any index is as good as the one that is meant."""
    line = order.lines.get()
    lines = []
    for number in range(500):
        line.pk, line.upc = None, f"OTHER-{number}"
        lines.append(copy(line))
    Line.objects.bulk_create(lines)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE order_line, order_order")
