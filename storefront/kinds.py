"""What all our pages share, and what those share that stand for something of the shop."""

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction


def prefixes(path, steplen=Page.steplen):
    """A page's own path and those of all above it."""
    return [path[:end] for end in range(steplen, len(path) + 1, steplen)]


def is_restricted():
    """Whether not everybody may see a page, for a query that finds it."""
    restrictions = PageViewRestriction.objects.annotate(
        path=ExpressionWrapper(OuterRef("path"), models.CharField())
    )
    return Exists(restrictions.filter(path__startswith=F("page__path")))


class ShopPage(Page):
    """What all our pages share."""

    # Read together with the page when somebody visits it.
    shown_with = ()
    # Whether all that it shows is under the versions: hours, for one, are not.
    may_be_kept = False

    class Meta:
        abstract = True

    def get_view_restrictions(self):
        if getattr(self, "is_restricted", None) is False:
            return PageViewRestriction.objects.none()
        # One query where Wagtail's own asks two, and for its ancestors one more.
        return PageViewRestriction.objects.filter(page__path__in=prefixes(self.path))


class MirrorPage(ShopPage):
    """A page that stands for something of the shop: made, named, shown and retired with it.

    `storefront.mirrors` keeps it in step; the title follows for as long as no
    editor has chosen another one. Its link to the thing is null for no longer
    than it takes to delete both: a cascade would break Wagtail's tree.
    """

    mirrored_name = models.CharField(max_length=255, editable=False, default="")
    is_withdrawn = models.BooleanField(editable=False, default=False)

    parent_page_types = []
    is_creatable = False

    class Meta:
        abstract = True

    def with_content_json(self, content):
        """A draft keeps up with what happened to the thing since it was saved."""
        page = super().with_content_json(content)
        if page.title == page.mirrored_name:
            page.title = self.mirrored_name
        page.mirrored_name, page.is_withdrawn = self.mirrored_name, self.is_withdrawn
        return page

    def serve(self, request, *args, **kwargs):
        # An editor may have published a draft of what is no longer shown.
        if self.is_withdrawn:
            raise Http404
        return super().serve(request, *args, **kwargs)


def picture_field():
    return models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )


def body_field(block_types, name):
    return StreamField(block_types, verbose_name=name, blank=True)
