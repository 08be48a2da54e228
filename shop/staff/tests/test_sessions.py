"""How long somebody of the staff stays signed in, where, and how it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.customer import roles
from shop.staff import people, sessions
from shop.staff.models import StaffSession
from shop.staff.people import AboveYourRights
from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db

OFFICE, COUNTER, CMS = "/backoffice/", "/backoffice/pickup/", "/cms/"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel) AppleWebKit/537.36 Mobile Safari/537.36"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def last_seen(user, field="seen_at", **ago):
    user.staff_sessions.update(**{field: timezone.now() - timedelta(**ago)})


def is_sent_to_log_in(answer):
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_a_session_of_staff_ends_after_an_idle_hour(owner, log_in):
    client, _answer = log_in(owner)
    last_seen(owner, minutes=59)
    assert client.get(OFFICE).status_code == 200
    last_seen(owner, minutes=61)

    answer = client.get("/backoffice/order/order/")

    assert answer["Location"] == "/accounts/login/?next=%2Fbackoffice%2Forder%2Forder%2F"
    assert "_auth_user_id" not in client.session
    page = client.get(answer["Location"]).content.decode()
    assert "You were away for a while" in page


def test_every_step_keeps_it_awake(owner, log_in):
    client, _answer = log_in(owner)
    last_seen(owner, minutes=50)
    client.get(OFFICE)
    assert timezone.now() - owner.staff_sessions.get().seen_at < timedelta(minutes=1)


def test_it_ends_in_the_cms_too(owner, log_in):
    client, _answer = log_in(owner)
    assert client.get(CMS).status_code == 200
    last_seen(owner, minutes=61)
    assert is_sent_to_log_in(client.get(CMS))


def test_the_counter_waits_for_customers_all_day_and_opens_nothing_else(counter, log_in):
    client, _answer = log_in(counter)
    client.get(COUNTER)
    last_seen(counter, minutes=61)
    last_seen(counter, "counter_at", hours=11)

    assert client.get(COUNTER).status_code == 200
    assert is_sent_to_log_in(client.get(OFFICE))


def test_the_counter_ends_after_half_a_day(counter, log_in):
    client, _answer = log_in(counter)
    client.get(COUNTER)
    last_seen(counter, hours=13)
    last_seen(counter, "counter_at", hours=13)
    assert is_sent_to_log_in(client.get(COUNTER))


def test_an_owner_at_the_counter_stays_no_longer_than_elsewhere(owner, log_in):
    client, _answer = log_in(owner)
    client.get(COUNTER)
    last_seen(owner, minutes=61)
    assert is_sent_to_log_in(client.get(COUNTER))


def test_a_dialog_in_an_ended_session_sends_its_page_to_log_in(owner, log_in):
    client, _answer = log_in(owner)
    last_seen(owner, minutes=61)
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/backoffice/order/order/"}
    answer = client.get("/backoffice/order/order/1/refund", headers=asked)
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fbackoffice%2Forder%2Forder%2F"


def test_an_idle_session_is_nobody_to_the_api(owner, log_in):
    client, _answer = log_in(owner)
    assert client.get("/api/auth/me/").status_code == 200
    last_seen(owner, minutes=61)
    assert client.get("/api/auth/me/").status_code == 401


def test_a_shopper_has_no_such_session_and_is_never_put_out(log_in):
    shopper = make_user()
    client, _answer = log_in(shopper)
    assert not StaffSession.objects.exists()
    assert client.get("/orders/").status_code == 200
    client.get(OFFICE)
    assert client.get("/orders/").status_code == 200


def test_whoever_came_to_work_here_meanwhile_logs_in_anew(here, log_in):
    person = make_user()
    client, _answer = log_in(person)
    person.is_staff = True
    person.save()
    assert is_sent_to_log_in(client.get(OFFICE))


def test_logging_out_takes_the_session_away(owner, log_in):
    client, _answer = log_in(owner)
    client.post("/accounts/logout/")
    assert not StaffSession.objects.exists()


def test_another_password_keeps_the_session(owner, log_in):
    client, _answer = log_in(owner)
    typed = {
        "oldpassword": "a-good-password",
        "password1": "another-good-one",
        "password2": "another-good-one",
    }
    client.post("/accounts/password/change/", typed)
    assert client.get(OFFICE).status_code == 200


def test_an_ended_session_opens_nothing_from_the_next_step(owner, counter, log_in):
    client, _answer = log_in(counter)
    other, _answer = log_in(counter)

    people.sign_out(counter.staff_sessions.earliest("pk"), actor=owner)

    assert client.get("/orders/").status_code == 302
    assert other.get(OFFICE).status_code == 200


def test_nobody_ends_the_session_of_whoever_may_more(owner, counter, log_in):
    log_in(owner)
    with pytest.raises(AboveYourRights):
        people.sign_out(owner.staff_sessions.get(), actor=counter)
    assert owner.staff_sessions.exists()


def test_a_closed_account_has_no_session(owner, counter, log_in):
    client, _answer = log_in(counter)
    people.dismiss(counter, actor=owner)
    assert not StaffSession.objects.filter(user=counter).exists()
    assert is_sent_to_log_in(client.get("/orders/"))


@pytest.mark.parametrize(
    ("agent", "device"),
    [(IPAD, "tablet"), (ANDROID, "phone"), (DESKTOP, "computer"), ("curl/8.5", "program")],
)
def test_the_kind_of_device_is_told(agent, device, counter, log_in):
    log_in(counter, **{"User-Agent": agent})
    assert counter.staff_sessions.get().device == device


def test_those_that_ended_are_not_signed_in(owner, counter, log_in):
    log_in(owner)
    log_in(counter)
    last_seen(counter, minutes=61)
    assert [session.user for session in sessions.live()] == [owner]
    last_seen(counter, "counter_at", minutes=61)
    assert sessions.live().count() == 2


def test_an_editor_of_the_cms_is_one_of_the_staff(log_in):
    editor = make_user(roles.EDITOR)
    editor.is_staff = False
    editor.save()
    client, _answer = log_in(editor)
    last_seen(editor, minutes=61)
    assert is_sent_to_log_in(client.get(CMS))
