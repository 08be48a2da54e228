"""Ways to a page that the page tree does not know: by number, by words, to its editor."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.models import Site

from storefront import listing
from storefront.cached_pages import cached, keep
from storefront.models import CategoryPage, LocationPage, ProductPage
from storefront.routing import page_at


@cached
def serve(request, path):
    """Wagtail's own; it would ask for the site and the home page before it asks for the page."""
    if path:
        request._wagtail_route_for_request = _route(request, path)
    response = wagtail_views.serve(request, path)
    page = (getattr(response, "context_data", None) or {}).get("page")
    return keep(response) if getattr(page, "may_be_kept", False) else response


def _route(request, path):
    try:
        return page_at(f"{_root_path()}{path}").route(request, [])
    except Http404:
        return None


def _root_path():
    roots = Site.get_site_root_paths()
    here = (root.root_path for root in roots if root.language_code == get_language())
    return next(here, roots[0].root_path)


def product(request, sku):
    return _to(request, ProductPage, product__upc=sku)


def category(request, slug):
    # Oscar's slugs are unique among sisters alone: the one nearest to the root wins.
    pages = CategoryPage.objects.live().filter(category__slug=slug)
    page = pages.order_by("category__depth", "category__path").first()
    return _to(request, CategoryPage, pk=page and page.pk)


def location(request, code):
    return _to(request, LocationPage, location__code=code)


def _to(request, model, **which):
    page = get_object_or_404(model.objects.live(), is_withdrawn=False, **which)
    return redirect(page.get_url(request))


@login_required
def edit_product(request, sku):
    page = get_object_or_404(ProductPage, product__upc=sku)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_safe
@cached
def search(request):
    query = request.GET.get("q", "").strip()[:100]
    found = listing.found(request, ProductPage.objects.all(), query) if query else None
    context = {"query": query, "listing": found}
    return keep(TemplateResponse(request, "storefront/search.html", context))


@require_safe
@cached
def suggestions(request):
    """A few products for a search box in which somebody is typing."""
    query = request.GET.get("q", "").strip()[:100]
    context = {
        "query": query,
        "pages": listing.suggested(request, ProductPage.objects.all(), query),
    }
    return keep(TemplateResponse(request, "storefront/parts/suggestions.html", context))
