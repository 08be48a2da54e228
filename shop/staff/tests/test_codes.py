import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from shop.staff import codes
from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db


def test_who_has_a_passkey_alone_types_a_recovery_code_where_passkeys_do_not_reach():
    owner, stranger = make_user(), make_user()
    Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    recovery = RecoveryCodes.activate(owner)

    assert not codes.opens(owner, "")
    assert not codes.opens(owner, "000000")
    assert codes.opens(owner, recovery.get_unused_codes()[0])
    assert codes.opens(stranger, "")
