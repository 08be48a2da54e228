"""A page, a price and a promo code that go live together, or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from shop.audit.trail import entries_of
from shop.campaigns.launching import launch_due
from shop.campaigns.models import Campaign, CampaignPage, CampaignPrice, State
from shop.campaigns.publishing import publish_due
from shop.testing.factories import make_code, make_location, make_product, make_user, offer
from shop.voucher import promo_codes
from shop.voucher.models import Voucher
from storefront.models import PlainPage
from storefront.site_tree import add_page, site_tree

pytestmark = pytest.mark.django_db
ADD = "wagtailsnippets_campaigns_campaign:add"


@pytest.fixture
def owner():
    return make_user("Owner")


@pytest.fixture
def record(graca):
    return offer(make_product(upc="JAM", title="Jam"), graca, "5.00")


@pytest.fixture
def code():
    code = make_code("JAMMY")
    promo_codes.switch_off(Voucher.objects.filter(pk=code.pk))
    return code


@pytest.fixture
def page():
    page = PlainPage(title="Jam week", slug="jam-week", live=False)
    page = add_page(site_tree().home, page)
    page.save_revision()
    return page


@pytest.fixture
def campaign(owner, record, code, page):
    campaign = Campaign.objects.create(
        name="Jam week",
        starts_at=timezone.now() - timedelta(minutes=1),
        promo_code=code.code,
        planned_by=owner,
    )
    CampaignPage.objects.create(campaign=campaign, page=page)
    CampaignPrice.objects.create(
        campaign=campaign, sku="JAM", location=record.partner.location, price=Decimal("4.20")
    )
    return campaign


def what_shows(record, code, page):
    for row in (record, code, page):
        row.refresh_from_db()
    return str(record.price), code.switched_off_at is None, page.live


def test_all_of_it_goes_live_together_and_once(campaign, owner, record, code, page):
    assert launch_due() == 1

    assert what_shows(record, code, page) == ("4.20", True, True)
    entry = entries_of(record).get()
    assert (entry.actor, entry.reason) == (owner, "Jam week")
    assert entry.changes == [{"field": "price", "before": "5", "after": "4.2"}]
    assert launch_due() == 0


def test_nothing_happens_before_its_time(campaign, record, code, page):
    Campaign.objects.update(starts_at=timezone.now() + timedelta(hours=1))

    assert launch_due() == 0
    assert what_shows(record, code, page) == ("5.00", False, False)


@pytest.mark.parametrize("what", ["product", "code", "page", "planner", "dates"])
def test_if_a_part_fails_nothing_is_done_and_the_campaign_says_why(
    campaign, owner, record, code, page, what
):
    if what == "product":
        CampaignPrice.objects.update(sku="GONE")
    elif what == "code":
        start = timezone.now() - timedelta(days=3)
        Voucher.objects.update(start_datetime=start, end_datetime=start + timedelta(days=1))
    elif what == "page":
        CampaignPage.objects.update(page=None)
    elif what == "planner":
        owner.groups.clear()
    else:
        page.go_live_at = timezone.now() + timedelta(days=9)
        page.save_revision()

    assert launch_due() == 0

    assert what_shows(record, code, page) == ("5.00", False, False)
    campaign.refresh_from_db()
    assert campaign.state == State.FAILED
    assert campaign.fault
    assert campaign.fault in {
        "Magpie Graça does not offer GONE any more.",
        "The promo code JAMMY has ended, or was deleted.",
        "One of its pages was deleted.",
        "Who planned it may not publish one of its pages.",
        "“Jam week” has dates of its own, in its draft: it would not be shown.",
    }


def form(record, page, **values):
    price = {"sku": "JAM", "location": record.partner_id, "price": "4.20"}
    starts = {"name": "Jam week", "starts_at": "2026-12-01 08:00", "promo_code": "jammy"}
    parts = {"pages": inline_formset([{"page": page.pk}]), "prices": inline_formset([price])}
    return nested_form_data(starts | values | parts)


def test_an_owner_plans_one_in_the_cms(client, owner, record, code, page):
    client.force_login(owner)
    client.post(reverse(ADD), form(record, page))

    campaign = Campaign.objects.get()
    assert (campaign.promo_code, campaign.planned_by) == ("JAMMY", owner)
    assert campaign.pages.get().page_id == page.pk
    edit = reverse("wagtailsnippets_campaigns_campaign:edit", args=[campaign.pk])
    assert "Jam week" in client.get(edit).content.decode()


def test_what_it_names_must_be_there(client, owner, record, page):
    client.force_login(owner)
    text = client.post(reverse(ADD), form(record, page, promo_code="NONE")).content.decode()

    assert "There is no such promo code." in text
    assert not Campaign.objects.exists()


def test_an_editor_looks_and_plans_none(client, record, code, page):
    client.force_login(make_user("Editors"))

    assert client.get(reverse("wagtailsnippets_campaigns_campaign:list")).status_code == 200
    client.post(reverse(ADD), form(record, page))
    assert not Campaign.objects.exists()


def test_nobody_plans_what_they_may_not_do_by_hand(client, record, code, page):
    planner = make_user("Editors", locations=[make_location()])
    planner.user_permissions.set(
        Permission.objects.filter(codename__in=["add_campaign", "change_stockrecord"])
    )
    client.force_login(planner)
    text = client.post(reverse(ADD), form(record, page)).content.decode()
    assert "You may not switch promo codes on." in text

    text = client.post(reverse(ADD), form(record, page, promo_code="")).content.decode()
    assert "You may not change prices there." in text
    assert not Campaign.objects.exists()


def test_beats_job_publishes_what_was_scheduled(client, page):
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert client.get(page.url).status_code == 404

    page.latest_revision.__class__.objects.filter(object_id=str(page.pk)).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    revision = page.get_latest_revision()
    revision.content["go_live_at"] = str(timezone.now() - timedelta(minutes=1))
    revision.save()
    publish_due()

    assert client.get(page.url).status_code == 200
