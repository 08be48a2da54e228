"""What is found by a keyed digest, made to hang on the newest secret alone.

Until then it is found under every one of `SECRET_KEY_FALLBACKS`; afterwards those
can go. A digest whose text was erased cannot be made anew: it is forgotten with its key.
"""

from django.db import IntegrityError, transaction

from shop.contacts.models import Contact
from shop.encryption import Unreadable, fingerprint
from shop.inventory.models import StockRequest
from shop.pickup import codes
from shop.pickup.models import PickupCode
from shop.voucher.models import VoucherApplication
from shop.voucher.promo_codes import contact_digests

BATCH = 500


def renew_digests():
    """Returns how many rows were written, by what they are. Begun again, it does what is left."""
    return {
        "contacts": _each(Contact.objects, _renew_contact),
        "uses of promo codes": _each(_uses_with_contact(), _renew_use),
        "requests for goods that are sold out": _each(
            StockRequest.objects.select_related("user"), _renew_request
        ),
        "pickup codes": _each(PickupCode.objects, codes.keep),
    }


def _each(rows, renew):
    return sum(renew(row) for row in rows.order_by("pk").iterator(BATCH))


def _uses_with_contact():
    uses = VoucherApplication.objects.exclude(contact_digest="")
    return uses.filter(order__contact__isnull=False).select_related("order__contact")


def _renew_contact(contact):
    return _renew(contact, "email_digest", contact.email, fingerprint)


def _renew_use(use):
    return _renew(use, "contact_digest", use.order.contact.email, lambda e: contact_digests(e)[0])


def _renew_request(request):
    try:
        with transaction.atomic():
            return _renew(request, "fingerprint", request.address, fingerprint)
    except IntegrityError:
        # The same mailbox waits for the same under the newest secret, too.
        request.delete()
        return True


def _renew(row, column, text, digest):
    """Whether a row was written. One that was changed meanwhile hangs on the newest secret."""
    written = getattr(row, column)
    if not text or isinstance(text, Unreadable) or written == digest(text):
        return False
    unchanged = type(row).objects.filter(pk=row.pk, **{column: written})
    return bool(unchanged.update(**{column: digest(text)}))
