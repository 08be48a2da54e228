"""What shoppers wait for: how many, by product and location. Who they are is not told."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Min
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from backoffice.site import site
from shop.catalogue.models import Product
from shop.inventory.models import StockRequest
from shop.locations.models import Location

SHOWN = 200


@require_GET
@permission_required("inventory.view_stockrequest", raise_exception=True)
def asked_for(request):
    context = {"title": _("Asked for"), "waiting": _waiting(request.user)}
    return TemplateResponse(
        request, "backoffice/asked_for.html", site.each_context(request) | context
    )


def _waiting(user):
    counts = (
        StockRequest.objects.waiting()
        .filter(
            location__in=Location.objects.visible_to(user).values("pk"),
            product__in=Product.objects.visible_to(user).values("pk"),
        )
        .order_by()
        .values("product__title", "product__upc", "location__name")
        .annotate(shoppers=Count("pk"), since=Min("created_at"))
        .order_by("-shoppers", "product__title", "location__name")
    )
    return [
        {
            "product": row["product__title"],
            "location": row["location__name"],
            "shoppers": row["shoppers"],
            "since": row["since"],
            "stock": _stock_of(row["product__upc"]),
        }
        for row in counts[:SHOWN]
    ]


def _stock_of(sku):
    return f"{reverse('admin:partner_stockrecord_changelist')}?{urlencode({'q': sku})}"
