"""What an editor sees first in the CMS: which pages lack something, and whether beat publishes."""

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from wagtail.admin.ui.components import Component

from storefront.models import CategoryPage, LocationPage, ProductPage, StoryPage

SHOWN = 6
# Beat publishes each half minute: after this long without it, somebody should look.
LATE_SECONDS = 300

LACKING = {
    "text": (ProductPage, Q(intro="", product__description="", story=[])),
    "picture": (ProductPage, Q(product__image=None)),
    "alt": (ProductPage, Q(product__image__description="")),
    "category_picture": (CategoryPage, Q(picture=None)),
    "location_picture": (LocationPage, Q(picture=None)),
    "story_picture": (StoryPage, Q(picture=None)),
}


class FrontDesk(Component):
    name = "front_desk"
    template_name = "storefront/cms/front_desk.html"
    order = 50

    def get_context_data(self, parent_context):
        run = apps.get_model("tasks.BeatRun").objects.filter(pk="tasks.publish_scheduled").first()
        ran_at = run and run.done_at
        age = (timezone.now() - ran_at).total_seconds() if ran_at else None
        return {
            "lacks": {name: _some(*what) for name, what in LACKING.items()},
            "ran_at": ran_at,
            "is_late": age is None or age > LATE_SECONDS,
        }


def _some(kind, lacking):
    """A few of the pages that are shown all the same: one query for each lack."""
    pages = kind.objects.live().filter(lacking).order_by("-latest_revision_created_at", "-pk")
    return list(pages.only("title")[:SHOWN])
