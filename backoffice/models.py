from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet):
    def seen_by(self, user):
        return self.filter(Q(owner=user) | Q(shared=True))


class SavedView(models.Model):
    """A list's filters and its order, under a name. It opens no row that the list does not."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # As in the list's address: `order_order`.
    list_name = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(_("for everybody who opens this list"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"], name="saved_view_once_a_name"
            )
        ]

    def __str__(self):
        return self.name
