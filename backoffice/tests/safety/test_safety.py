"""Everybody at every address of the back office, and everything that can be done in it.

The addresses are those that the back office itself lists: a new page is walked by itself,
a new act has to be told of in `acts.py`, and who may do it in `table.py`.
"""

import io
import logging

from django.test import Client, TestCase, override_settings
from django.urls import reverse
from openpyxl import load_workbook

from backoffice.site import site
from backoffice.tests.conftest import just_typed_the_password
from backoffice.tests.safety.acts import acts_at, empty_acts_at, make_way
from backoffice.tests.safety.addresses import addresses, is_page, patterns
from backoffice.tests.safety.furnished import CANARY, furnish
from backoffice.tests.safety.table import DOES, OPENS
from backoffice.tests.safety.watching import found_in, text_of, undone, writes
from shop.audit.models import AuditEntry
from shop.customer import roles
from shop.imports.tests.tables import as_csv

SUPERUSER, SHOPPER, PASSER_BY = "a superuser", "a shopper", "a passer-by"
SEES_ALL = {roles.OWNER, SUPERUSER}
OUTSIDE = {SHOPPER, PASSER_BY}
REVEAL = "order_order_reveal_contact"
# Kept where it belongs and not in the audit log: a look at a contact in the log that its
# shopper reads, a scanner's beep in its stocktake, a look over the rules in its run, a view
# of a list as one's own matter.
KEPT_ELSEWHERE = {REVEAL, "stocktake: scan", "health_look", "order_order_views"}
# About goods, which belong to no location: some see them all.
OF_GOODS = {"approve", "reject"}
READ_ONLY_ACTS = {"print_pick_list", "print_packing_slips"}


