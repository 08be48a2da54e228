from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.contacts.address import Address
from shop.encryption import EncryptedTextField, FingerprintField, Unreadable, fingerprints
from shop.languages import language_now
from shop.order.models import Order


class ContactQuerySet(models.QuerySet):
    def with_email(self, email):
        """Whatever was ordered with an email address, however it was typed."""
        return self.filter(email_digest__in=fingerprints(email))


class Contact(models.Model):
    """Who an order is for. Apart from it, so that nothing that shows orders shows people.

    Encrypted: a copy of the table names nobody.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="contact")
    name = EncryptedTextField(_("name"))
    phone = EncryptedTextField(_("phone"), blank=True)
    email = EncryptedTextField(_("email address"))
    address = EncryptedTextField(_("address"), blank=True)
    # What they are written to in.
    language = models.CharField(_("language"), max_length=8, default=language_now)
    email_digest = FingerprintField(of="email", db_index=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        permissions = [("reveal_contact", "Can look at who an order is for")]

    def __str__(self):
        # Logs, error reports and the admin's history print this.
        return f"Contact of order {self.order_id}"

    @property
    def is_readable(self):
        texts = (self.name, self.phone, self.email, self.address)
        return not any(isinstance(text, Unreadable) for text in texts)

    @property
    def postal_address(self):
        """Where to send the order, or None for one that is collected."""
        if not self.address or isinstance(self.address, Unreadable):
            return None
        return Address.from_json(self.address)


class Reveal(models.Model):
    """Somebody of the staff looked at who an order is for. The shopper sees these rows.

    They are only ever added: a trigger refuses UPDATE and DELETE. `role` and `place`
    tell the shopper who it was without naming them; an empty place is the whole shop.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reveals")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        # The trigger guards the row itself; whoever looked may still leave.
        db_constraint=False,
    )
    role = models.CharField(_("role"), max_length=128, blank=True)
    place = models.CharField(_("works at"), max_length=128, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("look at a contact")
        verbose_name_plural = _("looks at contacts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["actor", "at"], name="reveal_of_actor")]

    def __str__(self):
        return f"Contact of order {self.order_id}"
