"""Retention that shows what it would erase, requests without persons, the log of looks."""

import pytest
from django.urls import reverse
from django.utils import timezone

from shop.audit.models import AuditEntry
from shop.contacts.models import Contact
from shop.contacts.reveal import reveal
from shop.order.models import OrderStatusChange
from shop.payment.cancellation import cancel_order
from shop.payment.models import Refund
from shop.privacy import retention
from shop.privacy.export import hand_out
from shop.privacy.models import PrivacyEvent, RetentionPeriod
from shop.testing.factories import CONTACT

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "True"}
PERIODS = reverse("admin:privacy_retentionperiod_changelist")
DECIDE = reverse("admin:privacy_retentionperiod_decide")
REQUESTS = reverse("admin:privacy_privacyevent_changelist")
LOOKS = reverse("admin:contacts_reveal_changelist")


@pytest.fixture
def ended(place):
    """An order that was cancelled seventy days ago, unpaid, with its letter sent."""
    order = place()
    cancel_order(order, actor=None, reason="")
    ago = timezone.now() - timezone.timedelta(days=70)
    OrderStatusChange.objects.filter(order=order).update(date_created=ago)
    order.letters.update(sent_at=ago)
    assert not Refund.objects.filter(payment__order=order).exists()
    return order


def test_a_preview_erases_nothing_and_decides_nothing(owner, ended, signed_in):
    page = signed_in(owner).post(DECIDE, PRESSED | {"days": "60"}).content.decode()
    assert "With 60 days, 1 contact would be erased tonight." in page
    assert not RetentionPeriod.objects.exists()
    assert Contact.objects.count() == 1


def test_what_was_shown_is_decided_and_written_down(owner, ended, signed_in):
    client = signed_in(owner)
    said = "With 60 days, 1 contact would be erased tonight."
    assert retention.orders_past_retention().count() == 0

    client.post(DECIDE, PRESSED | {"days": "60", "agreed": said})

    assert retention.days_kept() == 60
    assert retention.erase_old_contacts() == 1
    entry = AuditEntry.objects.get()
    assert entry.changes == [{"field": "days", "before": 90, "after": 60}]
    assert "kept for 60 days" in client.get(PERIODS).content.decode()


def test_another_number_than_was_shown_is_shown_anew(owner, ended, signed_in):
    stale = "With 60 days, 0 contacts would be erased tonight."
    page = signed_in(owner).post(DECIDE, PRESSED | {"days": "60", "agreed": stale}).content.decode()
    assert "With 60 days, 1 contact would be erased tonight." in page
    assert not RetentionPeriod.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "4000", "soon", ""])
def test_days_within_reason(days, owner, signed_in):
    signed_in(owner).post(DECIDE, PRESSED | {"days": days, "agreed": "yes"})
    assert not RetentionPeriod.objects.exists()


def test_it_asks_for_the_password(owner, back_after_a_while):
    client = back_after_a_while(owner)
    typed = PRESSED | {"days": "60", "agreed": "With 60 days, 0 contacts would be erased tonight."}
    assert "Type your password" in client.post(DECIDE, typed).content.decode()
    assert not RetentionPeriod.objects.exists()
    client.post(DECIDE, typed | {"own_password": "a-good-password"})
    assert RetentionPeriod.objects.exists()


@pytest.mark.parametrize("who", ["counter", "seller", "keeper", "desk", "promotions", "support"])
def test_nobody_else_decides(who, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    said = "With 1 days, 0 contacts would be erased tonight."
    assert client.post(DECIDE, PRESSED | {"days": "1", "agreed": said}).status_code == 403
    for address in (PERIODS, REQUESTS, LOOKS):
        assert client.get(address).status_code == 403
    assert not RetentionPeriod.objects.exists()


def test_requests_are_told_without_who_asked(owner, shopper, place, signed_in):
    place()
    hand_out(shopper)
    page = signed_in(owner).get(REQUESTS).content.decode()
    assert "a shopper took their data along" in page
    assert PrivacyEvent.objects.get().contacts == 1
    for secret in (shopper.username, shopper.email, CONTACT.name):
        assert secret not in page


def test_a_look_is_told_without_what_was_seen(owner, support, place, signed_in):
    order = place(paid=True)
    reveal(order, support, "The courier asks for a phone.")
    page = signed_in(owner).get(LOOKS).content.decode()
    for told in (order.number, "support", "The courier asks for a phone."):
        assert told in page
    for secret in (CONTACT.name, CONTACT.email, CONTACT.phone):
        assert secret not in page
