"""The pages of the shop. Editors write them; price, stock and hours come from the domain, live."""

from django.core.paginator import Paginator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from shop.catalogue.finding.fields import Plain
from shop.catalogue.models import Product
from shop.locations.models import Location
from storefront import blocks, listing
from storefront.gallery import gallery_of
from storefront.kinds import MirrorPage, ShopPage, body_field, picture_field
from storefront.offers import offers_of, with_records
from storefront.opening import opening_of, with_hours
from storefront.own import own
from storefront.paging import page_number
from storefront.panels import StandsForPanel
from storefront.places import places_of
from storefront.related import cards_beside, pages_beside
from storefront.reviews import reviews_of
from storefront.versions import Version  # noqa: F401
from storefront.ways import way_back

STORIES_A_PAGE = 12


class HomePage(ShopPage):
    hero_title = models.CharField(_("headline"), max_length=120, blank=True)
    hero_text = models.TextField(_("below the headline"), blank=True, max_length=400)
    hero_picture = picture_field()
    body = body_field(blocks.HOME, _("body"))

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(["hero_title", "hero_text", "hero_picture"], heading=_("Welcome")),
        FieldPanel("body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["StoryIndexPage", "StoryPage", "PlainPage"]
    max_count = 1
    shown_with = ("hero_picture",)

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        pages = ProductPage.objects.order_by("-product__date_created", "-pk")
        return super().get_context(request, *args, **kwargs) | {
            "shelf": [] if self.body else listing.cards(pages, request, limit=8),
            "categories": listing.category_tiles(CategoryPage.objects.filter(depth=self.depth + 2)),
            "stories": newest_stories(below=self)[:3],
        }


class CataloguePage(ShopPage):
    """Everything there is."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "intro"]
    parent_page_types = []
    subpage_types = []
    is_creatable = False
    may_be_kept = True

    class Meta:
        verbose_name = _("catalogue page")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return context | {"listing": listing.of(request, ProductPage.objects.all())}


class CategoryPage(MirrorPage):
    category = models.OneToOneField(
        "catalogue.Category",
        null=True,
        on_delete=models.SET_NULL,
        related_name="page",
        editable=False,
    )
    intro = models.TextField(_("introduction"), blank=True)
    picture = picture_field()

    content_panels = [StandsForPanel("category"), *Page.content_panels, "intro", "picture"]
    subpage_types = []
    shown_with = ("category", "picture")
    may_be_kept = True

    class Meta:
        verbose_name = _("category page")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {
            "listing": listing.of(request, ProductPage.objects.all(), self.category)
        }


class ProductPage(MirrorPage):
    product = models.OneToOneField(
        "catalogue.Product",
        null=True,
        on_delete=models.SET_NULL,
        related_name="page",
        editable=False,
    )
    intro = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_("Stands beside the picture. Empty: the product's own description."),
    )
    story = body_field(blocks.STORY, _("story"))

    content_panels = [
        StandsForPanel("product"),
        *Page.content_panels,
        "intro",
        InlinePanel("more_pictures", heading=_("Further pictures"), label=_("picture")),
        "story",
    ]
    subpage_types = []
    # The CMS finds it by its title; shoppers look for the product, and find it by the page too.
    search_fields = [*Page.search_fields, index.FilterField("is_withdrawn")]
    shown_with = ("product__image",)

    class Meta:
        verbose_name = _("product page")

    @property
    def may_be_kept(self):
        # Banners and opening hours change by the clock, which counts no version.
        return not any(block.block_type in blocks.TIMELY for block in self.story)

    @property
    def preview_modes(self):
        """One for each location: its price and its stock, as they are now."""
        places = Location.objects.open_to_shoppers().values_list("code", "name")
        return [*places, ("", _("No location chosen"))]

    def serve_preview(self, request, mode_name):
        if mode_name:
            request.location = Location.objects.filter(code=mode_name).first()
        return super().serve_preview(request, mode_name)

    def get_context(self, request, *args, **kwargs):
        beside = pages_beside(self)
        with_records(self.product, [page.product for page in beside], request.location)
        offers = offers_of(self.product, request.location, request.GET.get("quantity"))
        return super().get_context(request, *args, **kwargs) | {
            "product": self.product,
            "offers": offers,
            "gallery": gallery_of(self),
            "reviews": reviews_of(self.product, page_number(request, "reviews")),
            "related": cards_beside(self, beside, request.location),
            "own": own(request.user, self.product),
        }


class LocationIndexPage(ShopPage):
    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "intro"]
    parent_page_types = []
    subpage_types = []
    is_creatable = False

    class Meta:
        verbose_name = _("locations page")

    def get_context(self, request, *args, **kwargs):
        pages = LocationPage.objects.live().filter(is_withdrawn=False)
        pages = pages.select_related("location", "picture").defer("story")
        return super().get_context(request, *args, **kwargs) | {
            "places": places_of(request, pages),
            "next": way_back(request, request.GET.get("next", ""), ""),
        }


class LocationPage(MirrorPage):
    location = models.OneToOneField(
        "locations.Location",
        null=True,
        on_delete=models.SET_NULL,
        related_name="page",
        editable=False,
    )
    intro = models.TextField(_("introduction"), blank=True)
    picture = picture_field()
    story = body_field(blocks.STORY, _("story"))

    content_panels = [
        StandsForPanel("location"),
        *Page.content_panels,
        "intro",
        "picture",
        "story",
    ]
    subpage_types = []
    shown_with = ("location", "picture")

    class Meta:
        verbose_name = _("location page")

    def get_context(self, request, *args, **kwargs):
        with_hours([self])
        return super().get_context(request, *args, **kwargs) | {
            "opening": opening_of(self.location)
        }


class WrittenPage(ShopPage):
    """A page that stands for nothing but its words."""

    intro = models.TextField(_("introduction"), blank=True)
    picture = picture_field()
    body = body_field(blocks.STORY, _("body"))

    content_panels = [*Page.content_panels, "intro", "picture", "body"]
    parent_page_types = ["HomePage"]
    subpage_types = []
    shown_with = ("picture",)

    class Meta:
        abstract = True


class PlainPage(WrittenPage):
    class Meta:
        verbose_name = _("plain page")


class StoryIndexPage(ShopPage):
    """All stories, those that stand beside it as well."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "intro"]
    parent_page_types = ["HomePage"]
    subpage_types = ["StoryPage"]
    max_count = 1

    class Meta:
        verbose_name = _("page of all stories")

    def get_context(self, request, *args, **kwargs):
        stories = Paginator(newest_stories(below=self.get_parent()), STORIES_A_PAGE)
        return super().get_context(request, *args, **kwargs) | {
            "stories": stories.get_page(request.GET.get("page"))
        }


def newest_stories(below):
    stories = StoryPage.objects.descendant_of(below).live().select_related("picture")
    return stories.defer("body").order_by("-date", "-pk")


class StoryPage(WrittenPage):
    date = models.DateField(_("date"))

    parent_page_types = ["HomePage", "StoryIndexPage"]
    content_panels = [*WrittenPage.content_panels, "date"]

    class Meta:
        verbose_name = _("story")


Product.search_fields.append(
    index.RelatedFields("page", [Plain("title", boost=2), Plain("intro"), Plain("story")])
)
