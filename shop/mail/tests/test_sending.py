"""A letter leaves once, whatever happens to the server, the broker and the worker."""

import logging
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from shop.mail.failures import NotYet
from shop.mail.models import Kind, Letter
from shop.mail.sending import send
from shop.testing.factories import CONTACT, make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work
from tasks.models import OutboxMessage
from tasks.outbox import perform


@pytest.fixture
def order():
    location, product = make_location(), make_product()
    offer(product, location)
    return make_order(location, (product, 2))


@pytest.fixture
def letter(order):
    """The confirmation of a paid order, which has yet to be sent."""
    perform("collect_payment", str(order.payments.get().pk))
    return Letter.objects.get()


def now_is(letter):
    """A letter as the database has it: whether it was sent, how often it was tried, what failed."""
    letter.refresh_from_db()
    return bool(letter.sent_at), letter.attempts, letter.failure


def send_now(letter):
    send(Letter.objects.get(pk=letter.pk))


def send_unfinished():
    """What the outbox's relay does in time: each unfinished letter once more."""
    for letter in Letter.objects.filter(sent_at=None, failure=""):
        perform("send_letter", str(letter.pk))


@pytest.mark.django_db
def test_a_paid_order_is_confirmed_to_its_shopper_and_nobody_else(server, order):
    do_all_work()
    ((address, message),) = server.received
    assert address == message["To"] == CONTACT.email
    assert message["From"] == "Magpie <hello@magpie.example>"
    assert order.number in message["Subject"]
    assert now_is(Letter.objects.get()) == (True, 1, "")


@pytest.mark.django_db
def test_a_letter_that_was_sent_is_not_sent_again(server, letter):
    send(letter)
    send(letter)
    send(Letter.objects.get())
    perform("send_letter", str(letter.pk))
    assert len(server.received) == 1
    assert now_is(letter) == (True, 1, "")


@on_committed_rows
def test_workers_with_the_same_letter_send_it_once(server, letter):
    outcomes = race(*[partial(send_now, letter)] * 4)
    perform("send_letter", str(letter.pk))
    assert len(server.received) == 1
    # Whoever came while it was being sent is told to look again, in case that one dies.
    assert all(outcome is None or isinstance(outcome, NotYet) for outcome in outcomes)
    assert now_is(letter) == (True, 1, "")
    assert OutboxMessage.objects.get(effect="send_letter").done_at
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "reply", "named"),
    [
        ("HELLO", "421 too busy", "SMTPConnectError 421"),
        ("MAIL", "550 we do not know you", "SMTPSenderRefused 550"),
        ("RCPT", "451 try later", "SMTPRecipientsRefused 451"),
        ("DATA", "451 try later", "SMTPDataError 451"),
        (".", "452 no room left", "SMTPDataError 452"),
        ("MAIL", "drop", "SMTPServerDisconnected"),
        ("DATA", "drop", "SMTPServerDisconnected"),
    ],
)
def test_what_a_server_may_mend_is_tried_again(server, letter, command, reply, named):
    server.answer(command, reply)
    with pytest.raises(NotYet, match=f"^{named}$"):
        send_now(letter)
    assert server.received == []
    assert now_is(letter) == (False, 1, "")

    send_unfinished()
    assert [address for address, _message in server.received] == [CONTACT.email]
    assert now_is(letter) == (True, 2, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "reply", "failure"),
    [
        ("RCPT", f"550 <{CONTACT.email}>: no such person", "SMTPRecipientsRefused 550"),
        (".", f"554 {CONTACT.email} wants no such thing", "SMTPDataError 554"),
    ],
)
def test_what_a_server_holds_against_an_address_is_noted_and_given_up(
    server, letter, command, reply, failure
):
    server.answer(command, reply)
    perform("send_letter", str(letter.pk))
    send_unfinished()
    assert server.received == []
    assert now_is(letter) == (False, 1, failure)
    assert OutboxMessage.objects.get(effect="send_letter").done_at


@pytest.mark.django_db
def test_nobody_listens_and_the_letter_goes_out_later(server, letter, settings):
    settings.EMAIL_PORT = 1
    with pytest.raises(NotYet, match="^ConnectionRefusedError$"):
        send_now(letter)
    settings.EMAIL_PORT = server.port
    send_unfinished()
    assert len(server.received) == 1
    assert now_is(letter) == (True, 2, "")


@pytest.mark.django_db
def test_a_server_that_stored_it_and_never_said_so_gets_the_same_message_again(server, letter):
    server.answer(".", server.DROP)
    with pytest.raises(NotYet):
        send_now(letter)
    send_unfinished()
    first, second = (message["Message-ID"] for _address, message in server.received)
    assert first == second == f"<{letter.pk}@localhost>"
    assert now_is(letter) == (True, 2, "")


@pytest.mark.django_db
def test_the_claim_of_a_worker_that_died_runs_out(server, letter):
    Letter.objects.update(claimed_at=timezone.now() - timedelta(seconds=20))
    perform("send_letter", str(letter.pk))
    assert OutboxMessage.objects.get(effect="send_letter").done_at is None
    assert server.received == []

    Letter.objects.update(claimed_at=timezone.now() - timedelta(seconds=40))
    perform("send_letter", str(letter.pk))
    assert len(server.received) == 1
    assert now_is(letter) == (True, 1, "")


@pytest.mark.django_db
def test_a_shopper_who_was_erased_is_not_written_to(server, order, letter):
    order.contact.delete()
    perform("send_letter", str(letter.pk))
    assert server.received == []
    assert now_is(letter) == (False, 1, "nobody is left to write to")


@pytest.mark.django_db
def test_a_contact_whose_key_is_missing_waits_for_it(server, letter, settings):
    written_with = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-signed-tokens"
    with pytest.raises(NotYet, match="no key opens the contact"):
        send_now(letter)
    assert now_is(letter) == (False, 1, "")
    settings.SECRET_KEY = written_with
    send_unfinished()
    assert len(server.received) == 1


@pytest.mark.django_db
def test_a_letter_that_came_too_late_to_be_true_is_not_sent(server, order, letter):
    do_all_work()
    order.refresh_from_db()
    ready = Letter.objects.create(kind=Kind.READY, subject="1", order=order)
    send_now(ready)
    assert len(server.received) == 1
    assert now_is(ready) == (False, 1, "the order is paid by now")


@pytest.mark.django_db
def test_a_fault_of_our_own_leaves_the_letter_to_be_sent_when_it_is_mended(
    server, letter, monkeypatch
):
    with monkeypatch.context() as broken:
        broken.setattr("shop.mail.rendering.SUBJECT_LINES", {})
        with pytest.raises(KeyError):
            send_now(letter)
    send_unfinished()
    assert len(server.received) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("reply", [f"550 {CONTACT.email}?", f"450 {CONTACT.email}?", "drop"])
def test_no_log_line_and_no_error_names_the_shopper(server, letter, caplog, reply):
    server.answer("RCPT", reply)
    with caplog.at_level(logging.DEBUG):
        perform("send_letter", str(letter.pk))
    letter.refresh_from_db()
    said = caplog.text + letter.failure + str(letter)
    assert "send_letter" in said or letter.failure
    assert CONTACT.email not in said
    assert CONTACT.name not in said
