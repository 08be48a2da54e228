"""The shop's books do not add up: its owners are told, and learn nothing about anybody."""

import pytest

from shop.mail.models import Kind, Letter
from shop.reconciliation.models import ReconcileRun
from shop.reconciliation.signals import drift_found
from shop.testing.factories import (
    CONTACT,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.races import on_committed_rows
from shop.testing.worker import do_all_work
from tasks import periodic

pytestmark = pytest.mark.django_db

RULES = {"reserved stays within what is in stock": 2, "an order's row names nobody": 1}


def found(**values):
    run = ReconcileRun.objects.create(drifts=3, rules=RULES, **values)
    drift_found.send(sender=ReconcileRun, run=run)
    return run


def test_drift_is_told_to_each_owner_once_by_rule_and_number(mailoutbox):
    owners = [make_user("Owner"), make_user("Owner")]
    make_user("Seller"), make_user("Owner", is_active=False), make_user()

    run = found(corrected=1)
    drift_found.send(sender=ReconcileRun, run=run)
    do_all_work()

    assert sorted(message.to for message in mailoutbox) == [[owner.email] for owner in owners]
    text = mailoutbox[0].body
    ((html, _mimetype),) = mailoutbox[0].alternatives
    assert "- an order's row names nobody: 1" in text
    assert "- reserved stays within what is in stock: 2" in text
    assert "3 rows\nbreak one" in text
    assert "1 of them was put right already" in text
    assert "an order&#x27;s row names nobody" in html
    assert "manage.py reconcile" in text
    assert "manage.py reconcile" in html


def test_another_look_is_another_letter(mailoutbox):
    make_user("Owner")
    found(), found()
    do_all_work()
    assert Letter.objects.filter(kind=Kind.DRIFT_FOUND).exclude(sent_at=None).count() == 2


@on_committed_rows
def test_the_nightly_look_tells_the_owners_and_names_nobody(mailoutbox):
    owner, location, product = make_user("Owner"), make_location(), make_product()
    offer(product, location)
    order = make_order(location, (product, 1))
    order.guest_email = CONTACT.email
    order.save(update_fields=["guest_email"])

    assert periodic.look_whether_every_rule_holds() == 1
    do_all_work()

    (message,) = [m for m in mailoutbox if m.to == [owner.email]]
    ((html, _mimetype),) = message.alternatives
    for told in (message.subject, message.body, html):
        for secret in (CONTACT.email, CONTACT.name, CONTACT.phone, order.number):
            assert secret not in told
