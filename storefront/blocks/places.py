"""Locations inside a story: who and where they are, and when they are open, live."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from storefront.opening import opening_of, with_hours


class PlaceBlock(blocks.StructBlock):
    """About one location; nothing is shown of one that has closed for good."""

    location = blocks.PageChooserBlock(page_type="storefront.LocationPage", label=_("location"))

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        page = value["location"]
        if page is None or not page.live or page.is_withdrawn:
            return context | {"place": None}
        with_hours([page])
        return context | {"place": page, "opening": opening_of(page.location)}


class LocationCardBlock(PlaceBlock):
    words = blocks.TextBlock(
        label=_("words"),
        required=False,
        max_length=300,
        help_text=_("Empty: the introduction on the location's own page."),
    )

    class Meta:
        label = _("Location card")
        icon = "site"
        template = "storefront/blocks/location_card.html"


class OpeningHoursBlock(PlaceBlock):
    class Meta:
        label = _("Opening hours")
        icon = "time"
        template = "storefront/blocks/opening_hours.html"
