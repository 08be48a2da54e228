"""A campaign goes live: its pages, its promo code, its prices, or nothing of it.

1. A worker holds the campaign; another passes it by.
2. Pages are published, the code is switched on, and prices, whose rows orders wait for, come last.
3. Whatever fails takes all of it back, and the campaign says why. Nobody tries again until
   somebody has looked and planned it anew.
"""

import logging

from django.db import OperationalError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from wagtail.actions.publish_revision import PublishPermissionError

from shop.audit import trail
from shop.campaigns.models import Campaign, State
from shop.partner.prices import set_prices
from shop.voucher import promo_codes
from shop.voucher.models import Voucher

logger = logging.getLogger(__name__)


class CampaignRefused(Exception):
    """A campaign cannot go live; `str()` says why."""


def launch_due():
    """Let every campaign go live whose time has come; returns how many did."""
    due = Campaign.objects.due().order_by("starts_at", "pk")
    return sum(launch(pk) for pk in due.values_list("pk", flat=True))


def launch(pk):
    """Whether the campaign went live now."""
    try:
        with transaction.atomic():
            return _launch(pk)
    except OperationalError:
        # The database was away or too busy: the next turn tries again.
        raise
    except CampaignRefused as refusal:
        _fail(pk, str(refusal))
    except PublishPermissionError:
        _fail(pk, _("Who planned it may not publish one of its pages."))
    except Exception as error:
        logger.exception("Campaign %s did not go live", pk)
        _fail(pk, _("Something unforeseen: %(error)s.") % {"error": type(error).__name__})
    return False


def plan(campaign, user):
    """Plan a campaign, for the first time or again; what is live already stays so. Not saved."""
    held = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign.pk).first()
    is_live = held is not None and held.state == State.LIVE
    campaign.state = State.LIVE if is_live else State.PLANNED
    campaign.settled_at = held.settled_at if is_live else None
    campaign.fault, campaign.planned_by = "", user


def _launch(pk):
    held = Campaign.objects.due().select_for_update(of=("self",), skip_locked=True)
    campaign = held.filter(pk=pk).first()
    if campaign is None:
        return False
    if campaign.planned_by is None or not campaign.planned_by.is_active:
        raise CampaignRefused(_("Who planned it does not work here any more."))
    _settle(pk, State.LIVE)
    for row in campaign.pages.select_related("page"):
        _publish(row.page, campaign.planned_by)
    _switch_on(campaign)
    set_prices(_prices(campaign), campaign.planned_by, reason=campaign.name)
    return True


def _publish(page, user):
    if page is None:
        raise CampaignRefused(_("One of its pages was deleted."))
    page = page.specific
    revision = page.get_latest_revision() or page.save_revision(user=user)
    revision.publish(user=user)
    revision.refresh_from_db(fields=["approved_go_live_at"])
    if revision.approved_go_live_at:
        text = _("“%(page)s” has dates of its own, in its draft: it would not be shown.")
        raise CampaignRefused(text % {"page": page.title})


def _switch_on(campaign):
    if not campaign.promo_code:
        return
    code = Voucher.objects.filter(code=campaign.promo_code, end_datetime__gt=Now()).first()
    if code is None:
        text = _("The promo code %(code)s has ended, or was deleted.")
        raise CampaignRefused(text % {"code": campaign.promo_code})
    if promo_codes.switch_on(Voucher.objects.filter(pk=code.pk)):
        said = _("switched on by a campaign")
        trail.record(code, campaign.planned_by, summary=said, reason=campaign.name)


def _prices(campaign):
    """The new prices by the key of their stock record."""
    prices = {}
    for row in campaign.prices.select_related("location"):
        record = row.record()
        if record is None:
            values = {"location": row.location.name, "sku": row.sku}
            raise CampaignRefused(_("%(location)s does not offer %(sku)s any more.") % values)
        prices[record.pk] = row.price
    return prices


def _fail(pk, fault):
    _settle(pk, State.FAILED, fault)


def _settle(pk, state, fault=""):
    campaign = Campaign.objects.filter(pk=pk, state=State.PLANNED)
    campaign.update(state=state, settled_at=Now(), fault=fault[:300])
