"""Work that is under way: what was asked of the workers and is not done yet."""

from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site


@admin.register(apps.get_model("tasks", "OutboxMessage"), site=site)
class OutboxAdmin(ReadOnly, OfficeAdmin):
    list_display = ["effect", "created_at", "sent_at", "attempts"]
    fields = ["effect", "subject", "created_at", "sent_at", "attempts"]
    ordering = ["created_at"]
    search_fields = ["effect"]
    search_help_text = _("What is to be done")

    def visible_to(self, user, rows):
        return rows.filter(done_at=None)
