from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.order.models import Order


class Contact(models.Model):
    """Who an order is for. Apart from it, so that nothing that shows orders shows people."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("email address"))

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        # Logs, error reports and the admin's history print this.
        return f"Contact of order {self.order_id}"
