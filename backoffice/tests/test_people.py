"""Staff, invitations, sessions and customers in the back office: who may do what to whom."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from shop.audit.models import AuditEntry
from shop.customer import roles
from shop.customer.models import User
from shop.staff import invitations, two_factor
from shop.staff.models import Invitation, StaffSession
from shop.testing.factories import CONTACT, make_location, make_order, make_user

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:customer_user_changelist")
CUSTOMERS = reverse("admin:customer_customer_changelist")
SESSIONS = reverse("admin:staff_staffsession_changelist")
INVITATIONS = reverse("admin:staff_invitation_changelist")
INVITE = reverse("admin:staff_invitation_add")
NOBODYS = ["counter", "seller", "keeper", "desk", "promotions", "support", "shopper"]


def act(name, pk=None):
    return reverse(f"admin:{name}", args=[pk] if pk else [])


PRESSED = {"_form_submitted": "True"}
ASSIGN, DISMISS = "customer_user_assign", "customer_user_dismiss"


def group(name):
    return Group.objects.get(name=name)


def test_the_list_tells_role_place_and_second_factor(owner, counter, signed_in):
    page = signed_in(owner).get(PEOPLE).content.decode()
    for told in ("counter", "Counter", "Magpie Here", "Owner", "everywhere"):
        assert told in page


def test_an_owner_changes_roles_and_places(owner, counter, here, elsewhere, signed_in):
    typed = PRESSED | {"roles": [group(roles.ORDER_DESK).pk], "locations": [elsewhere.pk]}
    signed_in(owner).post(act(ASSIGN, counter.pk), typed)
    assert counter.groups.get().name == roles.ORDER_DESK
    assert counter.partners.get().pk == elsewhere.pk
    assert AuditEntry.objects.filter(area="customer.user", actor=owner).count() == 1


def test_the_last_owner_is_told_why_not(owner, signed_in):
    typed = PRESSED | {"roles": [group(roles.COUNTER).pk]}
    client = signed_in(owner)
    answer = client.post(act(ASSIGN, owner.pk), typed, follow=True)
    assert "needs an active owner" in answer.content.decode()
    assert owner.groups.get().name == roles.OWNER


def test_an_owner_closes_and_opens_an_account(owner, counter, signed_in):
    works = signed_in(counter)
    client = signed_in(owner)
    client.post(act(DISMISS, counter.pk), PRESSED | {"reason": "moved away"})
    assert works.get("/backoffice/").status_code == 302
    client.post(act("customer_user_take_back", counter.pk), PRESSED)
    counter.refresh_from_db()
    assert counter.is_active


@pytest.mark.parametrize("who", NOBODYS)
def test_nobody_else_manages_people(who, owner, counter, here, signed_in, request):
    user = request.getfixturevalue(who)
    client = signed_in(user)
    invitation = invitations.invite("nina@nook.example", group(roles.COUNTER), [], actor=owner)
    signed_in(owner)
    session = StaffSession.objects.filter(user=owner).get()
    grab = PRESSED | {
        "roles": [group(roles.OWNER).pk],
        "locations": [here.pk],
        "reason": "because I can",
    }
    before = list(Invitation.objects.values())
    for address, typed in [
        (act(ASSIGN, user.pk), grab),
        (act(DISMISS, owner.pk), grab),
        (act("customer_user_take_second_factor", owner.pk), PRESSED),
        (act("customer_user_demand_two_factor"), PRESSED | {"demanded": "on"}),
        (INVITE, {"email": "me@too.example", "role": group(roles.OWNER).pk}),
        (act("staff_invitation_send_again", invitation.pk), PRESSED),
        (act("staff_invitation_revoke", invitation.pk), PRESSED),
        (act("staff_staffsession_end", session.pk), PRESSED),
    ]:
        assert client.post(address, typed).status_code in (302, 403, 404), address
    assert not user.groups.filter(name=roles.OWNER).exists()
    owner.refresh_from_db()
    assert owner.is_active
    assert not two_factor.is_demanded()
    assert list(Invitation.objects.values()) == before
    assert StaffSession.objects.filter(pk=session.pk).exists()


def test_a_shopper_is_no_colleague_to_be_changed(owner, shopper, signed_in):
    grab = PRESSED | {"roles": [group(roles.OWNER).pk]}
    assert signed_in(owner).post(act(ASSIGN, shopper.pk), grab).status_code == 404
    assert not shopper.groups.exists()


def test_inviting_begins_with_a_form_and_ends_with_a_colleague(owner, here, signed_in):
    typed = {
        "email": "nina@nook.example",
        "role": group(roles.COUNTER).pk,
        "locations": [here.pk],
    }
    answer = signed_in(owner).post(INVITE, typed, follow=True)
    assert "nina@nook.example" in answer.content.decode()
    link = reverse("join", args=[invitations.token_of(Invitation.objects.get())])

    newcomer = Client()
    assert "Counter" in newcomer.get(link).content.decode()
    wrong = {"username": "nina", "password1": "12345678", "password2": "12345678"}
    page = newcomer.post(link, wrong).content.decode()
    assert 'value="nina"' in page
    chosen = {"username": "nina", "password1": "a-very-good-1", "password2": "a-very-good-1"}
    assert newcomer.post(link, chosen)["Location"] == "/backoffice/"

    assert newcomer.get(reverse("pickup_counter")).status_code == 200
    assert User.objects.get(username="nina").partners.get().pk == here.pk
    assert Client().get(link).status_code == 410


def test_a_form_with_a_fault_keeps_what_was_typed(owner, counter, signed_in):
    typed = {"email": counter.email, "role": group(roles.COUNTER).pk}
    page = signed_in(owner).post(INVITE, typed).content.decode()
    assert "works here already" in page
    assert counter.email in page


def test_a_shopper_who_is_invited_logs_in_first(owner, shopper, signed_in):
    invited = invitations.invite(shopper.email, group(roles.COUNTER), [], actor=owner)
    link = reverse("join", args=[invitations.token_of(invited)])
    assert "Log in first" in Client().get(link).content.decode()
    chosen = {"username": "thief", "password1": "a-very-good-1", "password2": "a-very-good-1"}
    assert Client().post(link, chosen).status_code == 410
    client = signed_in(shopper)
    client.post(link)
    shopper.refresh_from_db()
    assert shopper.is_staff


def test_looking_at_an_invitation_uses_nothing_up(owner):
    invited = invitations.invite("n@nook.example", group(roles.COUNTER), [], actor=owner)
    link = reverse("join", args=[invitations.token_of(invited)])
    for _look in range(2):
        assert Client().get(link).status_code == 200
    assert Invitation.objects.open().exists()


def test_who_is_signed_in_and_ending_it(owner, counter, signed_in):
    works, client = signed_in(counter), signed_in(owner)
    assert "counter" in client.get(SESSIONS).content.decode()
    session = StaffSession.objects.get(user=counter)
    client.post(act("staff_staffsession_end", session.pk), PRESSED)
    assert works.get("/backoffice/").status_code == 302
    assert "session ended" in AuditEntry.objects.get().summary


def test_a_customer_is_a_number_with_orders_and_money(owner, place, shopper, signed_in):
    place(paid=True)
    place()
    page = signed_in(owner).get(CUSTOMERS).content.decode()
    assert f">{shopper.pk}<" in page
    assert "€8.40" in page
    own = signed_in(owner).get(act("customer_customer_change", shopper.pk)).content.decode()
    for secret in (shopper.username, shopper.email, CONTACT.name, CONTACT.email):
        assert secret not in page + own


def test_a_customer_cannot_be_searched_for(owner, shopper, signed_in):
    found = signed_in(owner).get(CUSTOMERS, {"q": shopper.username}).context["cl"]
    assert not found.search_fields
    assert signed_in(owner).get(CUSTOMERS + "?username__startswith=z").status_code in (302, 400)


@pytest.mark.parametrize("address", [PEOPLE, CUSTOMERS, SESSIONS, INVITATIONS])
def test_many_rows_take_as_many_queries_as_few(
    address, owner, here, record, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    for size in (2, 6):
        for number in range(size):
            signed_in(make_user(roles.COUNTER, [here, make_location()]))
            make_order(here, (record.product, 1), user=make_user())
            mail = f"n{size}{number}@nook.example"
            invitations.invite(mail, group(roles.COUNTER), [here], actor=owner)
        with django_assert_max_num_queries(40) as counted:
            assert client.get(address).status_code == 200
        asked.append(len(counted))
    assert asked[0] == asked[1]


def test_what_was_confirmed_long_ago_is_asked_for_again(owner, counter, back_after_a_while):
    client = back_after_a_while(owner)
    typed = PRESSED | {"reason": "moved away"}

    page = client.post(act(DISMISS, counter.pk), typed).content.decode()
    assert "Type your password to go on" in page
    assert "moved away" in page
    page = client.post(act(DISMISS, counter.pk), typed | {"own_password": "wrong"}).content.decode()
    assert "This is not your password" in page
    counter.refresh_from_db()
    assert counter.is_active

    client.post(act(DISMISS, counter.pk), typed | {"own_password": "a-good-password"})
    counter.refresh_from_db()
    assert not counter.is_active