@override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ROOT_URLCONF="backoffice.tests.safety.urls",
    SIMULATED_WEBHOOK_URL="",
)
class Safety(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.shop = furnish()
        owner = Client()
        owner.force_login(cls.shop.people[roles.OWNER])
        just_typed_the_password(owner, cls.shop.people[roles.OWNER])
        places = (cls.shop.here, cls.shop.elsewhere)
        cls.acts = {place.mark: acts_at(place, owner, owner) for place in places}

    def setUp(self):
        # Every refusal is a warning.
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def client_of(self, name):
        client = Client()
        if person := self.shop.people.get(name):
            client.force_login(person)
            just_typed_the_password(client, person)
        return client

    def everybody(self):
        return [*self.shop.people, PASSER_BY]

    def places_of(self, name):
        """Their own, and the one that is none of theirs."""
        pair = (self.shop.here, self.shop.elsewhere)
        return pair[::-1] if name == "the desk elsewhere" else pair

    def secrets_of(self, name):
        """What somebody never reads."""
        person, foreign = self.shop.people.get(name), self.places_of(name)[1]
        mails = [other.email for other in self.shop.people.values() if other != person]
        if name in SEES_ALL:
            return [*CANARY, *mails]
        if self.sees_goods(name):
            return [*CANARY, *mails, *foreign.marks]
        return [*CANARY, *mails, *foreign.marks, foreign.goods_mark]

    def sees_goods(self, name):
        person = self.shop.people.get(name)
        return person is not None and person.has_perm("catalogue.see_every_product")

    # --- Looking ---

    def walk(self, name):
        """Triples of an address's name, whether it is about what is one's own, and the address."""
        own, foreign = self.places_of(name)
        searched = name == roles.OWNER
        sees_goods = self.sees_goods(name)
        known = set()
        for address_name, address in addresses(own, searched=searched):
            known.add(address)
            if name == SUPERUSER and not address_name.endswith("_changelist"):
                continue
            yield address_name, True, address
        if name not in SEES_ALL | OUTSIDE:
            for address_name, address in addresses(foreign, searched=False):
                if address not in known:
                    yield address_name, sees_goods and is_of_goods(address_name), address

    def look(self, name):
        """The pages that opened, and what was wrong with them."""
        client, secrets = self.client_of(name), self.secrets_of(name)
        opened, faults = set(), []
        for address_name, is_own, address in self.walk(name):
            with writes() as written:
                answer = client.get(address)
            found = [*found_in(text_of(answer), secrets), *written]
            if answer.status_code == 200 and is_page(address_name):
                opened.add(address_name)
                found += [] if is_own or "?" in address else ["opened"]
            faults += [(name, address, found)] if found else []
        return opened, faults

    def test_whoever_looks_sees_what_is_theirs_and_changes_nothing(self):
        faults, opened = [], {}
        for name in self.everybody():
            opened[name], wrong = self.look(name)
            faults += wrong
        assert faults == []
        assert opened.pop(SUPERUSER) <= OPENS[roles.OWNER]
        assert differences(opened, OPENS) == {}

    # --- Doing ---

    def attempt(self, client, act, place, sent, secrets):
        """What an act wrote, who is named for it in the audit log, and what was wrong."""
        address, values = sent
        if "file" in values:
            values = values | {"file": as_csv(*values["file"])}
        with undone():
            make_way(act, place)
            last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
            with writes() as written:
                answer = client.post(address, values)
            entries = AuditEntry.objects.filter(pk__gt=last) if written else []
            actors = {entry.actor for entry in entries}
        told = [] if act == REVEAL else found_in(text_of(answer), secrets)
        is_refused = answer.status_code in (403, 404) or {"action", "file"} & values.keys()
        return written, actors, told, is_refused, answer

    def do_all(self, name, acts, place, allowed):
        """The acts that did something, and what was wrong with it."""
        client, secrets, done, faults = self.client_of(name), self.secrets_of(name), set(), []
        for act, sent in acts.items():
            written, actors, told, is_refused, answer = self.attempt(
                client, act, place, sent, secrets
            )
            if written:
                done.add(act)
                whose = {self.shop.people.get(name)}
                if act not in KEPT_ELSEWHERE and actors != whose:
                    faults.append((name, act, "not in the audit log", written))
            elif act not in allowed and not self.is_sent_away(name, is_refused, answer):
                faults.append((name, act, "not refused", answer.status_code))
            faults += [(name, act, told)] if told else []
        return done, faults

    def is_sent_away(self, name, is_refused, answer):
        if name in OUTSIDE:
            return answer.status_code == 302 and answer.url.startswith("/backoffice/login/")
        return is_refused

    def acts_of(self, name, place):
        """As their own forms send them; a seller's form has other fields."""
        if name != roles.SELLER:
            return self.acts[place.mark]
        return acts_at(place, self.client_of(name), self.client_of(roles.OWNER))

    def test_whoever_acts_does_what_they_may_and_is_named_for_it(self):
        faults, does = [], {}
        for name in self.everybody():
            if name == SUPERUSER:
                continue
            own, foreign = self.places_of(name)
            acts, others = self.acts_of(name, own), self.acts_of(name, foreign)
            does[name], wrong = self.do_all(name, acts, own, DOES[name])
            faults += wrong
            if name not in SEES_ALL | OUTSIDE:
                forged = {act: sent for act, sent in others.items() if _differs(sent, acts[act])}
                done, _wrong = self.do_all(name, forged, own, DOES[name])
                done -= OF_GOODS if self.sees_goods(name) else set()
                faults += [(name, act, "done elsewhere") for act in done]
        assert faults == []
        assert differences(does, DOES) == {}

    def test_what_nobody_writes_not_even_a_superuser_does(self):
        acts = empty_acts_at(self.shop.here)
        done, faults = self.do_all(SUPERUSER, acts, self.shop.here, acts)
        assert (done, faults) == (set(), [])

    def test_every_act_is_told_of(self):
        acts = {*self.acts[self.shop.here.mark], *READ_ONLY_ACTS}
        named = {name.removeprefix("admin:") for name in patterns() if not is_page(name)}
        # A view of one list stands for those of all.
        named = {name for name in named if not name.endswith("_views")}
        bulk = {
            action if isinstance(action, str) else action.__name__
            for model in site._registry
            for action in site.get_model_admin(model).actions
        }
        assert (named | bulk) - acts == set()

    def test_the_canary_is_there_and_a_reveal_shows_it(self):
        client = self.client_of(roles.SUPPORT)
        address, values = self.acts[self.shop.here.mark][REVEAL]
        assert found_in(text_of(client.post(address, values)), CANARY[:2]) == CANARY[:2]

    # --- Taking along ---

    def test_a_table_that_is_taken_along_tells_no_more_than_its_list(self):
        exports = [reverse(name) for name in patterns() if name.endswith("_export")]
        assert len(exports) == 3
        taken = 0
        for name in self.everybody():
            client, secrets = self.client_of(name), self.secrets_of(name)
            for address in exports:
                for form in ("0", "1"):
                    for resource in ("0", "1"):
                        with writes() as written:
                            asked = {"format": form, "resource": resource}
                            answer = client.post(address, asked)
                        found = [*found_in(cells_of(answer), secrets), *written]
                        assert found == [], (name, address, asked)
                        taken += "attachment" in answer.get("Content-Disposition", "")
        assert taken > 20


def differences(found, meant):
    """By role: what is there and was not meant, or the other way round."""
    return {name: found[name] ^ meant[name] for name in meant if found[name] != meant[name]}


def is_of_goods(address_name):
    return "_product_" in address_name or "_productreview_" in address_name


def cells_of(answer):
    if "spreadsheet" not in answer.get("Content-Type", ""):
        return text_of(answer)
    content = b"".join(answer) if answer.streaming else answer.content
    rows = load_workbook(io.BytesIO(content), read_only=True).active.values
    return "\n".join(str(cell) for row in rows for cell in row).casefold()


def _differs(sent, own):
    """Whether something forged is about another place: its address says so, or a row in it."""
    rows = ("_selected_action", "location", "partner", "code", "undo")
    return sent[0] != own[0] or any(sent[1].get(row) != own[1].get(row) for row in rows)
