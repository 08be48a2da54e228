"""Roles follow the table: what it grants is granted, what it no longer grants is taken away."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from shop.customer import roles
from shop.customer.roles import ROLES, keep_roles, role_of, title_of
from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db

SENDS_MONEY_BACK = "payment.add_refund"
HANDS_OVER = "pickup.change_pickupcode"
MOVES_STOCK = "partner.change_stockrecord"


def migrate():
    for app in apps.get_app_configs():
        keep_roles(app)


def permissions_of(name):
    granted = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{p.content_type.app_label}.{p.codename}" for p in granted}


def permission(name):
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


@pytest.mark.parametrize("name", sorted(ROLES.keys() - {roles.EDITOR}))
def test_a_role_has_what_the_table_says(name):
    assert permissions_of(name) == set(ROLES[name])


def test_what_the_table_no_longer_grants_is_taken_away():
    counter = Group.objects.get(name=roles.COUNTER)
    counter.permissions.add(permission(SENDS_MONEY_BACK), permission("auth.change_group"))

    migrate()

    assert permissions_of(roles.COUNTER) == set(ROLES[roles.COUNTER])


def test_editors_keep_what_wagtail_gave_them_and_lose_what_the_shop_did_not_mean():
    editors = Group.objects.get(name=roles.EDITOR)
    editors.permissions.add(permission("wagtailimages.add_image"), permission("order.view_order"))

    migrate()

    granted = permissions_of(roles.EDITOR)
    assert {"wagtailadmin.access_admin", "wagtailimages.add_image"} <= granted
    assert "order.view_order" not in granted


def test_a_group_of_ones_own_is_left_alone():
    own = Group.objects.create(name="Auditors")
    own.permissions.add(permission("order.view_order"))
    migrate()
    assert permissions_of("Auditors") == {"order.view_order"}


@pytest.mark.parametrize("name", sorted(ROLES.keys() - {roles.OWNER}))
def test_nobody_but_an_owner_can_cover_up_alone_what_went_missing(name):
    granted = set(ROLES[name])
    assert len(granted & {SENDS_MONEY_BACK, HANDS_OVER, MOVES_STOCK}) <= 1


@pytest.mark.parametrize("name", ROLES)
def test_who_an_order_is_for_is_seen_by_support_and_owners_alone(name):
    may = "contacts.reveal_contact" in ROLES[name]
    assert may == (name in (roles.SUPPORT, roles.OWNER))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (roles.OWNER, "admin"),
        (roles.SELLER, "seller"),
        (roles.STOCK_KEEPER, "customer"),
        (roles.ORDER_DESK, "customer"),
        (roles.COUNTER, "customer"),
        (roles.PROMOTIONS, "customer"),
        (roles.SUPPORT, "customer"),
        (roles.EDITOR, "customer"),
        (None, "customer"),
    ],
)
def test_the_api_knows_three_roles(name, role):
    assert role_of(make_user(name)) == role


def test_a_shopper_reads_what_somebody_is_and_not_who():
    both = make_user(roles.SUPPORT, username="nina.staff")
    both.groups.add(Group.objects.get(name=roles.COUNTER), Group.objects.create(name="Auditors"))
    assert title_of(both) == "Counter, Support"
    assert title_of(make_user(is_superuser=True)) == "Owner"
    assert title_of(make_user()) == ""
