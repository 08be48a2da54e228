"""Logging in by two factors: who has to, and how their secrets are kept and drawn."""

from base64 import urlsafe_b64encode
from io import BytesIO

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.db import transaction
from django.utils.crypto import salted_hmac

from shop.audit.trail import Change, record
from shop.encryption import shop_secrets
from shop.staff.models import TwoFactorDemand


class TwoFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted: a copy of the database logs nobody in."""

    def build_totp_svg(self, url):
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", xmldecl=False, border=2, light="white")
        return drawn.getvalue().decode()

    def encrypt(self, text):
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _box().decrypt(encrypted_text.encode()).decode()


def is_demanded():
    latest = TwoFactorDemand.objects.order_by("-pk").first()
    return latest is not None and latest.demanded


@transaction.atomic
def demand(demanded, *, actor):
    """Decide whether whoever works here needs a second factor; the same again is no decision."""
    before = is_demanded()
    if demanded == before:
        return
    decision = TwoFactorDemand.objects.create(demanded=demanded, actor=actor)
    record(decision, actor, [Change("demanded", before, demanded)])


@transaction.atomic
def take_away(person, *, actor):
    """For somebody who lost their phone: they log in by password alone, and set it up anew."""
    factors = Authenticator.objects.filter(user=person)
    if factors.exists():
        factors.delete()
        record(person, actor, [Change("second factor", True, False)])


def _box():
    return MultiFernet([Fernet(_key(secret)) for secret in shop_secrets()])


def _key(secret):
    digest = salted_hmac("shop.staff.two_factor", "key", secret=secret, algorithm="sha256")
    return urlsafe_b64encode(digest.digest())
