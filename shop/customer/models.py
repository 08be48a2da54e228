from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(DjangoUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class User(AbstractUser):
    """Somebody with an account: a shopper, or one of the shop's own people."""

    email = models.EmailField(_("email address"))

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("An account with this email address exists already."),
            ),
            # Who logs in types it in whatever capitals.
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message=_("Somebody else has this username."),
            ),
        ]


class Customer(User):
    """A shopper as the shop's people see one: a number, and nothing that names anybody."""

    class Meta:
        proxy = True
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        default_permissions = ("view",)

    def __str__(self):
        return str(_("Customer %(number)d") % {"number": self.pk})


from oscar.apps.customer.models import *  # noqa: E402, F403
